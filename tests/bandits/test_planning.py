"""Studies that learn, played through: the very policy, the stored chances, honest at the end."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.planning.power.watching import Watch
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.study import Study
from analysis.statistics.adaptive.answering import adaptive_difference, judged
from bandits.planning.playing import Learner, Record, play, root_error
from bandits.policies import ADAPTIVE

WORLD = Assumed(("a", "b", "c"), "yes_no", 0.3, (0.0, 0.0, 0.2))
STUDY = Study(240, (1.0,) * 3, (1.0,) * 3)


def learner(name: str, **say: object) -> Learner:
    return Learner(ADAPTIVE[name].parse({"policy": name, **say}), batch=40)


def test_the_end_is_judged_as_results_judge_it() -> None:
    rng, record = np.random.default_rng(18), Record((0.0, 1.0))
    for _ in range(20):
        values = [(rng.random(n) < rate).astype(float) for n, rate in ((30, 0.2), (10, 0.7))]
        record.add(values, np.array([0.75, 0.25]), rng)
    log = record.log()

    said = adaptive_difference(log, (0, 1), ends=(0.0, 1.0)).estimate

    assert (log.pulls(0), log.pulls(1)) == (600, 200)
    assert said.low > 0
    assert said.holds(0.5)


def test_what_a_learning_study_declares_keeps_its_level_where_an_arm_is_starved() -> None:
    """Intervals around weighted means missed 7 % to 12 % there."""
    world, study = WORLD.without_effect(), Study(200, (1.0,) * 3, (1.0,) * 3)
    found = play(world, study, learner("thompson_bernoulli"), runs=60, rng=np.random.default_rng(18))

    assert found.found <= 0.05 * 60
    assert found.covered >= 0.95 * 60


def test_a_learning_study_says_how_often_it_is_right_and_gives_the_best_arm_more() -> None:
    rng = np.random.default_rng(18)
    larger = Study(600, STUDY.shares, STUDY.costs)
    found = play(WORLD, larger, learner("thompson_bernoulli", floor=0.1), runs=20, rng=rng)

    assert found.runs == 20
    assert found.chosen >= 19
    assert found.right > 0
    assert found.wrong == 0
    assert found.people == 20 * 600
    assert 0 < root_error(found, "error2") < 0.2


@pytest.mark.parametrize("name", ["information_gain", "top_two_thompson", "epsilon_greedy", "uniform"])
def test_any_policy_without_features_can_be_played(name: str) -> None:
    found = play(WORLD, STUDY, learner(name), runs=2, rng=np.random.default_rng(18))

    assert found.people == 480
    assert all(np.isfinite(list(found.as_json().values())))


def test_what_cannot_be_played_says_why() -> None:
    with pytest.raises(ValueError, match="looks at features of each unit"):
        learner("linucb", dimension=3)
    with pytest.raises(ValueError, match="judged once, at its end"):
        play(
            WORLD,
            Study(240, (1.0,) * 3, (1.0,) * 3, watch=Watch("anytime")),
            learner("uniform"),
            runs=1,
            rng=np.random.default_rng(1),
        )


@pytest.mark.parametrize("ends", [(0.0, 1.0), (-np.inf, np.inf)])
def test_the_quick_verdict_is_that_of_the_door(ends: tuple[float, float]) -> None:
    rng = np.random.default_rng(140)
    for rates in [(0.2, 0.7), (0.4, 0.5), (0.5, 0.5)]:
        record = Record(ends)
        for _ in range(6):
            values = [(rng.random(n) < rate).astype(float) for n, rate in zip((20, 10), rates, strict=True)]
            record.add(values, np.array([0.7, 0.3]), rng)
        log, truth = record.log(), rates[1] - rates[0]
        quick, said = judged(log, (0, 1), truth, ends=ends), adaptive_difference(log, (0, 1), ends=ends)

        assert (quick.declared, quick.covers) == (not said.estimate.holds(0.0), said.estimate.holds(truth))
        assert quick.plain == said.plain
        assert not quick.declared or quick.value == pytest.approx(said.estimate.value, abs=0.05)
