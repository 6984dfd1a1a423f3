"""What an experiment that learns maximises: the measures that make its reward, and those that come along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import cast

from bandits.policies import PolicyError
from bandits.policies.adaptive.scalarisation import SCALARISATIONS, Scalarisation
from bandits.policies.parameters import Named, Real
from experiments.blueprint import Blueprint, MeasureSpec
from experiments.errors import BadValue
from experiments.types import Json

NUMBERS = ("number", "boolean")
WEIGHTS = Named(Real(-1e6, 1e6))


@dataclass(frozen=True)
class Outcome:
    """What came of a decision. value: what the policy learns. measures: as they were sent; cost among them, if any."""

    value: float
    measures: Mapping[str, float]


@dataclass(frozen=True)
class Goal:
    """The reward of an experiment.

    primary: the measure that a plain value is of; None if several or none are primary. mix: the declared combination
    of several measures; without one the primary measure is the reward. cost: the measure that a budget pays for.
    """

    measures: Mapping[str, MeasureSpec]
    primary: MeasureSpec | None
    mix: Scalarisation | None
    cost: MeasureSpec | None

    @classmethod
    def of(cls, blueprint: Blueprint) -> Goal:
        """PolicyError with a sentence if nothing can be maximised like that."""
        measures = {name: one for name, one in blueprint.measures.items() if one.kind in NUMBERS}
        primaries = [one for one in measures.values() if one.role == "primary"]
        primary = primaries[0] if len(primaries) == 1 else None
        declared, cost = blueprint.allocation.get("reward"), blueprint.allocation.get("cost")
        mix = None if declared is None else _mixed(declared, measures)
        if mix is None:
            _require_usable(primary)
        return cls(measures, primary, mix, None if cost is None else _cost(cost, measures))

    @property
    def title(self) -> str:
        """In words: the measure, or the sum of its parts."""
        if self.mix is None:
            return self._primary.name
        parts = " ".join(f"{weight:+g} {name}" for name, weight in self.mix.weights.items())
        return parts if type(self.mix) is Scalarisation else f"the least of {parts}"

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest reward."""
        return bounds_of(self._primary) if self.mix is None else self.mix.bounds

    @property
    def parts(self) -> tuple[str, ...]:
        """The measures that make the reward."""
        return (self._primary.name,) if self.mix is None else tuple(self.mix.weights)

    @property
    def needed(self) -> tuple[str, ...]:
        """The measures without which there is no reward."""
        parts = [one for one in self.parts if self.mix is None or one not in self.mix.missing]
        return (*parts, *((self.cost.name,) if self.cost is not None else ()))

    @property
    def guardrails(self) -> tuple[MeasureSpec, ...]:
        """The measures that may stop the experiment; they come with rewards, and are never part of them."""
        return tuple(one for one in self.measures.values() if one.role == "guardrail")

    def outcome(self, sent: Mapping[str, Json]) -> Outcome:
        """The reward of these measures. BadValue if one is unknown or out of range, or a needed one is not there."""
        measures = {name: self.number(name, value) for name, value in sent.items()}
        if self.cost is not None and self.cost.name not in measures:
            raise BadValue(f"What it cost is missing: “{self.cost.name}”.", hint="Send it among the measures.")
        return Outcome(self._value(measures), measures)

    def mean(self, measures: Mapping[str, float]) -> Outcome:
        """The reward of means of values that fitted: of booleans any part of 1. BadValue if a needed one is missing."""
        held = {
            name: min(max(value, bounds_of(self.measures[name])[0]), bounds_of(self.measures[name])[1])
            for name, value in measures.items()
        }
        return Outcome(self._value(held), held)

    def number(self, name: str, value: Json) -> float:
        """The value of that measure; BadValue if it does not fit its kind and range."""
        measure = self.measures.get(name)
        if measure is None:
            raise BadValue(f"There is no measure “{name}” of a number.", hint=f"There are: {', '.join(self.measures)}.")
        if measure.kind == "boolean" and value not in (0, 1):
            raise BadValue(f"“{name}” is true or false (1 or 0), not {value!r}.")
        if (isinstance(value, bool) and measure.kind != "boolean") or not isinstance(value, bool | int | float):
            raise BadValue(f"“{name}” is a number, not {value!r}.")
        low, high = bounds_of(measure)
        if not low <= value <= high:
            raise BadValue(f"“{name}” lies between {low:g} and {high:g}, not at {value:g}.")
        return float(value)

    def default(self, value: float) -> float:
        """What a missing reward counts; BadValue if no reward could be that."""
        if self.mix is None:
            return self.number(self._primary.name, value)
        low, high = self.bounds
        if not low <= value <= high:
            raise BadValue(f"The reward lies between {low:g} and {high:g}, not at {value:g}.")
        return float(value)

    @property
    def _primary(self) -> MeasureSpec:
        if self.primary is None:
            raise PolicyError("measures", "There is no one primary measure.", "Name the measures of the reward.")
        return self.primary

    def _value(self, measures: Mapping[str, float]) -> float:
        missing = [one for one in self.parts if one not in measures and not (self.mix and one in self.mix.missing)]
        if missing:
            names = ", ".join(f"“{one}”" for one in missing)
            raise BadValue(
                f"The reward is made of {', '.join(self.parts)}; {names} is missing.", hint="Send `measures`."
            )
        return measures[self._primary.name] if self.mix is None else self.mix.value(measures)


