"""Constraints on binary classification as demands, and evidence for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.safety.bounds import BOUNDS
from analysis.safety.budgets import budget_of
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.terms import Array, Demand, Evidence, Mode, Quantity

Ends = tuple[float, float]


def demand(
    text: str, bound: str = "auto", *, delta: float = 0.05, mode: Mode = Mode.DEFAULT, spans: Ends = (0.0, 1.0)
) -> Demand:
    """Every quantity with the same bound; spans: where its mean can be."""
    constraint = parse_constraint(text, Vocabulary.of("binary_classification", groups=("M", "F")), delta=delta)
    budget = budget_of(constraint, ranges=dict.fromkeys(constraint.quantities, spans), mode=mode)
    return Demand(constraint, budget, dict.fromkeys(constraint.quantities, BOUNDS.parse(bound)))


def evidence(given: Demand, values: Mapping[str, Array]) -> dict[Quantity, Evidence]:
    """By the quantity as the constraint writes it; each value is a rate."""
    named = {str(quantity): quantity for quantity in given.constraint.quantities}
    return {named[name]: Evidence(seen, 0.0, 1.0, rows=1000) for name, seen in values.items()}


def rates(mean: float, n: int = 400, *, seed: int = 1, spread: float = 8.0) -> Array:
    """Probabilities of that mean."""
    return np.random.default_rng(seed).beta(mean * spread, (1 - mean) * spread, n)
