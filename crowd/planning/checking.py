"""Whether terms are in range: what every campaign must keep, and what a platform demands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from crowd.paying.rules import SLOTS, screen_out_there
from crowd.quality.rule import rule_of
from crowd.terms import Qualification, Terms
from experiments.types import Json

COMPARATORS: Final = (
    "LessThan",
    "LessThanOrEqualTo",
    "GreaterThan",
    "GreaterThanOrEqualTo",
    "EqualTo",
    "NotEqualTo",
    "Exists",
    "DoesNotExist",
    "In",
    "NotIn",
)
GUARDS: Final = ("accept", "preview", "discover")
REPEATS: Final = ("resume", "refuse", "restart")
LOCALE: Final = re.compile(r"[A-Z]{2}(-[A-Z]{2})?")
MOST_GOAL: Final = 100_000
YEAR: Final = 31_536_000
MOST_INTEGERS, MOST_LOCALES, MOST_QUALIFICATIONS = 15, 30, 10


@dataclass(frozen=True, slots=True)
class Problem:
    """path: from the terms, such as “qualifications[0].comparator”. message: one sentence."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers that a term may be."""

    low: int
    high: int


RANGES: dict[str, Range] = {
    "minutes": Range(1, 1_440),
    "assignment_seconds": Range(30, YEAR),
    "lifetime_seconds": Range(30, YEAR),
    "auto_approval_seconds": Range(0, 2_592_000),
    "round_size": Range(1, 10_000),
    "round_interval": Range(0, YEAR),
    "spare": Range(0, MOST_GOAL),
}
LENGTHS: dict[str, int] = {"title": 128, "description": 2_000}
MOST_KEYWORDS = 1_000  # characters, as MTurk counts them: with commas


def shape_problems(document: Mapping[str, Json]) -> tuple[Problem, ...]:
    """Of the JSON, before it is parsed: unknown terms, numbers that are none, lists that are none."""
    known = {column.name for column in fields(Terms)}
    unknown = [Problem(name, f"There is no term “{name}”.") for name in sorted(set(document) - known)]
    wrong = [
        Problem(name, f"{name} must be {words}.")
        for name, (words, fits) in SHAPES_OF_TERMS.items()
        if name in document and not fits(document[name])
    ]
    absent = [
        Problem(name, f"{name} is missing.") for name in ("title", "description", "reward") if not document.get(name)
    ]
    return (*unknown, *wrong, *absent)


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_money(value: Json) -> bool:
    return isinstance(value, str) or _is_whole(value)


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_qualifications(value: Json) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and isinstance(each.get("name"), str)
        and isinstance(each.get("comparator"), str)
        and isinstance(each.get("values", []), list)
        for each in value
    )


