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
from analysis.safety.searching import Wanted, search
from analysis.safety.setting import Wish, explicit, read_setting
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Demand, Objective, Outcome, Samples
from analysis.safety.testing.splitting import divided
from analysis.safety.training import Training, quantities_of, tested, train, unwatched
from analysis.safety.tuning.places import put
from analysis.safety.tuning.section import Tuning, beginning
from analysis.safety.tuning.tuned import Data, tune
from experiments.types import JsonObject

LIMIT = 0.05
LOOKALIKES = 0.06
"""Of the negative rows: these look like positive ones."""

LOSS = OBJECTIVES.parse("logistic_loss")
TUNING: JsonObject = {
    "over": {
        "safety.fraction": [0.7, 0.5],
        "objective.penalty": [0.0, 0.01],
        "constraints.0.inflation": [1.0, 2.0],
        "constraints.0.bound": ["auto", "maurer_pontil"],
    },
    "trials": 4,
}


def rows(rng: np.random.Generator, n: int) -> Samples:
    """Half positive; one column that tells, one that does not."""
    labels = (rng.random(n) < 0.5).astype(np.float64)
    looks = np.where(labels == 1, 1.0, (rng.random(n) < LOOKALIKES).astype(np.float64))
    told = np.where(looks == 1, 2.0, -2.0) + 0.7 * rng.normal(size=n)
    return Samples(np.column_stack([told, rng.normal(size=n)]), labels, {})


def demands_in(wish: Wish) -> tuple[Demand, ...]:
    return wish.demands(Vocabulary.of("binary_classification"))


def _nothing(done: int, of: int) -> None:
    """Nobody listens."""


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

    def subject(self, samples: Samples, objective: Objective = LOSS) -> Supervised:
        return Supervised(samples, MODELS.parse("logistic"), objective)

    def tuned(self, n: int, seed: int) -> Outcome:
        """The same, after penalty, bound, reserve and the share that tests were chosen on the candidate rows."""
        rng = np.random.default_rng([seed, n])
        subject = self.subject(rows(rng, n))
        setting = explicit({"constraints": [{"text": f"FPR <= {LIMIT}", "delta": self.delta}], "tuning": TUNING})
        tuning, begun = Tuning.of(setting), beginning(setting)
        assert tuning is not None  # noqa: S101 - two lines above
        wished = read_setting(begun)
        parts = divided(
            subject.strata(quantities_of(demands_in(wished))),
            fraction=wished.held.fraction,
            split=self.split,
            seed=seed,
        )
        where = Data(n, lambda wish: self.subject(subject.samples, wish.objective), demands_in, _nothing, lambda: None)
        found = tune(put(begun, "safety.split", self.split), tuning, parts, where, seed=seed)
        wish = read_setting(found.setting)
        chosen, demands = self.subject(subject.samples, wish.objective), demands_in(wish)
        wanted = Wanted(demands, wish.optimiser, len(found.parts.safety), wish.mode)
        candidate = search(chosen, found.parts.candidate, wanted, rng=rng, watch=unwatched)
        return tested(chosen, candidate, demands, found.parts.safety, mode=wish.mode)

    def trial(self, n: int, seed: int, *, tuning: bool = False) -> Trial:
        theta = (self.tuned if tuning else self.trained)(n, seed).theta
        if theta is None:
            return Trial(solved=False, failed=False)
        constraint = self.demand().constraint
        everybody = np.arange(len(self.everybody.labels))
        [seen] = self.subject(self.everybody).evidence(theta, everybody, constraint.quantities).values()
        return Trial(solved=True, failed=bool(seen.values.mean() > LIMIT))
