"""The replay method: which logged decisions the policy would have made itself.

Li, Chu, Langford and Wang (2011) keep a decision if the policy draws the logged arm, which is right under uniform
logging. Here a decision is kept with chance pi(a) / (M e(a)), M the largest such ratio that there can be: so the kept
ones are as if the policy had drawn them, whatever drew them (rejection sampling; Dudik and others, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.statistics.betting import Floats
from bandits.evaluation.reading import Row


@dataclass(frozen=True)
class Accepted:
    """What was kept so far. values: each reward with how often it came."""

    n: int
    values: dict[float, float]

    @classmethod
    def none(cls) -> Accepted:
        """Nothing yet."""
        return cls(0, {})

    def plus(self, rows: Sequence[Row], taken: Sequence[int]) -> Accepted:
        """With these too."""
        values = dict(self.values) if len(self.values) < 1000 else self.values
        for row, n in zip(rows, taken, strict=True):
            if n:
                values[row.value] = values.get(row.value, 0.0) + n
        return Accepted(self.n + sum(taken), values)


def accept(rows: Sequence[Row], chances: Floats, most: Floats, rng: np.random.Generator) -> list[int]:
    """Of each row's decisions, how many are kept. chances: of the row's own arm, under the policy; most: M of each
    row."""
    ratio = chances / np.array([row.propensity for row in rows])
    keep = np.clip(np.divide(ratio, most, out=np.zeros_like(ratio), where=most > 0), 0.0, 1.0)
    return [int(n) for n in rng.binomial([row.n for row in rows], keep)]
