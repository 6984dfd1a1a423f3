"""A picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from .base import Display
from .props import prop


@dataclass(frozen=True, kw_only=True)
class Image(Display):
    """A picture from our own address (or a data: URL), with the words that stand for it."""

    kind = "image"

    src: str = field(
        metadata=prop("A static file (demo/plot.png), a path (/media/x.png) or a data:image URL.", low=1, local=True)
    )
    alt: str = field(metadata=prop("What the picture tells, for those who cannot see it.", low=1))
    caption: str = field(default="", metadata=prop("Markdown shown below it."))
    max_width: int | None = field(default=None, metadata=prop("Widest it gets, in pixels.", low=16, high=4000))

    def summary(self) -> str:
        """What it shows."""
        return f"image: {self.alt[:60]}"
