"""Settings that are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.learning.components import ValueKind
from analysis.learning.search.matching import Matcher, all_hold
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Leaves out every setting of which all of this holds."""

    matchers: tuple[Matcher, ...]

    def matches(self, setting: object) -> bool:
        """Whether it does."""
        return all_hold(self.matchers, setting)


class ExclusionKind(ValueKind):
    """A mapping from places to what stands there: {mlp.hidden: 64, trainer.rate: [0.1, 0.01]}."""

    def words(self) -> str:
        return "a mapping from places to values, such as {mlp.hidden: 64}"

    def schema(self) -> dict[str, Json]:
        return {"type": "object", "minProperties": 1}

    def fits(self, value: Json) -> bool:
        return isinstance(value, Mapping) and bool(value)

    def read(self, value: Json) -> Exclusion:
        places = value.items() if isinstance(value, Mapping) else ()
        return Exclusion(tuple(Matcher(place, what) for place, what in places))
