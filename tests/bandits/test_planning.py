"""Studies that learn, played through: the very policy, the stored chances, honest at the end."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.planning.power.watching import Watch
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.fixed import Study
from bandits.planning.playing import Learner, Scores, play, root_error
from bandits.policies import ADAPTIVE

WORLD = Assumed(("a", "b", "c"), "yes_no", 0.3, (0.0, 0.0, 0.2))
STUDY = Study(240, (1.0,) * 3, (1.0,) * 3)


def learner(name: str, **say: object) -> Learner:
    return Learner(ADAPTIVE[name].parse({"policy": name, **say}), batch=40)


def test_scores_are_those_of_the_formula_unit_by_unit() -> None:
    rng, scores = np.random.default_rng(18), Scores.of(2)
    weight, total, terms = np.zeros(2), np.zeros(2), []
    n, sums = np.zeros(2), np.zeros(2)
    for chance in ([0.5, 0.5], [0.8, 0.2], [0.3, 0.7]):
        e, arm = np.array(chance), rng.random(30) < chance[1]
        values = rng.normal(arm * 1.0, 1.0)
        guess = sums / np.maximum(n, 1)
        for place, value in zip(arm.astype(int), values, strict=True):
            score = guess.copy()
            score[place] += (value - guess[place]) / e[place]
            terms.append((np.sqrt(e), score))
            weight, total = weight + np.sqrt(e), total + np.sqrt(e) * score
        scores.add([values[~arm], values[arm]], e, 30)
        for place in (0, 1):
            n[place] += (arm == place).sum()
            sums[place] += values[arm == place].sum()
    mean, variance = scores.means()

    assert mean == pytest.approx(total / weight)
    exact = sum(h**2 * (score - mean) ** 2 for h, score in terms) / weight**2
    assert variance == pytest.approx(exact)
    assert scores.plain()[0] == pytest.approx(sums / n)


def test_a_learning_study_says_how_often_it_is_right_and_gives_the_best_arm_more() -> None:
    rng = np.random.default_rng(18)
    found = play(WORLD, STUDY, learner("thompson_bernoulli", floor=0.1), runs=60, rng=rng)

    assert found.runs == 60
    assert found.chosen >= 54
    assert found.right >= 20
    assert found.people == 60 * 240
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
