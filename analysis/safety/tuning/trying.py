"""What becomes of a setting: how often it passes, and with which objective, in trial worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.learning.seeds import child_seed
from analysis.safety.bounds.clopper_pearson import clopper_pearson_upper
from analysis.safety.searching import Wanted, search
from analysis.safety.setting import Wish
from analysis.safety.terms import Array, Demand, Rows, Subject
from analysis.safety.training import quantities_of, tested, unwatched
from analysis.safety.tuning.worlds import World, world
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Tried:
    """A choice and what came of it. low, high: between which the chance to pass is, with the confidence asked for.

    objective: mean over the trials that passed, on their test rows and without penalty; infinite if none did.
    """

    values: Mapping[str, Json]
    passes: int
    trials: int
    low: float
    high: float
    objective: float

    @property
    def share(self) -> float:
        return self.passes / self.trials if self.trials else 0.0

    @property
    def rank(self) -> tuple[float, float]:
        """The less, the better."""
        return -self.share, self.objective


@dataclass(frozen=True, slots=True)
class Ground:
    """What trials are made from. rows: the candidate's. subject_of: the data as that wish would train on them."""

    rows: Rows
    subject_of: Callable[[Wish], Subject]
    demands_of: Callable[[Wish], tuple[Demand, ...]]
    trials: int
    seed: int
    confidence: float = 0.9
    check: Callable[[], None] = lambda: None


def tried(ground: Ground, wish: Wish, sizes: tuple[int, int], values: Mapping[str, Json]) -> Tried:
    """sizes: rows of search and of test, as they will be. Every choice meets the same worlds."""
    subject, demands = ground.subject_of(wish), ground.demands_of(wish)
    strata = subject.strata(quantities_of(demands))[ground.rows]
    objectives = []
    for trial in range(ground.trials):
        ground.check()
        seed = child_seed(ground.seed, "trial", trial)
        found = _objective(subject, demands, wish, world(ground.rows, strata, sizes, seed=seed), seed)
        if found is not None:
            objectives.append(found)
    low, high = rate_range(len(objectives), ground.trials, confidence=ground.confidence)
    mean = float(np.mean(objectives)) if objectives else float("inf")
    return Tried(values, len(objectives), ground.trials, low, high, mean)


def rate_range(passes: int, trials: int, *, confidence: float) -> tuple[float, float]:
    """Clopper and Pearson's interval for a share."""
    if not trials:
        return 0.0, 1.0
    delta = (1 - confidence) / 2
    low = 1 - clopper_pearson_upper(trials - passes, trials, delta=delta)
    return low, clopper_pearson_upper(passes, trials, delta=delta)


def _objective(subject: Subject, demands: tuple[Demand, ...], wish: Wish, drawn: World, seed: int) -> float | None:
    """On the test rows of that world; None if nothing passed there."""
    rng = np.random.default_rng(seed)
    subject = subject.prepared(drawn.candidate, rng=rng)
    wanted = Wanted(demands, wish.optimiser, len(drawn.safety), wish.mode)
    candidate = search(subject, drawn.candidate, wanted, rng=rng, watch=unwatched)
    outcome = tested(subject, candidate, demands, drawn.safety, mode=wish.mode)
    if outcome.theta is None:
        return None
    look = subject.problem(drawn.safety, demands, size=len(drawn.safety)).look(outcome.theta)
    return unpenalised(look.objective, wish.objective.penalty, outcome.theta)


def unpenalised(objective: float, penalty: float, theta: Array) -> float:
    """What the model itself comes to: choices that differ in their penalty are judged by the same yardstick."""
    return objective - penalty * float(theta @ theta)
