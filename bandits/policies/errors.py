"""How a policy says no."""


class PolicyError(ValueError):
    """A policy's parameters, or the arms it is given, are not usable.

    path: where in the allocation ("allocation.block_multiple"). message: what must be, and what was given.
    hint: the way on. Parameters of the wrong kind are always refused in the same sentence:

    >>> print(PolicyError.wrong("allocation.coverage", "a number from 0 to 1", 2))
    allocation.coverage must be a number from 0 to 1, not 2.
    """

    def __init__(self, path: str, message: str, hint: str = "") -> None:
        super().__init__(path, message, hint)
        self.path = path
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    @classmethod
    def wrong(cls, path: str, expected: str, value: object, hint: str = "") -> "PolicyError":
        """The uniform sentence."""
        return cls(path, f"{path} must be {expected}, not {_shown(value)}.", hint)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
