"""Text in Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .base import Display
from .props import prop


@dataclass(frozen=True, kw_only=True)
class Text(Display):
    """Markdown: headings, lists, tables, links and local images. HTML in it is sanitised."""

    kind = "text"

    body: str = field(metadata=prop("The Markdown.", high=100_000))
    tone: Literal["plain", "note", "success", "warning"] = field(
        default="plain", metadata=prop("How much it stands out.")
    )

    def summary(self) -> str:
        """The first words."""
        words = " ".join(self.body.split())
        return f"text: {words[:60]}" + ("…" if len(words) > 60 else "")
