"""A problem's gradients, for every measure and every policy, against differences."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS
from analysis.safety.budgets import budget_of
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.reinforcement.estimates import Recipe
from analysis.safety.reinforcement.measures import RETURNS
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.terms import Array, Demand, Problem, Quantity
from experiments.types import JsonObject
from tests.analysis.safety.reinforcement.recorded import walks

EPISODES = walks(200, rng=np.random.default_rng(5))
RETURN = Returns(0.9, spans={0: (-4.0, 4.0)}, rewards={0: (-1.0, 1.0)}, horizon=4)
WORDS = Vocabulary.of("reinforcement_learning", groups=("A", "B"))
CLIP = 1.5


def demand(text: str, bound: str) -> Demand:
    constraint = parse_constraint(text, delta=0.05, vocabulary=WORDS)
    chosen = BOUNDS.parse(bound)
    return Demand(constraint, budget_of(constraint), dict.fromkeys(constraint.quantities, chosen))


def problem(policy: JsonObject, *demands: Demand, aim: str = "J_pi_new_IS") -> Problem:
    subject = PolicySubject(EPISODES, POLICIES.parse(policy), Recipe(RETURN, clip=CLIP), Quantity(aim))
    rng = np.random.default_rng(0)
    return subject.prepared(np.arange(200), rng=rng).problem(np.arange(200), demands, size=300)


def by_differences(one: Problem, theta: Array, weights: Array) -> Array:
    found = np.empty_like(theta)
    for place in range(len(theta)):
        step = np.zeros_like(theta)
        step[place] = 1e-6
        ends = [one.look(theta + sign * step) for sign in (1, -1)]
        totals = [look.objective + float(weights @ look.bounds) for look in ends]
        found[place] = (totals[0] - totals[1]) / 2e-6
    return found


def agree(one: Problem, theta: Array) -> None:
    weights = np.linspace(0.5, 1.5, one.count)
    look, gradient = one.slope(theta, weights)
    _, first, rest = one.slopes(theta)

    assert np.isfinite(look.bounds).all()
    np.testing.assert_allclose(gradient, by_differences(one, theta, weights), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(gradient, first + weights @ rest, rtol=1e-9, atol=1e-12)


SLOPING = [name for name in RETURNS if name != "J_pi_new_US"]


@pytest.mark.parametrize("bound", ["student_t", "betting"])
@pytest.mark.parametrize("name", SLOPING)
def test_of_every_measure(name: str, bound: str) -> None:
    theta = np.random.default_rng(1).normal(0, 0.4, 6)

    agree(problem({"type": "softmax"}, demand(f"{name} >= 0.1", bound), demand(f"({name} | [A]) <= 0.3", bound)), theta)


@pytest.mark.parametrize("aim", SLOPING)
def test_of_every_aim(aim: str) -> None:
    agree(problem({"type": "softmax"}, aim=aim), np.random.default_rng(2).normal(0, 0.4, 6))


POLICIES_HERE: list[JsonObject] = [
    {"type": "linear_softmax"},
    {"type": "fourier_softmax", "low": [0], "high": [2], "order": 2},
    {"type": "gaussian"},
    {"type": "gaussian", "deviation": 0.7, "order": 1, "low": [0], "high": [2]},
    {"type": "mixture", "share": 0.4, "of": {"type": "softmax"}},
]


@pytest.mark.parametrize("policy", POLICIES_HERE, ids=lambda policy: str(policy["type"]))
def test_of_every_policy(policy: JsonObject) -> None:
    one = problem(policy, demand("J_gain_PDIS >= 0", "betting"), demand("J_pi_new_IS - 0.5 * J_pi_b >= 0", "betting"))

    agree(one, np.random.default_rng(3).normal(0, 0.3, one.size))


def test_a_ratio_beyond_all_numbers_counts_as_a_very_large_one() -> None:
    """So everything stays a number."""
    one = problem({"type": "gaussian"}, demand("J_pi_new_IS >= -3.9", "student_t"))
    theta = np.zeros(one.size)
    theta[-1] = -400.0

    assert np.isfinite(one.look(theta).bounds).all()


def test_chances_that_cannot_be_right_are_refused() -> None:
    """They were those of two actions, and are taken for densities: some weights are huge, and nothing may pass."""
    policy = POLICIES.parse({"type": "gaussian", "deviation": 1e-3})
    subject = PolicySubject(EPISODES, policy, Recipe(RETURN))

    with pytest.raises(ValueError, match="recorded chances cannot be right"):
        subject.evidence(np.zeros(2), np.arange(200), (Quantity("J_pi_new_IS"),))
