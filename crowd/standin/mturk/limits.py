"""Limits that botocore's model does not know: lengths, durations, and how requirements are put."""

from __future__ import annotations

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused

YEAR = 31_536_000
MONTH = 2_592_000
LENGTHS = {"Title": 128, "Description": 2000, "Keywords": 1000, "RequesterAnnotation": 255}
RANGES = {
    "AssignmentDurationInSeconds": (30, YEAR),
    "LifetimeInSeconds": (30, YEAR),
    "AutoApprovalDelayInSeconds": (0, MONTH),
    "MaxAssignments": (1, 1_000_000_000),
}
MOST_REQUIREMENTS = 10
MOST_INTEGERS = 15
MOST_LOCALES = 30
LOCALE = "00000000000000000071"
SETS = ("In", "NotIn")
BARE = ("Exists", "DoesNotExist")


def check_type(asked: Json) -> None:
    """Refused beyond a limit of a HIT type."""
    _check_lengths(asked)
    _check_ranges(asked)
    requirements = asked.get("QualificationRequirements", [])
    if len(requirements) > MOST_REQUIREMENTS:
        raise _wrong("QualificationRequirements", f"{len(requirements)} are more than {MOST_REQUIREMENTS}")
    for requirement in requirements:
        check_requirement(requirement)


def check_hit(asked: Json) -> None:
    """Refused beyond a limit of a HIT."""
    _check_lengths(asked)
    _check_ranges(asked)
    if bool(asked.get("Question")) == bool(asked.get("HITLayoutId")):
        raise _wrong("Question", "there has to be either a Question or a HITLayoutId, not both and not neither")


def check_requirement(requirement: Json) -> None:
    """Refused where comparator and values do not go together."""
    comparator, name = requirement["Comparator"], requirement["QualificationTypeId"]
    integers, locales = requirement.get("IntegerValues") or [], requirement.get("LocaleValues") or []
    if comparator in BARE and (integers or locales):
        raise _wrong(name, f"{comparator} takes no values")
    if comparator not in BARE and bool(integers) == bool(locales):
        raise _wrong(name, f"{comparator} takes either IntegerValues or LocaleValues")
    if len(integers) + len(locales) > 1 and comparator not in SETS:
        raise _wrong(name, f"{comparator} takes one value")
    if len(integers) > MOST_INTEGERS or len(locales) > MOST_LOCALES:
        raise _wrong(name, f"at most {MOST_INTEGERS} integers or {MOST_LOCALES} locales")
    if locales and (name != LOCALE or comparator not in (*SETS, "EqualTo", "NotEqualTo")):
        raise _wrong(name, "LocaleValues belong to the qualification Locale, with EqualTo, NotEqualTo, In or NotIn")


def _check_lengths(asked: Json) -> None:
    for name, longest in LENGTHS.items():
        if len(asked.get(name) or "") > longest:
            raise _wrong(name, f"{len(asked[name])} characters are more than {longest}")
    for name in ("Title", "Description"):
        if name in asked and not asked[name].strip():
            raise _wrong(name, "it is empty")


def _check_ranges(asked: Json) -> None:
    for name, (low, high) in RANGES.items():
        if name in asked and not low <= asked[name] <= high:
            raise _wrong(name, f"{asked[name]} is not between {low} and {high}")


def _wrong(name: str, sentence: str) -> Refused:
    return Refused(f"{name}: {sentence}.", "InvalidParameterValue")
