"""The reference's data as training sees it, and what its constraints demand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.safety.bounds import BOUNDS
from analysis.safety.budgets import Division, budget_of
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Demand, Mode, Regime, Samples
from tests.analysis.safety.facts import FOLDER


def classification() -> Supervised:
    """d_cls.npz: 1,200 rows of five features, two classes, groups M, F, R1, R2 and R3 (of six rows)."""
    stored = np.load(FOLDER / "d_cls.npz")
    names = ("M", "F", "R1", "R2", "R3")
    groups = {name: stored["S"][:, place] == 1 for place, name in enumerate(names)}
    samples = Samples(stored["X"].astype(float), stored["y"].astype(float), groups)
    return Supervised(samples, MODELS.parse("logistic"), OBJECTIVES.parse("logistic_loss"))


def engine_demands(texts: Sequence[str], *, delta: float) -> tuple[Demand, ...]:
    """As the engine bounds them: Student's t, both sides wherever it asks for both."""
    words = Vocabulary.of(Regime.BINARY, groups=("M", "F", "R1", "R2", "R3"))
    bound = BOUNDS.parse("student_t")
    made = []
    for text in texts:
        constraint = parse_constraint(text, words, delta=delta)
        budget = budget_of(constraint, mode=Mode.ENGINE, division=Division())
        made.append(Demand(constraint, budget, dict.fromkeys(budget, bound)))
    return tuple(made)
