"""Training with a guarantee: split, search for a candidate, test it once on rows that the search never saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analysis.safety.searching import Wanted, search
from analysis.safety.terms import Candidate, Demand, Look, Mode, Optimiser, Outcome, Quantity, Rows, Subject, Watch
from analysis.safety.testing.splitting import divided
from analysis.safety.testing.verdicts import verdict_of


@dataclass(frozen=True, slots=True)
class Training:
    """How: what is demanded, how the search goes, and which share of the rows the safety test gets.

    seed: of the split alone; it says which rows are held back.
    """

    demands: tuple[Demand, ...]
    optimiser: Optimiser
    fraction: float = 0.6
    split: str = "stratified"
    seed: int = 0
    mode: Mode = Mode.DEFAULT


def unwatched(iteration: int, of: int, look: Look) -> None:
    """Nobody listens."""


def train(subject: Subject, training: Training, *, rng: np.random.Generator, watch: Watch = unwatched) -> Outcome:
    """A model that passed, or No Solution Found with its reason. Same subject, training and rng: the same outcome."""
    strata = subject.strata(quantities_of(training.demands))
    parts = divided(strata, fraction=training.fraction, split=training.split, seed=training.seed)
    subject = subject.prepared(parts.candidate, rng=rng)
    wanted = Wanted(training.demands, training.optimiser, len(parts.safety), training.mode)
    candidate = search(subject, parts.candidate, wanted, rng=rng, watch=watch)
    return tested(subject, candidate, training.demands, parts.safety, mode=training.mode)


def quantities_of(demands: Iterable[Demand]) -> tuple[Quantity, ...]:
    """Everything that is bounded, once."""
    return tuple(dict.fromkeys(one for demand in demands for one in demand.constraint.quantities))


def tested(subject: Subject, candidate: Candidate, demands: tuple[Demand, ...], rows: Rows, *, mode: Mode) -> Outcome:
    """The safety test of that candidate on those rows. Whoever calls it counts it as a use of the safety set."""
    if candidate.theta is None:
        return Outcome(None, (), candidate, candidate.reason or "The search met nothing finite.")
    evidence = subject.evidence(candidate.theta, rows, quantities_of(demands))
    verdicts = tuple(verdict_of(demand, evidence, mode=mode) for demand in demands)
    failed = [f"{one.constraint.text}: {one.reason}" for one in verdicts if not one.passed]
    reason = f"The safety test did not pass. {' '.join(failed)}" if failed else ""
    return Outcome(None if failed else candidate.theta, verdicts, candidate, reason)
