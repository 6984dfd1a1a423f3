"""Training with a guarantee: split, search for a candidate, test it once on rows that the search never saw."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from analysis.safety.compiled import Compiled
from analysis.safety.terms import (
    Array,
    Candidate,
    Demand,
    Evidence,
    Interval,
    Look,
    Optimiser,
    Outcome,
    Quantity,
    Reading,
    Rows,
    Subject,
    Verdict,
    Watch,
)
from analysis.safety.testing.splitting import divided


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


def unwatched(iteration: int, of: int, look: Look) -> None:
    """Nobody listens."""


def train(subject: Subject, training: Training, *, rng: np.random.Generator, watch: Watch = unwatched) -> Outcome:
    """A model that passed, or No Solution Found with its reason. Same subject, training and rng: the same outcome."""
    parts = divided(subject.strata(), fraction=training.fraction, split=training.split, seed=training.seed)
    subject = subject.prepared(parts.candidate, rng=rng)
    problem = subject.problem(parts.candidate, training.demands, size=len(parts.safety))
    start = subject.start(parts.candidate, rng=rng)
    candidate = training.optimiser.select(problem, start, rng=rng, watch=watch)
    return tested(subject, candidate, training.demands, parts.safety)


def tested(subject: Subject, candidate: Candidate, demands: tuple[Demand, ...], rows: Rows) -> Outcome:
    """The safety test of that candidate on those rows. Whoever calls it counts it as a use of the safety set."""
    if candidate.theta is None:
        return Outcome(None, (), candidate, candidate.reason or "The search met nothing finite.")
    verdicts = tuple(verdict(subject, candidate.theta, demand, rows) for demand in demands)
    failed = [one.constraint.text for one in verdicts if not one.passed]
    reason = f"The safety test did not pass: {'; '.join(failed)}." if failed else ""
    return Outcome(None if failed else candidate.theta, verdicts, candidate, reason)


def verdict(subject: Subject, theta: Array, demand: Demand, rows: Rows) -> Verdict:
    """One constraint on the safety rows."""
    evidence = subject.evidence(theta, rows, demand.constraint.quantities)
    readings = tuple(_read(demand, quantity, evidence[quantity]) for quantity in demand.constraint.quantities)
    tree = Compiled.of(demand.constraint)
    upper = tree.bounds([(one.interval.lower, one.interval.upper) for one in readings])[1]
    estimate = tree.value([one.estimate for one in readings])
    return Verdict(demand.constraint, estimate, upper, readings, passed=math.isfinite(upper) and upper <= 0)


def _read(demand: Demand, quantity: Quantity, evidence: Evidence) -> Reading:
    share, bound = demand.budget[quantity], demand.bounds[quantity]
    if quantity in demand.ranges:
        low, high = demand.ranges[quantity]
        evidence = replace(evidence, low=low, high=high)
    lower = -math.inf if share.delta_lower is None else bound.lower(evidence, delta=share.delta_lower)
    upper = math.inf if share.delta_upper is None else bound.upper(evidence, delta=share.delta_upper)
    estimate = float(np.mean(evidence.values)) if len(evidence.values) else math.nan
    interval = Interval(lower, upper) if lower <= upper else Interval()
    return Reading(quantity, len(evidence.values), estimate, interval, share, bound.name, bound.exact)
