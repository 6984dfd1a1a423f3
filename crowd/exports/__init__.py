"""What this room adds to downloads."""

from __future__ import annotations

from analysis.exports import tables
from analysis.exports.unit_columns import register_unit_columns


def register_all() -> None:
    """Called once, when the app is ready."""
    from crowd.exports.quality import BothAnalyses, QualityColumns

    tables.register(BothAnalyses())
    register_unit_columns("long", QualityColumns())
    register_unit_columns("wide", QualityColumns())
