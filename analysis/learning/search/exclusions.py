"""Settings that are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from analysis.learning.parameters import Schema, must_be
from analysis.learning.search.matching import Matcher, all_hold
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Leaves out every setting of which all of this holds."""

    matchers: tuple[Matcher, ...]

    def matches(self, setting: object) -> bool:
        """Whether it does."""
        return all_hold(self.matchers, setting)


@dataclass(frozen=True)
class Exclusions:
    """A list of mappings from places to what stands there: [{mlp.hidden: 64, trainer.rate: [0.1, 0.01]}]."""

    def read(self, path: str, value: object) -> tuple[Exclusion, ...]:
        if not isinstance(value, (list, tuple)):
            raise must_be(path, "a list of mappings, such as [{mlp.hidden: 64}]", value)
        return tuple(self._one(f"{path}[{index}]", one) for index, one in enumerate(value))

    def schema(self) -> Schema:
        return {"type": "array", "items": {"type": "object", "minProperties": 1}}

    def _one(self, path: str, value: object) -> Exclusion:
        if not isinstance(value, Mapping) or not value:
            raise must_be(path, "a mapping from places to values, such as {mlp.hidden: 64}", value)
        return Exclusion(tuple(Matcher(str(place), cast(Json, what)) for place, what in value.items()))
