"""What must hold at a place of a setting: for exclusions, and for conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

from analysis.learning.digests import canonical
from experiments.problems import Path, parts_of
from experiments.types import Json


class Absent(Enum):
    """Nothing stands there: the key is left out of the setting."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


class Pending:
    """Marks a place of a setting that is still open."""

    __slots__ = ()


class UndecidedError(Exception):
    """The place that is looked at is still open."""


ORDERS = {
    "above": lambda value, bound: value > bound,
    "below": lambda value, bound: value < bound,
    "from": lambda value, bound: value >= bound,
    "to": lambda value, bound: value <= bound,
}
WORDS = (*ORDERS, "one_of", "not")


@dataclass(frozen=True, slots=True)
class Matcher:
    """`what` must hold at `place`: a value, a list of values (one of them), or `above`, `below`, `from`, `to`,
    `one_of`, `not` with theirs. A place that is not in the setting matches nothing, not even `not`.
    """

    place: str
    what: Json

    def holds(self, setting: object) -> bool:
        """Whether it does. UndecidedError if the place is still open."""
        found = look_up(setting, self.place)
        return found is not ABSENT and matches(cast(Json, found), self.what)


def all_hold(matchers: Sequence[Matcher], setting: object) -> bool:
    """Whether every one of them holds; true of none."""
    return all(matcher.holds(setting) for matcher in matchers)


def matches(value: Json, what: Json) -> bool:
    """Whether the value is what is asked for.

    >>> matches(32, [32, 64]), matches(0.1, {"above": 0.01, "to": 0.1}), matches("sgd", {"not": "adam"})
    (True, True, True)
    """
    if isinstance(what, Mapping) and what and all(word in WORDS for word in what):
        return all(_word(value, word, bound) for word, bound in what.items())
    if isinstance(what, Sequence) and not isinstance(what, str):
        return any(same(value, one) for one in what) or same(value, what)
    return same(value, what)


def same(one: Json, other: Json) -> bool:
    """Whether two values are equal; 1 and 1.0 are, 1 and true are not."""
    if _is_number(one) and _is_number(other):
        return one == other
    return canonical(one) == canonical(other)


def look_up(setting: object, place: str) -> object:
    """What stands at a place, by its whole path or by its short name; ABSENT if nothing does.

    UndecidedError if it is still open.
    """
    for path in paths_of(place):
        if (found := at(setting, path)) is not ABSENT:
            return found
    return ABSENT


def paths_of(place: str) -> tuple[Path, ...]:
    """Where a name may stand: as written, in a component's config, in a component, in a function's specification.

    >>> paths_of("mlp.hidden")[:2]
    (('mlp', 'hidden'), ('components', 'mlp', 'config', 'hidden'))
    """
    path = parts_of(place)
    inner = ("components", *path[:1], "config", *path[1:])
    return path, inner, ("components", *path), ("specification", *path)


def short_name(path: Path) -> str:
    """What people call a place: the inverse of `paths_of`, where there is a shorter name.

    >>> short_name(("components", "mlp", "config", "layers", 0)), short_name(("stopping", "patience"))
    ('mlp.layers.0', 'stopping.patience')
    """
    if len(path) > 3 and path[0] == "components" and path[2] == "config":
        path = (path[1], *path[3:])
    elif len(path) > 1 and path[0] in ("components", "specification"):
        path = path[1:]
    return ".".join(map(str, path))


def _word(value: Json, word: str, bound: Json) -> bool:
    if word == "not":
        return not matches(value, bound)
    if word == "one_of":
        return isinstance(bound, Sequence) and any(same(value, one) for one in bound)
    return _is_number(value) and _is_number(bound) and ORDERS[word](value, bound)


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def at(value: object, path: Path) -> object:
    """What stands at a path; ABSENT if nothing does. UndecidedError if it is still open."""
    for part in path:
        if isinstance(value, Mapping) and str(part) in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return ABSENT
        if isinstance(value, Pending):
            raise UndecidedError
    return value
