"""Estimates, their gradients and bounds on the reference's episodes: as the engine's, and right where it is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from analysis.safety.bounds import StudentT
from analysis.safety.reinforcement.estimates import Recipe
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.terms import Quantity
from tests.analysis.safety.reinforcement.recorded import facts, reference_episodes

EPISODES, THETA, GAMMA = reference_episodes()
AS_THE_ENGINE = Recipe(Returns(GAMMA), sided=False)


def subject(aim: str = "J_pi_new_IS") -> PolicySubject:
    return PolicySubject(EPISODES, POLICIES.parse({"type": "softmax"}), AS_THE_ENGINE, Quantity(aim))


OBJECTIVES = [one for one in facts("objectives.json") if one["data"] == "d_rl.json"]


@pytest.mark.parametrize("fact", OBJECTIVES, ids=lambda fact: fact["objective"])
def test_an_estimate_and_its_gradient_are_the_engines(fact: dict[str, Any]) -> None:
    aim = "J_pi_new_" + str(fact["objective"]).removesuffix("_estimate")
    problem = subject(aim).problem(np.arange(len(EPISODES)), (), size=1)

    look, gradient = problem.slope(THETA, np.zeros(0))

    assert -look.objective == pytest.approx(fact["value"], rel=1e-9)
    np.testing.assert_allclose(-gradient.reshape(4, 3), fact["gradient"], rtol=1e-9, atol=1e-12)


CASES = [one for one in facts("cases.json") if one["data"] == "d_rl.json"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["constraint"])
def test_bounds_are_the_engines(case: dict[str, Any]) -> None:
    quantity = Quantity("J_pi_new_WIS", (2,) if "_[2]" in case["constraint"] else ())
    side = "lower" if case["base_nodes"][str(quantity)]["lower_needed"] else "upper"
    first = case["n_candidate"]
    seen = subject().evidence(THETA, np.arange(first), (quantity,))[quantity]
    tested = subject().evidence(THETA, np.arange(first, len(EPISODES)), (quantity,))[quantity]

    foreseen = StudentT().foresee(seen, side=side, delta=0.05, size=case["n_safety"], inflation=2.0).bound
    found = (StudentT().lower if side == "lower" else StudentT().upper)(tested, delta=0.05)

    assert foreseen == pytest.approx(case["candidate_selection"]["base"][str(quantity)][side], rel=1e-9)
    assert found == pytest.approx(case["safety_test"]["base"][str(quantity)][side], rel=1e-9)
    assert tested.estimate == pytest.approx(case["safety_test"]["base_values"][str(quantity)], rel=1e-9)


def test_an_alternate_reward_is_weighed_by_step_too() -> None:
    """The engine takes the primary reward for it."""
    (fact,) = [one for one in facts("seed_defects.json") if one["kind"] == "pdis_alt_reward"]
    quantity = Quantity("J_pi_new_PDIS", (1,))

    found = subject().evidence(THETA, np.arange(120, 300), (quantity,))[quantity]

    assert -2 - StudentT().lower(found, delta=0.05) == pytest.approx(
        fact["correct"]["safety_test"]["root_upper"], rel=1e-9
    )
    assert -2 - found.values.mean() == pytest.approx(fact["correct"]["safety_test"]["value"], rel=1e-9)


@pytest.mark.parametrize("index", [0, 3])
def test_a_subscript_beyond_the_alternate_rewards_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match=r"alternate reward \d; the episodes have 1 to 2"):
        subject().evidence(THETA, np.arange(10), (Quantity("J_pi_new_IS", (index,)),))


def test_weighted_importance_sampling_is_no_mean_of_independent_values() -> None:
    from analysis.safety.bounds import Hoeffding

    found = subject().evidence(THETA, np.arange(300), (Quantity("J_pi_new_WIS"),))[Quantity("J_pi_new_WIS")]

    assert Hoeffding().lower(found, delta=0.05) == -math.inf
