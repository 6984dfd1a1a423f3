"""A task on which a safety test by Student's t passes what it must not: false positives are few, and cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.safety.bounds import BOUNDS
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES
from analysis.safety.optimisers import OPTIMISERS
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Demand, Outcome, Samples, Subject
from analysis.safety.training import Training, train

LIMIT = 0.05
LOOKALIKES = 0.06
"""Of the negative rows: these look like positive ones."""


def rows(rng: np.random.Generator, n: int) -> Samples:
    """Half positive; one column that tells, one that does not."""
    labels = (rng.random(n) < 0.5).astype(np.float64)
    looks = np.where(labels == 1, 1.0, (rng.random(n) < LOOKALIKES).astype(np.float64))
    told = np.where(looks == 1, 2.0, -2.0) + 0.7 * rng.normal(size=n)
    return Samples(np.column_stack([told, rng.normal(size=n)]), labels, {})


@dataclass(frozen=True)
class Trial:
    """One training. failed: it passed, and breaks its limit on everybody."""

    solved: bool
    failed: bool


@dataclass(frozen=True)
class Task:
    """FPR <= 0.05 of a logistic model, tested by that bound."""

    bound: str
    everybody: Samples
    split: str = "stratified"
    delta: float = 0.05

    def demand(self) -> Demand:
        constraint = parse_constraint(f"FPR <= {LIMIT}", Vocabulary.of("binary_classification"), delta=self.delta)
        return demand_of(constraint, Terms(bound=BOUNDS.parse(self.bound)))

    def trained(self, n: int, seed: int) -> Outcome:
        rng = np.random.default_rng([seed, n])
        training = Training((self.demand(),), OPTIMISERS.parse("sqp"), split=self.split, seed=seed)
        return train(self.subject(rows(rng, n)), training, rng=rng)

    def subject(self, samples: Samples) -> Subject:
        return Supervised(samples, MODELS.parse("logistic"), OBJECTIVES.parse("logistic_loss"))

    def trial(self, n: int, seed: int) -> Trial:
        theta = self.trained(n, seed).theta
        if theta is None:
            return Trial(solved=False, failed=False)
        constraint = self.demand().constraint
        everybody = np.arange(len(self.everybody.labels))
        [seen] = self.subject(self.everybody).evidence(theta, everybody, constraint.quantities).values()
        return Trial(solved=True, failed=bool(seen.values.mean() > LIMIT))