def _is_rules(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


SHAPES_OF_TERMS: dict[str, tuple[str, Callable[[Json], bool]]] = {
    **dict.fromkeys(RANGES, ("a whole number", _is_whole)),
    **{name: ("text", lambda value: isinstance(value, str)) for name in ("title", "description", "bonus", "repeat")},
    **dict.fromkeys(("reward", "worst_bonus", "fair_hourly"), ("an amount as text, like “1.20”", _is_money)),
    **dict.fromkeys(("keywords", "exclude"), ("a list of texts", _is_texts)),
    "qualifications": ("a list of objects with name, comparator and values", _is_qualifications),
    "pay_rules": ("an object of objects, such as {“screened_out”: {“share”: “0.2”}}", _is_rules),
    **dict.fromkeys(("platform", "quality"), ("an object", lambda value: isinstance(value, dict))),
    **dict.fromkeys(("auto_approve", "four_eyes"), ("true or false", lambda value: isinstance(value, bool))),
}


def problems_of(terms: Terms, *, platform: str, currency: str) -> tuple[Problem, ...]:
    """What stands in the way of posting them; empty is good."""
    found = [*_ranges(terms), *_texts(terms), *_qualifications(terms), *_choices(terms)]
    return (*found, *PLATFORM_RULES.get(platform, _none)(terms, currency))


def _ranges(terms: Terms) -> Iterator[Problem]:
    for name, allowed in RANGES.items():
        value = getattr(terms, name)
        if not allowed.low <= value <= allowed.high:
            yield Problem(name, f"{name} must be in [{allowed.low}, {allowed.high:,}], not {value}.")
    if terms.assignment_seconds < 60 * terms.minutes:
        yield Problem(
            "assignment_seconds", f"People get less time than the {terms.minutes} minutes that are announced."
        )


def _texts(terms: Terms) -> Iterator[Problem]:
    for name, most in LENGTHS.items():
        text = getattr(terms, name)
        if len(text) > most:
            yield Problem(name, f"{name} has {len(text)} characters; at most {most:,} fit.")
    if len(",".join(terms.keywords)) > MOST_KEYWORDS:
        yield Problem("keywords", f"keywords have more than {MOST_KEYWORDS:,} characters together.")


def _choices(terms: Terms) -> Iterator[Problem]:
    try:
        rule_of(terms.quality)
    except ValueError as error:
        yield Problem("quality", str(error))
    if terms.repeat not in REPEATS:
        yield Problem("repeat", f"repeat must be one of {', '.join(REPEATS)}, not “{terms.repeat}”.")
    if terms.bonus and terms.worst_bonus == 0:
        yield Problem("worst_bonus", "There is a bonus, and it may come to nothing: say what it is at most.")


def _qualifications(terms: Terms) -> Iterator[Problem]:
    if len(terms.qualifications) > MOST_QUALIFICATIONS:
        yield Problem("qualifications", f"At most {MOST_QUALIFICATIONS} can be asked for.")
    for place, each in enumerate(terms.qualifications):
        path = f"qualifications[{place}]"
        if each.comparator not in COMPARATORS:
            yield Problem(f"{path}.comparator", f"“{each.comparator}” is none of {', '.join(COMPARATORS)}.")
        if each.guards not in GUARDS:
            yield Problem(f"{path}.guards", f"“{each.guards}” is none of {', '.join(GUARDS)}.")
        is_about_values = each.comparator not in ("Exists", "DoesNotExist")
        if is_about_values != bool(each.values):
            yield Problem(f"{path}.values", f"{each.comparator} takes {'values' if is_about_values else 'no values'}.")
        yield from _values(each, path)
        most = MOST_LOCALES if each.name == "locale" else MOST_INTEGERS
        if len(each.values) > (most if each.comparator in ("In", "NotIn") else 1):
            yield Problem(f"{path}.values", f"{each.comparator} takes at most {most} values; others take one.")


def _values(one: Qualification, path: str) -> Iterator[Problem]:
    """Places are named as MTurk names them; whatever else is asked for is a whole number."""
    for value in one.values:
        if one.name == "locale" and not LOCALE.fullmatch(str(value)):
            yield Problem(f"{path}.values", f"“{value}” names no country or state: write DE, or US-CA.")
        if one.name != "locale" and _is_no_number(value):
            yield Problem(f"{path}.values", f"“{value}” is no whole number.")


def _is_no_number(value: object) -> bool:
    return isinstance(value, bool) or not isinstance(value, int)


def _none(_terms: Terms, _currency: str) -> Iterator[Problem]:
    yield from ()


def _pays_screen_outs(terms: Terms) -> Iterator[Problem]:
    if SLOTS in terms.platform:
        yield Problem(f"platform.{SLOTS}", "Only Prolific pays screen-outs by itself: leave it out, we pay them.")


def _mturk(terms: Terms, currency: str) -> Iterator[Problem]:
    yield from _paid(terms)
    yield from _pays_screen_outs(terms)
    if currency != "USD":
        yield Problem("study.currency", f"Mechanical Turk pays in USD, and the study counts in {currency}.")
    if terms.lifetime_seconds < terms.assignment_seconds:
        yield Problem("lifetime_seconds", "The posting would end before who accepts at once must have submitted.")


def _prolific(terms: Terms, currency: str) -> Iterator[Problem]:
    yield from _paid(terms)
    if currency not in ("GBP", "USD"):
        yield Problem("study.currency", f"Prolific pays in GBP or USD, and the study counts in {currency}.")
    if terms.qualifications:
        yield Problem("qualifications", "On Prolific, say whom you want as filters under platform.")
    if SLOTS in terms.platform and screen_out_there(terms) is None:
        yield Problem(
            f"platform.{SLOTS}",
            "Prolific pays so many screen-outs by itself (a whole number from 1 on), if pay_rules.screened_out gives a "
            "fixed share of the reward between nothing and all of it.",
        )


def _paid(terms: Terms) -> Iterator[Problem]:
    if terms.reward == 0:
        yield Problem("reward", "People work here for pay: the reward must be at least 0.01.")


def _link(terms: Terms, _currency: str) -> Iterator[Problem]:
    yield from _pays_screen_outs(terms)
    if terms.qualifications:
        yield Problem("qualifications", "Nobody checks qualifications of who comes by a plain link.")


PLATFORM_RULES = {"mturk": _mturk, "prolific": _prolific, "link": _link}
