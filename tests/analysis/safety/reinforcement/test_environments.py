"""Simulated tasks: where every action leads, what it earns, when it is over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.safety.reinforcement.environments import ENVIRONMENTS, Environment, expected_return, played
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.fourier import coefficients, cosines, scaled
from analysis.safety.reinforcement.policies import POLICIES, DiscretePolicy
from analysis.safety.reinforcement.policies.box import Box
from tests.analysis.safety.reinforcement.recorded import facts

FACTS = facts("rl_env.json")
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("size", [3, 4])
def test_every_move_on_the_grid(size: int) -> None:
    rows = [row for row in FACTS["gridworld_transitions"] if row["size"] == size]
    states = np.array([[row["state"]] for row in rows], dtype=float)
    actions = np.array([[row["action"]] for row in rows], dtype=float)

    stepped = ENVIRONMENTS.parse({"type": "gridworld", "size": size}).step(states, actions, RNG)

    assert stepped.state[:, 0].tolist() == [row["next_state"] for row in rows]
    assert stepped.rewards[:, 0].tolist() == [row["reward"] for row in rows]
    assert stepped.over.tolist() == [row["terminal"] for row in rows]


def drive(environment: Environment, actions: list[int]) -> list[list[Any]]:
    state, found = environment.begin(1, RNG), []
    for action in actions:
        stepped = environment.step(state, np.array([[float(action)]]), RNG)
        state = stepped.state
        found.append([*state[0].tolist(), float(stepped.rewards[0, 0]), bool(stepped.over[0])])
    return found


@pytest.mark.parametrize(
    ("config", "fact", "trajectory"),
    [
        ({"type": "mountain_car"}, "mountaincar", "trajectory_pos_vel_reward_terminal"),
        ({"type": "mountain_car", "repeat": 20}, "n_step_mountaincar", "trajectory"),
    ],
)
def test_a_ride_in_the_mountain_car(config: Any, fact: str, trajectory: str) -> None:
    found = drive(ENVIRONMENTS.parse(config), FACTS[fact]["actions"])

    np.testing.assert_allclose(np.array(found, dtype=float), np.array(FACTS[fact][trajectory], dtype=float), rtol=1e-12)


def test_a_car_that_is_over_the_hill_stays_and_costs_nothing_more() -> None:
    car = ENVIRONMENTS.parse({"type": "mountain_car", "repeat": 3})

    stepped = car.step(np.array([[0.495, 0.06]]), np.array([[1.0]]), RNG)

    assert stepped.over.all()
    assert stepped.state[0].tolist() == [0.5, 0.0]
    assert stepped.rewards[0, 0] == 0.0


@pytest.mark.parametrize("fact", [one for one in FACTS["fourier"] if "features" in one], ids=lambda one: one["order"])
def test_the_fourier_basis(fact: Any) -> None:
    low, high = np.array([-1.2, -0.07]), np.array([0.5, 0.07])
    vectors = coefficients(2, fact["order"], fact["max_coupled_vars"])

    assert vectors.tolist() == fact["basis"]
    found = cosines(scaled(np.array([fact["obs"]]), low, high), vectors)
    np.testing.assert_allclose(found[0], fact["features"], rtol=1e-12)


def test_a_basis_whose_cosines_look_at_one_number_each() -> None:
    """The engine breaks here."""
    assert coefficients(2, 2, coupled=1).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [2, 0]]


def test_chances_of_a_softmax_over_the_basis() -> None:
    fact = FACTS["linear_softmax"]
    policy = POLICIES.parse(
        {
            "type": "fourier_softmax",
            "low": [-1.2, -0.07],
            "high": [0.5, 0.07],
            "order": fact["order"],
            "actions": 3,
            "first_action": -1,
        }
    )
    assert isinstance(policy, DiscretePolicy)

    found = policy.table(np.array(fact["theta"]).reshape(-1), np.array(fact["obs"]))

    np.testing.assert_allclose(found, fact["probs"], rtol=1e-12)


@pytest.mark.parametrize("case", FACTS["sigmoid_fixed_area"]["cases"], ids=lambda case: str(case["theta"]))
def test_a_box_of_a_fixed_area(case: Any) -> None:
    fact = FACTS["sigmoid_fixed_area"]
    box = Box(low=(5.0, 15.0), high=(15.0, 25.0), shrink=tuple(fact["shrink"]))

    low, high = box.ends(np.array(case["theta"]))

    np.testing.assert_allclose([low[0], high[0], low[1], high[1]], case["cr1_cr2_cf1_cf2"], rtol=1e-12)


@pytest.mark.parametrize("case", FACTS["weighted_sum_gamma"], ids=str)
def test_discounted_sums(case: Any) -> None:
    n = len(case["x"])
    episodes = Episodes.of([np.zeros(n)], [np.zeros(n)], [case["x"]], [np.ones(n)])

    assert episodes.returns(case["gamma"])[0, 0] == pytest.approx(case["value"], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS.members))
def test_episodes_of_every_task_are_within_what_it_declares(name: str) -> None:
    environment = ENVIRONMENTS.parse(name)
    policy = POLICIES.parse(environment.policy)

    episodes = played(environment, policy, policy.neutral(), 200, rng=np.random.default_rng(3))

    environment.returns().require(episodes)
    assert len(episodes) == 200
    assert episodes.lengths.max() <= environment.most_steps


def test_the_same_seed_plays_the_same_episodes() -> None:
    grid = ENVIRONMENTS.parse("gridworld")
    policy = POLICIES.parse(grid.policy)

    one, other = (played(grid, policy, policy.neutral(), 50, rng=np.random.default_rng(9)) for _ in range(2))

    assert one.actions.tolist() == other.actions.tolist()


def test_more_insulin_lowers_glucose_and_too_much_is_risky() -> None:
    """Factors of 5 g and 20 mg/dl a unit overdose; of 100 g a unit hardly dose at all."""
    task = ENVIRONMENTS.parse({"type": "glucose", "variety": 0.1})

    def risk(per_unit: float, lowered: float) -> np.ndarray[Any, Any]:
        box = Box(low=(per_unit, lowered), high=(per_unit + 1, lowered + 1), shrink=(1.01, 1.01))
        return -expected_return(task, box, np.zeros(2), 300, rng=np.random.default_rng(4))

    much, some, little = risk(4, 20), risk(14, 50), risk(100, 100)

    assert some[0] < min(much[0], little[0])
    assert much[1] > some[1]
    assert little[1] <= some[1]
