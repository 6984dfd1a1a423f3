"""Several episodes of one unit hang together: they stay on one side of the division, and count as one."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import Table
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.estimates import Recipe, sides_of
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.reinforcement.units import IN_ORDER, TAKEN_AS_FREE, by_unit
from analysis.safety.reinforcement.weighing import Pulls, Weights
from analysis.safety.terms import Quantity
from analysis.safety.testing.splitting import divided
from tests.analysis.safety.reinforcement.recorded import walks
from tests.analysis.safety.reinforcement.test_promise import subject, theta
from tests.proof import PROOF

DELTA, TRIALS = 0.05, 500 if PROOF else 60
SLACK = 3 * sqrt(DELTA * (1 - DELTA) / TRIALS)
TRUTH = 0.5


def visits(people: int, each: int, rng: np.random.Generator, *, named: bool) -> Episodes:
    """Everybody comes `each` times and always earns the same, 0 or 1 by a coin of their own, whatever is thrown."""
    earned = np.repeat(rng.random(people) < TRUTH, each).astype(np.float64)
    n = people * each
    return Episodes(
        np.arange(n + 1), np.zeros((n, 1)), rng.integers(0, 2, (n, 1)).astype(np.float64), earned[:, None],
        np.full(n, 0.5), units=np.repeat(np.arange(people), each) if named else None,
    )  # fmt: skip


def misses(measure: str, side: str, *, named: bool) -> float:
    """Of the expected return, which is one half under every policy."""
    rng, quantity, kind = np.random.default_rng(3), Quantity(measure), BOUNDS.parse("betting")
    wrong = 0
    for _ in range(TRIALS):
        record = subject(visits(30, 20, rng, named=named), 1)
        evidence = record.evidence(theta(0.6), np.arange(record.count), (quantity,))[quantity]
        found = kind.lower(evidence, delta=DELTA) if side == "lower" else kind.upper(evidence, delta=DELTA)
        wrong += found > TRUTH if side == "lower" else found < TRUTH
    return wrong / TRIALS


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("measure", ["J_pi_new_IS", "J_pi_b"])
def test_a_bound_keeps_its_promise_where_units_are_named(measure: str, side: str) -> None:
    assert misses(measure, side, named=True) <= DELTA + SLACK


def test_and_does_not_where_twenty_visits_of_one_person_count_as_twenty_people() -> None:
    assert misses("J_pi_new_IS", "lower", named=False) > 2 * DELTA


def test_everybody_counts_the_same_however_often_they_came() -> None:
    """One earned 1 nine times, another 0 once."""
    episodes = Episodes.of([[0]] * 10, [[1]] * 10, [[1.0]] * 9 + [[0.0]], [[0.5]] * 10)
    record = subject(replace(episodes, units=np.array([0] * 9 + [1])), 1)

    found = record.evidence(theta(0.5), np.arange(2), (Quantity("J_pi_b"),))[Quantity("J_pi_b")]

    assert found.values.tolist() == [1.0, 0.0]
    assert found.estimate == pytest.approx(0.5)


def test_no_unit_is_on_both_sides_of_a_division() -> None:
    rng = np.random.default_rng(1)
    units = rng.integers(0, 60, 300)
    episodes = replace(walks(300, rng=rng), units=np.unique(units, return_inverse=True)[1].reshape(-1))
    record = _free(episodes)

    quantity = Quantity("J_pi_b", (), ("A",))
    parts = divided(record.strata((quantity,)), fraction=0.5, seed=2)
    searched, tested = record.taken(parts.candidate), record.taken(parts.safety)

    assert searched.units is not None
    assert tested.units is not None
    assert not set(searched.units.tolist()) & set(tested.units.tolist())
    assert len(searched) + len(tested) == 300


def test_the_slope_of_a_clustered_value_is_that_of_its_mean() -> None:
    rng = np.random.default_rng(5)
    episodes = replace(walks(40, rng=rng), units=np.arange(40) // 4)
    record = _free(episodes)
    estimate = sides_of(Quantity("J_pi_new_IS"), episodes, record.recipe).plain
    logs, slopes = rng.normal(size=40), rng.normal(size=10)

    pulls = Pulls(np.zeros(40), None)
    estimate.pull(Weights(np.exp(logs), None), slopes, pulls)

    step = 1e-6 * np.eye(40)
    moved = [
        slopes
        @ (estimate.values(Weights(np.exp(logs + one), None)) - estimate.values(Weights(np.exp(logs - one), None)))
        for one in step
    ]
    assert pulls.episodes == pytest.approx(np.array(moved) / 2e-6, abs=1e-6)


def test_what_is_said_of_units() -> None:
    episodes = walks(6, rng=np.random.default_rng(1))
    names = np.array(["ann", "ann", "bob", "bob", "cy", "cy"], dtype=object)
    recorded = Recorded("walks", episodes, Table("walks", {"person": names}))

    assert by_unit(recorded, "").remarks == (TAKEN_AS_FREE,)
    named = by_unit(recorded, "person")
    assert named.episodes.units is not None
    assert named.episodes.units.tolist() == [0, 0, 1, 1, 2, 2]
    assert named.remarks[0].startswith("6 episodes of 3 units (person)")
    learning = Recorded("walks", episodes, recorded.attributes, is_adaptive=True)
    assert by_unit(learning, "person").remarks == (IN_ORDER,)
    assert by_unit(learning, "person").episodes.units is None


def test_an_episode_of_nobody_is_refused() -> None:
    episodes = walks(3, rng=np.random.default_rng(1))
    names = np.array(["ann", None, "bob"], dtype=object)

    with pytest.raises(NotUsable, match="names nobody in 1 of 3 episodes"):
        by_unit(Recorded("walks", episodes, Table("walks", {"person": names})), "person")


def test_the_box_is_of_single_episodes() -> None:
    episodes = visits(6, 2, np.random.default_rng(1), named=True)

    with pytest.raises(ValueError, match="is of single episodes"):
        subject(episodes, 1).evidence(theta(0.5), np.arange(6), (Quantity("J_pi_new_US"),))


def _free(episodes: Episodes) -> PolicySubject:
    """Nothing is declared of what it can earn."""
    return PolicySubject(episodes, POLICIES.parse({"type": "softmax", "states": 3}), Recipe(Returns()))
