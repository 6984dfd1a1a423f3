"""Between the terms of a campaign and what a form shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from crowd.terms import Qualification, Terms
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump

OUTCOMES: Final = {
    "screened_out": "Screened out",
    "failed_check": "Failed a check",
    "timed_out": "Timed out",
    "technical_failure": "Technical failure, ours",
    "quota_full": "No place left",
    "no_consent": "No consent",
    "returned": "Returned it",
    "withdrawn": "Withdrew",
}
RATE, HITS, LOCALE, MASTERS, ADULT = "approval_rate", "approved_hits", "locale", "masters", "adult"
MINUTE, HOUR = 60, 3_600
PLACES: Final = {
    "assignment_seconds": "limit_minutes",
    "lifetime_seconds": "lifetime_hours",
    "auto_approval_seconds": "approve_hours",
    "round_interval": "interval_minutes",
}
AS_IT_STANDS = (
    *("title", "description", "bonus", "repeat", "spare", "minutes", "round_size"),
    *("auto_approve", "four_eyes", "reward"),
)


def document_of(typed: Mapping[str, Any]) -> JsonObject:
    """The terms as JSON, from a form's cleaned data."""
    plain: dict[str, Json] = {
        name: typed.get(name) or empty
        for name, empty in (("title", ""), ("description", ""), ("bonus", ""), ("repeat", "resume"), ("spare", 0))
    }
    money: dict[str, Json] = {
        name: str(typed.get(name) or Decimal(0)) for name in ("reward", "worst_bonus", "fair_hourly")
    }
    return {
        **plain,
        **money,
        "keywords": _words(typed.get("keywords")),
        "minutes": typed["minutes"],
        "round_size": typed["round_size"],
        "assignment_seconds": typed["limit_minutes"] * MINUTE,
        "lifetime_seconds": typed["lifetime_hours"] * HOUR,
        "auto_approval_seconds": typed["approve_hours"] * HOUR,
        "round_interval": (typed.get("interval_minutes") or 0) * MINUTE,
        "auto_approve": bool(typed.get("auto_approve")),
        "four_eyes": bool(typed.get("four_eyes")),
        "exclude": list(typed.get("exclude") or []),
        "qualifications": [*_system(typed), *typed.get("qualifications_read", [])],
        "pay_rules": _rules(typed),
        "platform": typed.get("platform_read", {}),
        "quality": typed.get("quality_read", {}),
    }


def typed_of(terms: Terms) -> dict[str, Any]:
    """The same the other way round."""
    others = [each for each in terms.qualifications if not _is_simple(each)]
    rules = {f"pay_{name}": 100 * rule.share for name, rule in terms.pay_rules.items()}
    by_minutes = {f"pro_rata_{name}": rule.pro_rata for name, rule in terms.pay_rules.items()}
    return {
        **{name: getattr(terms, name) for name in AS_IT_STANDS},
        "worst_bonus": terms.worst_bonus or None,
        "fair_hourly": terms.fair_hourly or None,
        "keywords": ", ".join(terms.keywords),
        "limit_minutes": terms.assignment_seconds // MINUTE,
        "lifetime_hours": terms.lifetime_seconds // HOUR,
        "approve_hours": terms.auto_approval_seconds // HOUR,
        "interval_minutes": terms.round_interval // MINUTE,
        "exclude": list(terms.exclude),
        **_simple(terms),
        "qualifications": dump(_rows(others)) if others else "",
        "platform": dump(dict(terms.platform)) if terms.platform else "",
        "quality": dump(dict(terms.quality)) if terms.quality else "",
        **rules,
        **by_minutes,
    }


def typed_place(path: str) -> str:
    """The field that a path of the terms is about; "" for none."""
    name = path.split(".")[0].split("[")[0]
    if name == "pay_rules":
        return f"pay_{path.split('.')[1]}" if "." in path else ""
    return PLACES.get(name, name)


def _words(text: object) -> list[Json]:
    return [word.strip() for word in str(text or "").split(",") if word.strip()]


def _system(typed: Mapping[str, Any]) -> list[Json]:
    """Qualifications that have a field of their own."""
    found: list[Json] = []
    for name in (RATE, HITS):
        if typed.get(name) is not None:
            found.append({"name": name, "comparator": "GreaterThanOrEqualTo", "values": [typed[name]]})
    if countries := [str(word).upper() for word in _words(typed.get("countries"))]:
        found.append({"name": LOCALE, "comparator": "In", "values": list[Json](countries)})
    if typed.get(MASTERS):
        found.append({"name": MASTERS, "comparator": "Exists", "values": []})
    if typed.get(ADULT):
        found.append({"name": ADULT, "comparator": "EqualTo", "values": [1]})
    return found


def _is_simple(one: Qualification) -> bool:
    usual = {RATE: "GreaterThanOrEqualTo", HITS: "GreaterThanOrEqualTo", LOCALE: "In", MASTERS: "Exists"}
    return one.guards == "accept" and (
        usual.get(one.name) == one.comparator or (one.name == ADULT and one.values == (1,))
    )


def _simple(terms: Terms) -> dict[str, Any]:
    simple = {each.name: each for each in terms.qualifications if _is_simple(each)}
    return {
        RATE: simple[RATE].values[0] if RATE in simple else None,
        HITS: simple[HITS].values[0] if HITS in simple else None,
        "countries": ", ".join(str(value) for value in simple[LOCALE].values) if LOCALE in simple else "",
        MASTERS: MASTERS in simple,
        ADULT: ADULT in simple,
    }


def _rows(qualifications: list[Qualification]) -> list[Json]:
    return [
        {"name": each.name, "comparator": each.comparator, "values": list(each.values), "guards": each.guards}
        for each in qualifications
    ]


def _rules(typed: Mapping[str, Any]) -> dict[str, Json]:
    """Only those that pay something."""
    return {
        outcome: {"share": str(share / 100), "pro_rata": bool(typed.get(f"pro_rata_{outcome}"))}
        for outcome in OUTCOMES
        if (share := typed.get(f"pay_{outcome}"))
    }
