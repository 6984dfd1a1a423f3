"""Every family of policies: its slopes are those of its chances, what it draws has the chance that it says."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies import POLICIES, Cells, Policy
from analysis.safety.terms import Array

NAMES = sorted(POLICIES.members)


def steps(n: int, rng: np.random.Generator, policy: Policy) -> tuple[Policy, Episodes, Array]:
    """A policy with its sizes, episodes of one step each that it can have played, and parameters."""
    is_linear = policy.name == "linear_softmax"
    seen = rng.integers(0, 3, (n, 3 if is_linear else 1)).astype(float)
    done = (
        rng.random((n, 2)) * 8 + 6
        if policy.name == "box"
        else rng.integers(0, 2 if is_linear else 4, (n, 1)).astype(float)
    )
    if policy.name == "box":
        done[:, 1] += 10
    if policy.name == "fourier_softmax":
        seen, done = rng.random((n, 2)) * [1.7, 0.14] - [1.2, 0.07], rng.integers(-1, 2, (n, 1)).astype(float)
    episodes = Episodes(np.arange(n + 1), seen, done, np.zeros((n, 1)), rng.random(n) * 0.9 + 0.05)
    shaped = policy.shaped(episodes)
    return shaped, episodes, rng.normal(0, 0.5, shaped.neutral().size)


@pytest.mark.parametrize("name", NAMES)
def test_slopes_are_those_of_its_logarithms(name: str) -> None:
    rng = np.random.default_rng(1)
    policy, episodes, theta = steps(40, rng, POLICIES.parse(POLICIES.members[name].example))
    fitted = policy.over(Cells.of(episodes))
    weights = rng.normal(size=len(fitted.logs(theta)))
    weights[~np.isfinite(fitted.logs(theta))] = 0.0

    def total(at: Array) -> float:
        return float(np.where(weights == 0, 0.0, np.nan_to_num(fitted.logs(at))) @ weights)

    found = fitted.pull(theta, weights)

    assert fitted.size == theta.size
    for place in range(min(theta.size, 6)):
        step = np.zeros_like(theta)
        step[place] = 1e-6
        slope = (total(theta + step) - total(theta - step)) / 2e-6
        assert found[place] == pytest.approx(slope, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "mixture"])
def test_what_it_draws_has_the_chance_that_it_says(name: str) -> None:
    """A mixture draws of its new part alone: nobody here knows the old one."""
    rng = np.random.default_rng(2)
    policy, episodes, theta = steps(60, rng, POLICIES.parse(POLICIES.members[name].example))

    actions, chances = policy.sample(theta, episodes.observations, rng)
    drawn = Episodes(episodes.starts, episodes.observations, actions, episodes.rewards, chances)
    fitted, cells = policy.over(Cells.of(drawn)), Cells.of(drawn)

    np.testing.assert_allclose(np.exp(fitted.logs(theta))[cells.of_step], chances, rtol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_its_sizes_and_parameters_are_finite_from_the_start(name: str) -> None:
    policy, _, theta = steps(40, np.random.default_rng(3), POLICIES.parse(POLICIES.members[name].example))

    assert np.isfinite(policy.neutral()).all()
    assert policy.shaped is not None
    assert theta.shape == policy.neutral().shape
