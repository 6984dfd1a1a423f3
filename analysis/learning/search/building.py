"""From a space and somebody's choices to one setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from analysis.learning.search.matching import ABSENT, Absent, UndecidedError, all_hold
from analysis.learning.search.nodes import Built, Choose, Literal, Node, Open
from analysis.learning.search.space import Space
from experiments.types import Json, JsonObject


class CircleError(ValueError):
    """Conditions that wait for each other. opens: whose."""

    def __init__(self, opens: list[Open]) -> None:
        super().__init__(f"These wait for each other: {', '.join(place.name for place in opens)}.")
        self.opens = opens


def build(space: Space, choose: Choose) -> Built:
    """The setting that these choices make. Places under a condition are asked for last, and only where it holds.

    CircleError if the conditions wait for each other.
    """
    work = _Building(choose)
    value = work.filled(space.root)
    while waiting := list(_waiting(value)):
        decided = {id(place) for place in waiting if work.decide(place, value)}
        if not decided:
            raise CircleError(waiting)
        value = work.filled(value)
    return Built(cast(JsonObject, _settled(value)), work.choices)


@dataclass
class _Building:
    choose: Choose
    made: dict[str, int | float] = field(default_factory=dict)
    choices: dict[str, Json] = field(default_factory=dict)
    holds: dict[int, bool] = field(default_factory=dict)

    def decide(self, place: Open, value: Node | Absent) -> bool:
        """Whether it could be said if the place's condition holds."""
        try:
            self.holds[id(place)] = all_hold(place.when, value)
        except UndecidedError:
            return False
        return True

    def filled(self, node: Node | Absent) -> Node | Absent:
        """With every place filled that waits for nothing any more."""
        if isinstance(node, Open):
            return self._place(node)
        if isinstance(node, dict):
            return cast(Node, {key: self.filled(inner) for key, inner in node.items()})
        if isinstance(node, list):
            return cast(Node, [self.filled(inner) for inner in node])
        return node

    def _place(self, place: Open) -> Node | Absent:
        if place.when and id(place) not in self.holds:
            return place
        if place.when and not self.holds[id(place)]:
            return ABSENT if place.otherwise is ABSENT else self.filled(place.otherwise)
        if place.key not in self.made:
            self.made[place.key] = self.choose(place)
        return self._picked(place, self.made[place.key])

    def _picked(self, place: Open, choice: int | float) -> Node | Absent:
        node = place.distribution.at(choice) if place.distribution else place.options[int(choice)]
        filled = self.filled(node)
        is_done = not isinstance(filled, (dict, list)) or next(_waiting(filled), None) is None
        self.choices[place.name] = cast(Json, _settled(filled)) if is_done else None
        return filled


def _waiting(node: object) -> Iterator[Open]:
    if isinstance(node, Open):
        yield node
    elif isinstance(node, Mapping):
        for inner in node.values():
            yield from _waiting(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _waiting(inner)


def _settled(node: object) -> object:
    """Plain JSON: literals opened, absent places gone."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, dict):
        return {key: _settled(inner) for key, inner in node.items() if inner is not ABSENT}
    if isinstance(node, list):
        return [_settled(inner) for inner in node if inner is not ABSENT]
    return node
