"""Whether a worker has what a HIT requires: what was granted, and what MTurk itself knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.accounting import MASTERS
from crowd.standin.mturk.limits import LOCALE
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import HitType, Worker

PERCENT_APPROVED = "000000000000000000L0"
HITS_APPROVED = "00000000000000000040"
ADULT = "00000000000000000060"
FEW_HITS = 100
NAMES = {
    PERCENT_APPROVED: "HIT approval rate (%)",
    HITS_APPROVED: "number of HITs approved",
    LOCALE: "location",
    ADULT: "adult content",
    **dict.fromkeys(MASTERS, "Masters"),
}
COMPARED: Mapping[str, Callable[[int, list[int]], bool]] = {
    "LessThan": lambda value, wanted: value < wanted[0],
    "LessThanOrEqualTo": lambda value, wanted: value <= wanted[0],
    "GreaterThan": lambda value, wanted: value > wanted[0],
    "GreaterThanOrEqualTo": lambda value, wanted: value >= wanted[0],
    "EqualTo": lambda value, wanted: value == wanted[0],
    "NotEqualTo": lambda value, wanted: value != wanted[0],
    "In": lambda value, wanted: value in wanted,
    "NotIn": lambda value, wanted: value not in wanted,
}


def unmet(market: Market, person: Worker, kind: HitType, *, action: str = "Accept") -> list[str]:
    """The names of the requirements of a HIT that keep this worker from the action."""
    guarded = {
        "Accept": ("Accept", "PreviewAndAccept", "DiscoverPreviewAndAccept"),
        "Preview": ("PreviewAndAccept", "DiscoverPreviewAndAccept"),
        "Discover": ("DiscoverPreviewAndAccept",),
    }[action]
    return [
        named(market, requirement["QualificationTypeId"])
        for requirement in kind.requirements
        if requirement.get("ActionsGuarded", "Accept") in guarded and not meets(market, person, requirement)
    ]


def named(market: Market, type_id: str) -> str:
    """What a worker reads."""
    found = market.qualification_types.get(type_id)
    return NAMES.get(type_id) or (found.name if found else type_id)


def meets(market: Market, person: Worker, requirement: Json) -> bool:
    """One requirement. A value that is not there meets DoesNotExist, and the comparators that say not."""
    comparator, type_id = str(requirement["Comparator"]), str(requirement["QualificationTypeId"])
    if type_id == LOCALE:
        return _is_there(person, comparator, requirement.get("LocaleValues") or [])
    value = value_of(market, person, type_id)
    if comparator in ("Exists", "DoesNotExist"):
        return (value is not None) is (comparator == "Exists")
    if value is None:
        return comparator in ("NotEqualTo", "NotIn")
    wanted: list[int] = requirement["IntegerValues"]
    return COMPARED[comparator](value, wanted)


def value_of(market: Market, person: Worker, type_id: str) -> int | None:
    """The worker's number for a type; None without the qualification."""
    if type_id in (PERCENT_APPROVED, HITS_APPROVED):
        return _experience(market, person)[type_id == HITS_APPROVED]
    if type_id == ADULT:
        return int(person.is_adult)
    if type_id in MASTERS:
        return 1 if person.is_master else None
    found = market.qualifications.get(f"{type_id} {person.id}")
    return found.value if found and found.status == "Granted" else None


def _experience(market: Market, person: Worker) -> tuple[int, int]:
    """Percent approved (100 below a hundred HITs, as MTurk counts), and HITs approved."""
    mine = [each.status for each in market.assignments.where("worker_id", person.id)]
    approved, rejected = person.approved + mine.count("Approved"), person.rejected + mine.count("Rejected")
    total = approved + rejected
    return (100 if total < FEW_HITS else approved * 100 // total), approved


def _is_there(person: Worker, comparator: str, places: list[Json]) -> bool:
    inside = any(
        place["Country"] == person.country and place.get("Subdivision", person.subdivision) == person.subdivision
        for place in places
    )
    return inside == (comparator in ("EqualTo", "In"))
