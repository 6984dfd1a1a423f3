"""Several measures, one reward: the combination is declared, so that everybody can see what is being earned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import ClassVar, Self

from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Named, Parameter, Real, Schema, Several

_WEIGHTS = Named(Real(-1e6, 1e6))
_RANGES = Named(Several(Real(-1e12, 1e12), most=2, least=2))
_MISSING = Named(Real(-1e12, 1e12))


@dataclass(frozen=True)
class Scalarisation:
    """reward = sum of weight x (value - low) / (high - low) over the measures; below 0, less is better.

    ranges: [low, high] of a measure, [0, 1] if not given; values outside are refused, not clipped. missing: what
    stands in for a measure that did not come; without it, a reward that lacks the measure is refused.

    >>> both = Scalarisation.parse({"weights": {"bought": 1, "seconds": -0.2}, "ranges": {"seconds": [0, 60]}})
    >>> both.value({"bought": 1, "seconds": 30}), both.bounds
    (0.9, (-0.2, 1.0))
    """

    parameters: ClassVar[Mapping[str, Parameter]] = {"weights": _WEIGHTS, "ranges": _RANGES, "missing": _MISSING}

    weights: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    missing: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def parse(cls, spec: Mapping[str, object], path: str = "reward") -> Self:
        """What ``spec`` declares. PolicyError if it cannot be read, or weighs nothing."""
        for name in spec.keys() - cls.parameters.keys():
            raise PolicyError(
                f"{path}.{name}", f"{path}.{name} is not part of a reward.", "Known: weights, ranges, missing."
            )
        weights = _WEIGHTS.read(f"{path}.weights", spec.get("weights", {}))
        if not any(weights.values()):
            raise PolicyError.wrong(f"{path}.weights", "a mapping with a weight other than 0", weights)
        ranges = _RANGES.read(f"{path}.ranges", spec.get("ranges", {}))
        missing = _MISSING.read(f"{path}.missing", spec.get("missing", {}))
        for part, given in (("ranges", ranges), ("missing", missing)):
            for name in given.keys() - weights.keys():
                raise PolicyError(f"{path}.{part}.{name}", f"{name} has no weight.", "Give it one, or leave it out.")
        made = cls(_numbers(weights), {name: _pair(pair) for name, pair in ranges.items()}, _numbers(missing))
        for name, (low, high) in made.ranges.items():
            if low >= high:
                raise PolicyError.wrong(f"{path}.ranges.{name}", "a list [low, high] with low < high", [low, high])
        return made

    def value(self, measures: Mapping[str, float]) -> float:
        """The reward. PolicyError if a measure is missing or outside its range."""
        return fsum(weight * self._part(name, measures) for name, weight in self.weights.items())

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest possible reward: the policy's ``low`` and ``high``."""
        parts = self.weights.values()
        return fsum(min(weight, 0.0) for weight in parts), fsum(max(weight, 0.0) for weight in parts)

    def _part(self, name: str, measures: Mapping[str, float]) -> float:
        low, high = self.ranges.get(name, (0.0, 1.0))
        value = measures.get(name, self.missing.get(name))
        if value is None or not low <= value <= high:
            raise PolicyError.wrong(f"reward.{name}", f"a number from {low:g} to {high:g}", value)
        return (value - low) / (high - low)

    def _place(self, name: str, measures: Mapping[str, float]) -> float:
        """How good the measure is between its worst, 0, and its best, 1."""
        part = self._part(name, measures)
        return 1 - part if self.weights[name] < 0 else part

    @classmethod
    def json_schema(cls) -> Schema:
        """The JSON Schema of the declaration."""
        properties = {name: parameter.schema() for name, parameter in cls.parameters.items()}
        return {"type": "object", "properties": properties, "required": ["weights"], "additionalProperties": False}


class Chebyshev(Scalarisation):
    """reward = the least of |weight| x place of the measure between its worst, 0, and its best, 1.

    No measure makes up for another: only what is worst now can raise the reward. Drugan and Nowé (2013).

    >>> both = Chebyshev.parse({"weights": {"bought": 1, "seconds": -1}, "ranges": {"seconds": [0, 60]}})
    >>> both.value({"bought": 1, "seconds": 45}), both.bounds
    (0.25, (0.0, 1.0))
    """

    def value(self, measures: Mapping[str, float]) -> float:
        return min(abs(weight) * self._place(name, measures) for name, weight in self.weights.items() if weight)

    @property
    def bounds(self) -> tuple[float, float]:
        return 0.0, min(abs(weight) for weight in self.weights.values() if weight)


SCALARISATIONS: Mapping[str, type[Scalarisation]] = {"weighted": Scalarisation, "chebyshev": Chebyshev}


def _numbers(values: Mapping[str, object]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items() if isinstance(value, (int, float))}


def _pair(pair: object) -> tuple[float, float]:
    low, high = pair if isinstance(pair, tuple) else (0.0, 1.0)
    return float(low), float(high)
