"""How telling somebody fails."""


class Undeliverable(Exception):
    """The text says why. heals: whether trying again later may help."""

    def __init__(self, message: str, *, heals: bool) -> None:
        super().__init__(message)
        self.heals = heals
