"""Targeting rules: JSON conditions on what is known about a unit, each with a sentence that says why.

The form is GrowthBook's (and MongoDB's): ``{"country": {"$in": ["DE", "FR"]}, "age": {"$gte": 18}}``. There is no
``$regex``: a pattern can take for ever, and this runs in every request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bandits.policies.errors import PolicyError

Attributes = Mapping[str, object]
MISSING = object()
DEEPEST = 10


@dataclass(frozen=True)
class Step:
    """One rule: whether it holds, and a sentence that says so with the value that was looked at."""

    holds: bool
    sentence: str


@dataclass(frozen=True)
class Condition:
    """A condition that can be evaluated. PolicyError if the JSON is none.

    >>> condition = Condition.parse({"country": {"$in": ["DE", "FR"]}, "age": {"$gte": 18}})
    >>> [step.sentence for step in condition.steps({"country": "US", "age": 30})]
    ['country is one of DE, FR: no, it is US', 'age is at least 18: yes, it is 30']
    >>> condition.holds({"country": "DE", "age": 30})
    True
    """

    spec: Mapping[str, object]

    @classmethod
    def parse(cls, spec: object, path: str = "where") -> Condition:
        """PolicyError names the place of what cannot be read."""
        _check(spec, path, 0)
        assert isinstance(spec, Mapping)  # noqa: S101 (checked above)
        return cls(spec)

    def holds(self, attributes: Attributes) -> bool:
        """Whether all of it holds."""
        return _holds(self.spec, attributes)

    def steps(self, attributes: Attributes) -> list[Step]:
        """Each rule of the outermost level with its outcome."""
        return [_step(name, rule, attributes) for name, rule in self.spec.items()]


def _holds(spec: Mapping[str, object], attributes: Attributes) -> bool:
    return all(_rule_holds(name, rule, attributes) for name, rule in spec.items())


def _rule_holds(name: str, rule: object, attributes: Attributes) -> bool:
    if name in GROUPS:
        return GROUPS[name](_parts(rule), attributes)
    return _fits(rule, value_at(attributes, name))


def value_at(attributes: Attributes, name: str) -> object:
    """The attribute, also inside others (``device.kind``); MISSING if it is not there."""
    if name in attributes:
        return attributes[name]
    found: object = attributes
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return MISSING
        found = found[part]
    return found


def _fits(rule: object, value: object) -> bool:
    if not _is_operators(rule):
        return _same(value, rule)
    return all(OPERATORS[name](value, wanted) for name, wanted in rule.items())  # type: ignore[attr-defined]  # a mapping


def _is_operators(rule: object) -> bool:
    return isinstance(rule, Mapping) and any(str(name).startswith("$") for name in rule)


def _same(value: object, wanted: object) -> bool:
    """Equal, and of one kind: true is not 1. None is the same as not there."""
    if wanted is None:
        return value is None or value is MISSING
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return value == wanted


def _is_in(value: object, wanted: object) -> bool:
    values = value if isinstance(value, list | tuple) else [value]
    return any(_same(one, each) for one in values for each in _list(wanted))


def _ordered(test: Callable[[int], bool]) -> Callable[[object, object], bool]:
    """Numbers with numbers, texts with texts; whatever cannot be compared does not hold."""

    def compare(value: object, wanted: object) -> bool:
        if isinstance(value, bool) or isinstance(wanted, bool):
            return False
        if isinstance(value, int | float) and isinstance(wanted, int | float):
            return test((value > wanted) - (value < wanted))
        if isinstance(value, str) and isinstance(wanted, str):
            return test((value > wanted) - (value < wanted))
        return False

    return compare


def _versions(test: Callable[[int], bool]) -> Callable[[object, object], bool]:
    def compare(value: object, wanted: object) -> bool:
        if not isinstance(value, str) or not isinstance(wanted, str):
            return False
        one, other = _version(value), _version(wanted)
        return test((one > other) - (one < other))

    return compare


def _version(text: str) -> list[str]:
    """As GrowthBook pads them: 1.10 is after 1.9, and 1.0.0 after 1.0.0-beta."""
    parts = re.split(r"[-.]", re.sub(r"^v|\+.*$", "", text, flags=re.IGNORECASE))
    padded = [*parts, "~"] if len(parts) == 3 else parts
    return [part.rjust(5) if part.isdigit() else part for part in padded]


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _parts(rule: object) -> list[Mapping[str, object]]:
    parts = rule if isinstance(rule, list | tuple) else [rule]
    return [part for part in parts if isinstance(part, Mapping)]


OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "$eq": _same,
    "$ne": lambda value, wanted: not _same(value, wanted),
    "$in": _is_in,
    "$nin": lambda value, wanted: not _is_in(value, wanted),
    "$lt": _ordered(lambda sign: sign < 0),
    "$lte": _ordered(lambda sign: sign <= 0),
    "$gt": _ordered(lambda sign: sign > 0),
    "$gte": _ordered(lambda sign: sign >= 0),
    "$exists": lambda value, wanted: (value is not MISSING and value is not None) == bool(wanted),
    "$all": lambda value, wanted: all(any(_same(one, each) for one in _list(value)) for each in _list(wanted)),
    "$size": lambda value, wanted: isinstance(value, list | tuple) and _fits(wanted, len(value)),
    "$elemMatch": lambda value, wanted: any(
        _fits(wanted, one) if _is_operators(wanted) else isinstance(one, Mapping) and _holds(_parts(wanted)[0], one)
        for one in _list(value)
    ),
    "$not": lambda value, wanted: not _fits(wanted, value),
    "$vlt": _versions(lambda sign: sign < 0),
    "$vlte": _versions(lambda sign: sign <= 0),
    "$vgt": _versions(lambda sign: sign > 0),
    "$vgte": _versions(lambda sign: sign >= 0),
    "$veq": _versions(lambda sign: sign == 0),
    "$vne": _versions(lambda sign: sign != 0),
}
GROUPS: Mapping[str, Callable[[list[Mapping[str, object]], Attributes], bool]] = {
    "$and": lambda parts, attributes: all(_holds(part, attributes) for part in parts),
    "$or": lambda parts, attributes: not parts or any(_holds(part, attributes) for part in parts),
    "$nor": lambda parts, attributes: not any(_holds(part, attributes) for part in parts),
    "$not": lambda parts, attributes: not any(_holds(part, attributes) for part in parts),
}
WORDS: Mapping[str, str] = {
    "$eq": "is",
    "$ne": "is not",
    "$in": "is one of",
    "$nin": "is none of",
    "$lt": "is below",
    "$lte": "is at most",
    "$gt": "is above",
    "$gte": "is at least",
    "$all": "has all of",
    "$vlt": "is a version before",
    "$vlte": "is a version up to",
    "$vgt": "is a version after",
    "$vgte": "is a version from",
    "$veq": "is the version",
    "$vne": "is not the version",
}
JOINED: Mapping[str, str] = {"$and": "all of these", "$or": "one of these", "$nor": "none of these", "$not": "not this"}


def _step(name: str, rule: object, attributes: Attributes) -> Step:
    holds = _rule_holds(name, rule, attributes)
    answer = "yes" if holds else "no"
    if name in GROUPS:
        joined = " | ".join(" and ".join(_said(key, one) for key, one in part.items()) for part in _parts(rule))
        return Step(holds, f"{JOINED[name]} ({joined}): {answer}")
    value = value_at(attributes, name)
    found = "it is not known" if value is MISSING else f"it is {_written(value)}"
    return Step(holds, f"{_said(name, rule)}: {answer}, {found}")


def _said(name: str, rule: object) -> str:
    """The rule in words."""
    if name in GROUPS:
        return f"{JOINED[name]} {_written(rule)}"
    if not _is_operators(rule):
        return f"{name} is {_written(rule)}"
    return " and ".join(_said_operator(name, key, wanted) for key, wanted in rule.items())  # type: ignore[attr-defined]  # a mapping


def _said_operator(name: str, key: str, wanted: object) -> str:
    if key == "$exists":
        return f"{name} is {'known' if wanted else 'not known'}"
    if key == "$not":
        return f"not ({_said(name, wanted)})"
    return f"{name} {WORDS.get(key, key)} {_written(wanted)}"


def _written(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _check(spec: object, path: str, depth: int) -> None:
    """Refuse what is no condition: shapes, and operators that nobody knows."""
    if depth > DEEPEST:
        raise PolicyError(path, f"{path} is nested more than {DEEPEST} deep.", "Make it flatter.")
    if not isinstance(spec, Mapping):
        raise PolicyError.wrong(path, "an object of rules, as {country: {$in: [DE, FR]}}", spec)
    for name, rule in spec.items():
        here = f"{path}.{name}"
        if name in GROUPS:
            _check_group(name, rule, here, depth)
        elif str(name).startswith("$"):
            raise _stranger(here, str(name), GROUPS)
        elif _is_operators(rule):
            _check_operators(rule, here, depth)


def _check_group(name: str, rule: object, path: str, depth: int) -> None:
    if name == "$not":
        _check(rule, path, depth + 1)
        return
    if not isinstance(rule, list | tuple):
        raise PolicyError.wrong(path, "a list of conditions", rule)
    for index, part in enumerate(rule):
        _check(part, f"{path}[{index}]", depth + 1)


def _check_operators(rule: object, path: str, depth: int) -> None:
    assert isinstance(rule, Mapping)  # noqa: S101 (the caller looked)
    for name, wanted in rule.items():
        here = f"{path}.{name}"
        if name not in OPERATORS:
            raise _stranger(here, str(name), OPERATORS)
        if name in ("$in", "$nin", "$all") and not isinstance(wanted, list | tuple):
            raise PolicyError.wrong(here, "a list", wanted)
        if name in ("$not", "$elemMatch", "$size") and _is_operators(wanted):
            _check_operators(wanted, here, depth + 1)
        elif name == "$elemMatch":
            _check(wanted, here, depth + 1)


def _stranger(path: str, name: str, known: Mapping[str, object]) -> PolicyError:
    close = get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(known)}."
    return PolicyError(path, f"{path}: there is no {name}.", hint)