def bounds_of(measure: MeasureSpec) -> tuple[float, float]:
    """The least and the greatest value of a measure."""
    if measure.kind == "boolean":
        return 0.0, 1.0
    return -inf if measure.low is None else measure.low, inf if measure.high is None else measure.high


def _require_usable(primary: MeasureSpec | None) -> None:
    if primary is None:
        raise PolicyError(
            "measures",
            "A policy that learns needs one primary measure, a number or a boolean.",
            "Or say what it earns: reward: {weights: {a measure: 1, another: 0.5}}.",
        )
    if primary.direction == "down":
        raise PolicyError(
            "measures",
            f"A policy that learns raises its reward, and less of “{primary.name}” is better.",
            f"Say so in the allocation: reward: {{weights: {{{primary.name}: 1}}}} turns it round by its direction.",
        )


def _mixed(declared: Json, measures: Mapping[str, MeasureSpec]) -> Scalarisation:
    """The declared combination: weights are positive, a measure's direction says which way it counts."""
    path = "allocation.reward"
    if not isinstance(declared, Mapping):
        raise PolicyError.wrong(path, "a mapping with weights", declared)
    for name in declared.keys() - {"kind", "weights", "missing"}:
        raise PolicyError(f"{path}.{name}", f"{path}.{name} is not part of a reward.", "Known: kind, weights, missing.")
    kind = SCALARISATIONS.get(str(declared.get("kind", "weighted")))
    if kind is None:
        raise PolicyError.wrong(f"{path}.kind", f"one of {', '.join(SCALARISATIONS)}", declared["kind"])
    weights = cast("dict[str, float]", WEIGHTS.read(f"{path}.weights", declared.get("weights", {})))
    parts = {name: _part(name, weight, measures) for name, weight in weights.items()}
    signed = {name: -weights[name] if one.direction == "down" else weights[name] for name, one in parts.items()}
    spec: dict[str, object] = {
        "weights": signed,
        "ranges": {name: list(bounds_of(one)) for name, one in parts.items()},
        "missing": declared.get("missing", {}),
    }
    mix = kind.parse(spec, path)
    for name, value in mix.missing.items():
        low, high = bounds_of(parts[name])
        if not low <= value <= high:
            raise PolicyError.wrong(f"{path}.missing.{name}", f"a number from {low:g} to {high:g}", value)
    return mix


def _part(name: str, weight: float, measures: Mapping[str, MeasureSpec]) -> MeasureSpec:
    """The measure of that name, if it can be a part of a reward with that weight."""
    path, measure = f"allocation.reward.weights.{name}", measures.get(name)
    if measure is None:
        known = ", ".join(measures) or "none"
        raise PolicyError(path, f"There is no measure “{name}” of a number.", f"Measures that could be: {known}.")
    if measure.role == "guardrail":
        raise PolicyError(path, f"“{name}” is a guardrail: it may stop the experiment, and earns it nothing.")
    if not all(abs(end) < inf for end in bounds_of(measure)) or bounds_of(measure)[0] == bounds_of(measure)[1]:
        raise PolicyError(path, f"“{name}” needs low and high: its part of the reward is its place between them.")
    if weight < 0 and measure.direction != "none":
        raise PolicyError(path, f"“{name}” has a direction, {measure.direction}; its weight is above 0.")
    return measure


def _cost(name: Json, measures: Mapping[str, MeasureSpec]) -> MeasureSpec:
    measure = measures.get(name) if isinstance(name, str) else None
    if measure is None:
        raise PolicyError.wrong("allocation.cost", f"the name of a measure ({', '.join(measures) or 'none'})", name)
    if not bounds_of(measure)[0] >= 0:
        raise PolicyError("allocation.cost", f"“{name}” may be below 0; what a decision costs is 0 or more (low: 0).")
    return measure
