"""From the results of trials to curves: for each contender and size, performance, solution rate and failure rate.

Rates have exact intervals (Clopper and Pearson, 1934), each at its own level: no trial that failed is no proof that
none ever does. Of no solution there is no performance, and no failure either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean, stdev
from typing import Final

from experiments.types import Json, JsonObject

LEVEL: Final = 0.95
SURE: Final = 1.96
PROBABILISTIC, DECIDED = "probabilistic", "decided"


@dataclass(frozen=True, slots=True)
class Trial:
    """One result. performance: by terms, empty where no solution was found. values: by terms, g of each constraint."""

    contender: str
    rows: int
    returned: bool
    performance: Mapping[str, float]
    values: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Point:
    """Of one contender at one size. low, high: of the interval; equal to the value where nothing can be said."""

    rows: int
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One contender's. failures: one for each constraint, then one for any of them (if there are several)."""

    contender: str
    promises: bool
    performance: tuple[Point, ...]
    solutions: tuple[Point, ...]
    failures: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """constraints: (text, delta), as long as `Curve.failures`. terms: probabilistic or decided. n: trials so far."""

    curves: tuple[Curve, ...]
    constraints: tuple[tuple[str, float], ...]
    terms: str
    performance_is: str
    world: int
    n: int

    def as_json(self) -> JsonObject:
        """For programs."""
        return {
            "terms": self.terms,
            "performance": self.performance_is,
            "world": self.world,
            "trials": self.n,
            "level": LEVEL,
            "constraints": [{"text": text, "delta": delta} for text, delta in self.constraints],
            "contenders": [_curve_json(curve) for curve in self.curves],
        }


ANY: Final = "any of them"


def read_curves(results: Iterable[JsonObject], *, terms: str = PROBABILISTIC) -> Curves:
    """results: of `safe_trial`, in any order. ValueError for another result.

    What has no decisions (a regression) is read as it is, whatever terms are asked for.
    """
    found = [(result, _trial(result)) for result in results]
    if not found:
        return Curves((), (), terms, "accuracy", 0, 0)
    first, trials = found[0][0], [trial for _, trial in found]
    constraints = _constraints(first)
    if not any(terms in trial.values for trial in trials):
        terms = PROBABILISTIC
    promises = {trial.contender: result.get("promises") is True for result, trial in found}
    curves = [
        _curve([one for one in trials if one.contender == name], terms, len(constraints), promises=promises[name])
        for name in sorted(promises, key=lambda name: (not promises[name], name))
    ]
    world = first.get("world")
    return Curves(
        curves=tuple(curves),
        constraints=constraints,
        terms=terms,
        performance_is=str(first.get("performance_is", "accuracy")),
        world=world if isinstance(world, int) else 0,
        n=len(trials),
    )


def rate(successes: int, n: int, *, level: float = LEVEL) -> tuple[float, float, float]:
    """(rate, lower, upper), exact and two-sided.

    >>> [round(each, 4) for each in rate(0, 20)]
    [0.0, 0.0, 0.1684]
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if not successes else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, 1 - tail))
    return successes / n, low, high


def _curve(trials: Sequence[Trial], terms: str, constraints: int, *, promises: bool) -> Curve:
    sizes: dict[int, list[Trial]] = {}
    for trial in sorted(trials, key=lambda one: one.rows):
        sizes.setdefault(trial.rows, []).append(trial)
    each = [(number,) for number in range(max(1, constraints - 1))]
    asked = [*each, tuple(range(len(each)))] if len(each) > 1 else each
    kinds = [partial(_failed, terms=terms, numbers=numbers) for numbers in asked]
    means = (_mean(rows, [one.performance[terms] for one in group if one.returned]) for rows, group in sizes.items())
    return Curve(
        contender=trials[0].contender,
        promises=promises,
        performance=tuple(mean for mean in means if mean is not None),
        solutions=tuple(_rate(rows, [one.returned for one in group]) for rows, group in sizes.items()),
        failures=tuple(tuple(_rate(rows, map(kind, group)) for rows, group in sizes.items()) for kind in kinds),
    )


def _failed(trial: Trial, *, terms: str, numbers: Sequence[int]) -> bool:
    """Whether it broke any of these constraints; not a number is broken, no solution is not."""
    return trial.returned and any(not trial.values[terms][number] <= 0 for number in numbers)


def _rate(rows: int, happened: Iterable[bool]) -> Point:
    each = list(happened)
    value, low, high = rate(sum(each), len(each))
    return Point(rows, value, low, high, len(each))


def _mean(rows: int, values: Sequence[float]) -> Point | None:
    """Mean and a normal interval; a single value has none."""
    if not values:
        return None
    mean = fmean(values)
    half = SURE * stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Point(rows, mean, mean - half, mean + half, len(values))


def _trial(result: JsonObject) -> Trial:
    rows, values = result.get("rows"), result.get("values")
    if not isinstance(rows, int) or not isinstance(values, Mapping) or "returned" not in result:
        raise ValueError("This is no result of a trial.")
    returned = result["returned"] == 1.0
    names = {PROBABILISTIC: "performance", DECIDED: "performance_decided"}
    performance = {terms: _number(result[key]) for terms, key in names.items() if key in result}
    found = {terms: tuple(map(_number, each)) for terms, each in values.items() if isinstance(each, list | tuple)}
    return Trial(str(result.get("contender", "")), rows, returned, performance, found)


def _constraints(result: JsonObject) -> tuple[tuple[str, float], ...]:
    written = result.get("constraints")
    entries = written if isinstance(written, list | tuple) else ()
    each = [(str(one["text"]), _number(one["delta"])) for one in entries if isinstance(one, Mapping)]
    together = (ANY, min(1.0, sum(delta for _, delta in each)))
    return tuple([*each, together] if len(each) > 1 else each)


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float | str) else math.nan


def _curve_json(curve: Curve) -> JsonObject:
    return {
        "contender": curve.contender,
        "promises": curve.promises,
        "performance": [_point_json(point) for point in curve.performance],
        "solution_rate": [_point_json(point) for point in curve.solutions],
        "failure_rates": [[_point_json(point) for point in points] for points in curve.failures],
    }


def _point_json(point: Point) -> JsonObject:
    return {"rows": point.rows, "value": point.value, "low": point.low, "high": point.high, "trials": point.n}
