"""The promise: a bound on a policy's return misses with probability at most delta, also where weights are wild.

Returns of the new policy are known exactly; many records are drawn. Slack: three standard errors of the counting.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.estimates import Recipe
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.terms import Array, Quantity
from tests.proof import ONLY_IN_PROOF

DELTA, TRIALS = 0.05, 500
CERTAIN = 40.0


def coins(n: int, horizon: int, rng: np.random.Generator) -> Episodes:
    """Heads or tails at every step, evenly; heads at the last one earn 1."""
    heads = rng.random((n, horizon)) < 0.5
    rewards = np.zeros((n, horizon))
    rewards[:, -1] = heads[:, -1]
    flat = heads.astype(np.float64).reshape(-1, 1)
    starts = np.arange(n + 1) * horizon
    return Episodes(starts, np.zeros((n * horizon, 1)), flat, rewards.reshape(-1, 1), np.full(n * horizon, 0.5))


def subject(episodes: Episodes, horizon: int, *, sided: bool = True) -> PolicySubject:
    returns = Returns(1.0, spans={0: (0.0, 1.0)}, rewards={0: (0.0, 1.0)}, horizon=horizon, fixed=True)
    return PolicySubject(episodes, POLICIES.parse({"type": "softmax", "states": 1}), Recipe(returns, sided=sided))


def theta(chance: float) -> Array:
    """Heads with that chance at every step."""
    return np.array([0.0, np.log(chance / (1 - chance))])


MEASURES = {
    "J_pi_new_IS": 0.9,
    "J_pi_new_PDIS": 0.9,
    "J_pi_new_WIS": 0.9,
    "J_pi_new_clipped_IS": 0.9,
    "J_pi_new_clipped_PDIS": 0.9,
    "J_gain_IS": 0.4,
    "J_gain_PDIS": 0.4,
    "J_gain_clipped_IS": 0.4,
}


def misses(
    measure: str, bound: str, side: str, *, horizon: int, n: int, trials: int = TRIALS, sided: bool = True
) -> float:
    """How often the bound is on the wrong side of the truth: heads come with chance 0.9 under the new policy."""
    rng, quantity, kind = np.random.default_rng(horizon), Quantity(measure), BOUNDS.parse(bound)
    wrong = 0
    for _ in range(trials):
        record = subject(coins(n, horizon, rng), horizon, sided=sided)
        evidence = record.evidence(theta(0.9), np.arange(n), (quantity,))[quantity]
        if side == "lower":
            wrong += kind.lower(evidence, delta=DELTA) > MEASURES[measure]
        else:
            wrong += kind.upper(evidence, delta=DELTA) < MEASURES[measure]
    return wrong / trials


SLACK = 3 * sqrt(DELTA * (1 - DELTA) / TRIALS)


@ONLY_IN_PROOF
@pytest.mark.slow
@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("horizon", [1, 3, 10])
@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_a_bound_by_betting_misses_at_most_as_often_as_it_says(measure: str, horizon: int, side: str) -> None:
    assert misses(measure, "betting", side, horizon=horizon, n=100) <= DELTA + SLACK


def test_students_t_misses_far_more_often_over_long_horizons() -> None:
    """Which is why it is labelled approximate: most records lack the heaviest weights."""
    missed = misses("J_pi_new_IS", "student_t", "upper", horizon=10, n=100, trials=100, sided=False)

    assert missed > 4 * DELTA


@pytest.mark.parametrize("measure", ["J_pi_new_IS", "J_gain_PDIS", "J_pi_new_clipped_IS"])
def test_the_promise_in_short(measure: str) -> None:
    assert misses(measure, "betting", "lower", horizon=3, n=60, trials=100) <= DELTA + 3 * sqrt(DELTA * 0.95 / 100)


def test_what_the_record_could_not_show_counts_as_the_worst_from_below_and_the_best_from_above() -> None:
    """Tails were never thrown: of a policy that throws them the record says nothing, and the bounds say so."""
    heads = Episodes.of([[0]] * 400, [[1]] * 400, [[1.0]] * 400, [[1.0]] * 400)
    quantity = Quantity("J_pi_new_IS")

    found = subject(heads, 1).evidence(np.array([CERTAIN, 0.0]), np.arange(400), (quantity,))[quantity]

    assert found.values.max() < 1e-9
    assert BOUNDS.parse("betting").lower(found, delta=DELTA) < 1e-9
    assert BOUNDS.parse("betting").upper(found, delta=DELTA) == pytest.approx(1.0, abs=1e-6)
