"""Completion codes, as a study may have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.errors import Refused

TYPES = (
    "COMPLETED",
    "FAILED_ATTENTION_CHECK",
    "FOLLOW_UP_STUDY",
    "GIVE_BONUS",
    "INCOMPATIBLE_DEVICE",
    "NO_CONSENT",
    "OTHER",
    "FIXED_SCREENOUT",
)
ACTIONS = (
    "AUTOMATICALLY_APPROVE",
    "MANUALLY_REVIEW",
    "ADD_TO_PARTICIPANT_GROUP",
    "REMOVE_FROM_PARTICIPANT_GROUP",
    "REQUEST_RETURN",
    "FIXED_SCREEN_OUT_PAYMENT",
    "DYNAMIC_PAYMENT",
)
ACTORS = ("participant", "researcher")


def check_codes(rows: Sequence[Any]) -> tuple[Json, ...]:
    """Refused if one lacks something, is unknown or there twice."""
    codes = [_checked(row, number) for number, row in enumerate(rows)]
    if len({each["code"] for each in codes}) < len(codes):
        raise Refused({"completion_codes": ["The codes of a study must differ."]})
    return tuple(codes)


def _checked(row: Any, number: int) -> Json:
    where = f"completion_codes[{number}]"
    if not isinstance(row, dict) or not isinstance(row.get("code"), str) or not row["code"]:
        raise Refused({where: ["A code is needed."]})
    _one_of(row.get("code_type"), TYPES, f"{where}.code_type")
    _one_of(row.get("actor", "participant"), ACTORS, f"{where}.actor")
    actions = row.get("actions", [])
    if not isinstance(actions, list) or not actions:
        raise Refused({f"{where}.actions": ["At least one action is needed."]})
    for action in actions:
        _one_of(action.get("action") if isinstance(action, dict) else None, ACTIONS, f"{where}.actions")
    return row


def _one_of(found: object, known: tuple[str, ...], where: str) -> None:
    if found not in known:
        raise Refused({where: [f"{found} is not one of {', '.join(known)}."]})
