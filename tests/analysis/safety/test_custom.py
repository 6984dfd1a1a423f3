"""Parameters and rows of one's own, with measures that are functions of both: how much stock to keep for each hour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.custom import Custom, OwnQuantity, Stored
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.optimisers import OPTIMISERS
from analysis.safety.terms import Array, Demand, Regime
from analysis.safety.training import Training, train

N = 3000


def shortfall(theta: Array, rows: Stored) -> Array:
    """What is missing of each demand, as a share of the largest."""
    return np.clip(rows[:, 1] - _stock(theta, rows), 0.0, 10.0) / 10.0


def cost(theta: Array, rows: Stored) -> float:
    return float(_stock(theta, rows).mean())


def _stock(theta: Array, rows: Stored) -> Array:
    found: Array = np.where(rows[:, 0] == 1, theta[1], theta[0]).astype(float)
    return found


def shop(function: Callable[[Array, Stored], Array] = shortfall) -> Custom:
    rng = np.random.default_rng(2)
    night = rng.random(N) < 0.4
    rows = np.column_stack([night, rng.uniform(0.0, np.where(night, 4.0, 8.0))])
    measures = {"Shortfall": OwnQuantity("Shortfall", function, span=(0.0, 1.0))}
    return Custom(rows, cost, lambda rows, rng: np.array([9.0, 9.0]), measures, {"NIGHT": night, "DAY": ~night})


def demands(subject: Custom, *texts: str) -> tuple[Demand, ...]:
    known = Vocabulary.of(Regime.CUSTOM, groups=subject.groups, measures=subject.measures)
    terms = Terms(measures=subject.measures)
    return tuple(demand_of(parse_constraint(text, known, delta=0.05), terms) for text in texts)


def test_as_little_is_kept_as_both_hours_allow() -> None:
    subject = shop()
    asked = demands(subject, "(Shortfall | [NIGHT]) <= 0.05", "(Shortfall | [DAY]) <= 0.05")
    outcome = train(subject, Training(asked, OPTIMISERS.parse("sqp")), rng=np.random.default_rng(0))

    assert outcome.passed
    assert outcome.theta is not None
    assert outcome.theta[1] < outcome.theta[0] < 9.0
    assert [verdict.readings[0].method for verdict in outcome.verdicts] == ["betting", "betting"]


def test_its_slopes_are_those_of_what_is_weighted() -> None:
    subject = shop()
    asked = demands(subject, "(Shortfall | [NIGHT]) - (Shortfall | [DAY]) <= 0")
    problem = subject.problem(np.arange(1000), asked, size=2000)
    look, gradient, slopes = problem.slopes(np.array([5.0, 3.0]))
    _, total = problem.slope(np.array([5.0, 3.0]), np.array([2.0]))

    assert np.isfinite(look.bounds).all()
    assert gradient.sum() == pytest.approx(1.0, abs=1e-6)
    assert slopes[0, 0] > 0 > slopes[0, 1]
    assert total == pytest.approx(gradient + 2.0 * slopes[0])


def test_a_function_that_gives_no_value_for_each_row_is_refused() -> None:
    subject = shop(lambda theta, rows: np.zeros(3))

    with pytest.raises(ValueError, match=r"Shortfall gave values of shape \(3,\) for 10 rows"):
        subject.evidence(np.zeros(2), np.arange(10), demands(subject, "Shortfall <= 1")[0].constraint.quantities)
