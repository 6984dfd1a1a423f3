"""What this room adds to downloads: decisions with what came of them."""

from __future__ import annotations

from analysis.exports import tables
from bandits.exports.decisions import Decisions


def register_all() -> None:
    """Called once, when the app is ready."""
    tables.register(Decisions())
