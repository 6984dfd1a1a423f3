"""Three ways to write a computation for `manage.py run_batch`; docs/tutorial/a-function-over-specifications.md."""

from __future__ import annotations

import math

import numpy as np

from analysis.learning.functions import Call, Checkpointed, Done, Output

MEAN = {"normal": 0.0, "exponential": 1.0, "lognormal": math.exp(0.5)}
REPEATS = 2_000


def sample(distribution: str, rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """One row for each repeat."""
    drawn: np.ndarray = getattr(rng, {"normal": "standard_normal"}.get(distribution, distribution))(size=size)
    return drawn


def covers(values: np.ndarray, distribution: str, z: float) -> np.ndarray:
    """For each row: does its interval hold the true mean?"""
    spread = values.std(axis=1, ddof=1) / math.sqrt(values.shape[1])
    holds: np.ndarray = np.abs(values.mean(axis=1) - MEAN[distribution]) <= z * spread
    return holds


def main(distribution: str, n: int, level: float, call: Call) -> dict[str, float]:
    """The share of intervals that hold the true mean: a plain function, its parameters the keys of a specification."""
    from scipy.stats import norm

    hits = covers(sample(distribution, call.rng, (REPEATS, n)), distribution, float(norm.ppf((1 + level) / 2)))
    call.log.info("%d of %d intervals held", hits.sum(), REPEATS)
    return {"coverage": float(hits.mean()), "missing": level - float(hits.mean())}


class Longer(Checkpointed):
    """The same with as many repeats as one likes: killed anywhere, it goes on from its last thousand."""

    steps_before_checkpoint = 5

    def initialise(self, specification: object) -> None:
        """Nothing has been drawn yet."""
        self.hits = self.repeats = 0

    def step(self) -> object:
        """A thousand more. After each ten thousand, a result for so many repeats."""
        distribution, n = str(self.specification["distribution"]), int(str(self.specification["n"]))
        self.hits += int(covers(sample(distribution, self.call.rng, (1_000, n)), distribution, 1.96).sum())
        self.repeats += 1_000
        total = int(str(self.specification["repeats"]))
        if self.repeats % 10_000 == 0:
            return Output(
                {**self.specification, "repeats": self.repeats},
                {"coverage": self.hits / self.repeats},
                done=self.repeats,
                of=total,
                is_last=self.repeats >= total,
            )
        return Done({"coverage": self.hits / self.repeats}) if self.repeats >= total else None
