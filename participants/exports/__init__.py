"""What this room adds to downloads: trials, interactions, a session's columns, and what questions ask."""

from __future__ import annotations

from analysis.exports import events, tables
from analysis.exports.questions import register_describer
from analysis.exports.unit_columns import register_unit_columns
from participants.displays import DISPLAYS
from participants.exports.choices import Choices
from participants.exports.interactions import Interactions
from participants.exports.questions import asked
from participants.exports.sessions import LongSessionColumns, WideSessionColumns, emptied_sessions, rehearsal_sessions
from participants.exports.trials import Trials


def register_all() -> None:
    """Called once, when the app is ready."""
    tables.register(Trials())
    tables.register(Choices())
    tables.register(Interactions())
    register_unit_columns("long", LongSessionColumns())
    register_unit_columns("wide", WideSessionColumns())
    events.REHEARSED.append(rehearsal_sessions)
    events.WITHHELD.append(emptied_sessions)
    for kind, display in DISPLAYS.items():
        if display.asks:
            register_describer(kind, asked)
