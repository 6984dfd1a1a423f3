"""What came of simulated studies, in sums: any piece of the runs, in any order, adds up to the same report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """runs: played through. found: an arm was declared to differ from the control. right: the best arm was, and the
    right way. wrong: an arm was declared better that is worse, or the other way. chosen: the best estimate is a best
    arm's. covered: the interval of the last arm's difference held the truth. naive: what looking with a plain test at
    every look would have declared. people, people2, cost, cost2: sums and sums of squares. error2, plain2: squared
    errors of the last arm's difference, by the valid estimate and by the plain means; plain: errors of the latter.
    """

    runs: float = 0.0
    found: float = 0.0
    right: float = 0.0
    wrong: float = 0.0
    chosen: float = 0.0
    covered: float = 0.0
    naive: float = 0.0
    people: float = 0.0
    people2: float = 0.0
    cost: float = 0.0
    cost2: float = 0.0
    error2: float = 0.0
    plain: float = 0.0
    plain2: float = 0.0

    def __add__(self, other: Outcomes) -> Outcomes:
        """Of both pieces."""
        return Outcomes(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Outcomes)))

    def as_json(self) -> dict[str, float]:
        """By name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def read(cls, given: Mapping[str, object]) -> Outcomes:
        """What ``as_json`` gave. ValueError if it is not that."""
        known = {one.name for one in fields(cls)}
        if set(given) != known or not all(isinstance(value, int | float) for value in given.values()):
            raise ValueError(f"outcomes must have the numbers {', '.join(sorted(known))}.")
        return cls(**{name: float(str(value)) for name, value in given.items()})

    def share(self, name: str) -> Share:
        """Of the runs, with its doubt."""
        return Share.of(getattr(self, name), self.runs)

    def mean(self, name: str) -> tuple[float, float]:
        """Of people or cost: the mean, and its standard error."""
        if not self.runs:
            return 0.0, 0.0
        mean = getattr(self, name) / self.runs
        variance = max(getattr(self, f"{name}2") / self.runs - mean * mean, 0.0)
        return mean, sqrt(variance / self.runs)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of simulated runs, with Wilson's interval of 95 %: more runs, less doubt."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, count: float, runs: float) -> Share:
        """0 to 1 while there are no runs."""
        if not runs:
            return cls(0.0, 0.0, 1.0)
        z2, p = 1.959963984540054**2, count / runs
        middle, half = p + z2 / (2 * runs), sqrt(z2) * sqrt(p * (1 - p) / runs + z2 / (4 * runs * runs))
        return cls(p, max((middle - half) / (1 + z2 / runs), 0.0), min((middle + half) / (1 + z2 / runs), 1.0))

    @property
    def words(self) -> str:
        """As per cent.

        >>> Share.of(50, 1000).words
        '5.0 % (3.8 to 6.5)'
        """
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f})"
