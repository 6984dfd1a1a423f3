"""A file to write to that cannot be rewound, for libraries that want one."""


class Outflow:
    """Hands on what it was given."""

    closed = False

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._position = 0

    def write(self, piece: bytes) -> int:
        """Keep it until `taken`."""
        self._kept.append(bytes(piece))
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Bytes so far."""
        return self._position

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """What was written can still be taken."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        kept, self._kept = b"".join(self._kept), []
        return kept
