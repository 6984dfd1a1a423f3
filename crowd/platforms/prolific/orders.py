"""An order in Prolific's words: a study with its codes."""

from __future__ import annotations

from typing import Final, cast

from crowd.paying.rules import screen_out_there
from crowd.platforms.base import Order
from crowd.terms import Terms
from experiments.types import Json, JsonObject

MARK: Final = "machina:"
"""How the internal names of our studies begin."""

PLACEHOLDERS: Final = "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
CODE_TYPES: Final = {
    "completed": "COMPLETED",
    "no_consent": "NO_CONSENT",
    "failed_check": "FAILED_ATTENTION_CHECK",
    "screened_out": "OTHER",
    "technical_failure": "OTHER",
}
SCREEN_OUT: Final = "FIXED_SCREEN_OUT_PAYMENT"
ON_BEHALF: Final = "on_behalf"
"""The code with which we submit for somebody who finished here and was never handed over: no participant can use it."""

PASSED_ON: Final = (
    "filters",
    "filter_set_id",
    "device_compatibility",
    "peripheral_requirements",
    "content_warnings",
    "study_labels",
    "naivety_distribution_rate",
)
"""What terms may say under platform in Prolific's own words."""


def study(order: Order, *, project: str = "") -> JsonObject:
    """A draft. Its internal name finds it again: Prolific counts no tokens."""
    terms = order.terms
    made: JsonObject = {
        "name": terms.title,
        "internal_name": name_of(order),
        "description": terms.description,
        "external_study_url": f"{order.url}{'&' if '?' in order.url else '?'}{PLACEHOLDERS}",
        "prolific_id_option": "url_parameters",
        "completion_codes": cast(Json, [_code(name, str(code), terms) for name, code in order.codes.items()]),
        "total_available_places": order.places,
        "estimated_completion_time": terms.minutes,
        "maximum_allowed_time": max(-(-terms.assignment_seconds // 60), terms.minutes),
        "reward": int(terms.reward * 100),
        "device_compatibility": ["desktop", "tablet", "mobile"],
        "submissions_config": {"max_submissions_per_participant": 1, "max_concurrent_submissions": -1},
        **{name: terms.platform[name] for name in PASSED_ON if name in terms.platform},
    }
    screens: JsonObject = {"is_custom_screening": True} if screen_out_there(terms) else {}
    barred: JsonObject = {"filters": [*_filters(terms), _barred(order.excluded)]} if order.excluded else {}
    return {**made, **screens, **barred, **({"project": project} if project else {})}


def name_of(order: Order) -> str:
    """What only researchers see, and what finds the study again."""
    name = order.annotation or order.token
    return name if name.startswith(MARK) else f"{MARK}{name}"


def _code(name: str, code: str, terms: Terms) -> JsonObject:
    """Everybody is looked at before they are paid; but screen-outs, where the terms leave them to Prolific."""
    paid = screen_out_there(terms) if name == "screened_out" else None
    if paid:
        amount, slots = paid
        pays: JsonObject = {"action": SCREEN_OUT, "fixed_screen_out_reward": int(amount * 100), "slots": slots}
        return {"code": code, "code_type": "FIXED_SCREENOUT", "actor": "participant", "actions": [pays]}
    actor = "researcher" if name == ON_BEHALF else "participant"
    kind = CODE_TYPES.get(name, "OTHER")
    return {"code": code, "code_type": kind, "actor": actor, "actions": [{"action": "MANUALLY_REVIEW"}]}


def _filters(terms: Terms) -> list[Json]:
    found = terms.platform.get("filters", [])
    return list(found) if isinstance(found, list) else []


def _barred(lists: tuple[str, ...]) -> JsonObject:
    return {"filter_id": "participant_group_blocklist", "selected_values": list(lists)}
