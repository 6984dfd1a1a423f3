"""Blocks that choose their stimuli: information by a second source, rules by their promise, thresholds found."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, xlogy

from analysis.planning.information.best_arm import entropy
from analysis.planning.information.psychometric import Grid
from analysis.planning.stimuli.block import Block, End, Pool, Rule, Task
from analysis.planning.stimuli.learners import Bernoulli, Linear, Logistic, Psychometric, regression
from analysis.planning.stimuli.looks import Look, Staircase
from analysis.planning.stimuli.observing import Ground, errors, root_mean_square, trials_to
from tests.proof import PROOF

X = np.geomspace(0.02, 0.9, 9)
THRESHOLDS = np.geomspace(0.03, 0.6, 12).tolist()


def curve() -> Psychometric:
    return Psychometric(Grid.over(X.tolist(), THRESHOLDS, (1.0, 3.0), ((0.5,), (0.0, 0.04)), "weibull"))


def block(rule: Rule, *, costs: object = None, end: End | None = None, run: int = 0, tasks: int = 1) -> Block:
    places = [tuple(range(task, len(X), tasks)) for task in range(tasks)]
    found = tuple(Task("" if tasks == 1 else f"t{n}", each, _of(each)) for n, each in enumerate(places))
    spent = np.ones(len(X)) if costs is None else np.asarray(costs, float)
    return Block(Pool(spent, np.arange(len(X)), tuple(map(float, X))), found, rule, end or End(30), run)


def _of(places: tuple[int, ...]) -> Psychometric:
    return Psychometric(Grid.over(X[list(places)].tolist(), THRESHOLDS, (2.0,), form="weibull"))


def test_information_is_what_both_answers_take_off_the_entropy_on_average() -> None:
    """The definition, by brute force: QUEST+ makes the same expected entropy least (Watson 2017)."""
    one = curve().learned(4, 1.0).learned(2, 0.0)
    for place, found in enumerate(one.information()):
        yes = float(one.grid.belief @ one.grid.chances[:, place])
        after = [one.learned(place, said).entropy() for said in (1.0, 0.0)]
        assert found == pytest.approx(one.entropy() - yes * after[0] - (1 - yes) * after[1], abs=1e-10)
    assert one.information("threshold").max() <= one.information().max() + 1e-12


def test_hand_checked_information_of_the_other_models() -> None:
    assert Bernoulli(np.ones(3), np.ones(3)).information() == pytest.approx([0.1931471805599453] * 3, abs=1e-9)
    line = Linear(np.ones((1, 2)), ("intercept", "x"), np.zeros(2), np.diag([4.0, 1.0]), 0.5**0.5)
    assert line.information() == pytest.approx([1.1989476363991853], rel=1e-8)


def test_information_of_a_logistic_belief_by_brute_force() -> None:
    one = regression([[-1.0], [0.3], [2.0]], ("x",), 1.5, None).learned(0, 1.0).learned(2, 0.0)
    assert isinstance(one, Logistic)
    axis = np.linspace(-6.5, 6.5, 161)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    weights = np.exp(-np.einsum("np,pq,nq->n", grid, np.linalg.inv(np.eye(2)), grid) / 2)
    weights /= weights.sum()
    chances = expit((one.mean + grid @ np.linalg.cholesky(one.covariance).T) @ one.design.T)

    def two(p: np.ndarray) -> np.ndarray:
        return np.asarray(-xlogy(p, p) - xlogy(1 - p, 1 - p))

    assert one.information() == pytest.approx(two(weights @ chances) - weights @ two(chances), abs=2e-6)
    assert (one.information("x") <= one.information() + 1e-9).all()
    x, y = one.design[[0, 2]], np.array([1.0, 0.0])
    assert x.T @ (y - expit(x @ one.mean)) == pytest.approx(np.linalg.inv(one.prior) @ one.mean, abs=1e-8)


def test_a_linear_belief_is_the_conjugate_one_and_forgets_the_order() -> None:
    line = regression([[0.0], [1.0], [2.0]], ("x",), 2.0, 1.0)
    one, other = line.learned(0, 1.0).learned(2, 3.0), line.learned(2, 3.0).learned(0, 1.0)

    assert one.estimates()["x"] == pytest.approx(other.estimates()["x"])
    told = line.information()[0] + line.learned(0, 0.0).information()[2]
    assert one.entropy() == pytest.approx(line.entropy() - told)


def test_costs_make_information_per_cost_lead() -> None:
    dear = np.ones(len(X))
    best = block(Rule()).draw((), 0.0).place
    dear[best] = 50.0

    assert block(Rule(), costs=dear).draw((), 0.0).place != best


def test_each_choice_has_its_exact_chance() -> None:
    chances, _ = block(Rule(random=0.2)).chances([Look(0, 1.0, 1.0)])

    assert chances.sum() == pytest.approx(1)
    assert chances.min() == pytest.approx(0.2 / len(X))
    drawn = [block(Rule(random=0.2)).draw((), u) for u in np.linspace(0, 1, 400, endpoint=False)]
    assert np.mean([each.place == drawn[0].place for each in drawn]) <= 1
    assert all(0 < each.chance <= 1 for each in drawn)


def test_what_nobody_answered_teaches_nothing_and_counts_as_a_trial() -> None:
    one = block(Rule(), end=End(2))

    assert one.estimates([Look(3)]) == one.estimates(())
    assert one.over([Look(3), Look(3)]) == "trials"


def test_it_ends_when_the_threshold_is_known_but_not_before_the_least() -> None:
    one = block(Rule(), end=End(30, at_least=3, about="threshold", sd=10.0))

    assert [one.over([Look(1, 1.0, 1.0)] * n) for n in (2, 3)] == ["", "sd"]


def test_a_run_stays_with_its_task() -> None:
    one, looks = block(Rule(), run=3, tasks=2), list[Look]()
    for trial in range(12):
        drawn = one.draw(looks, 0.3)
        looks.append(Look(drawn.place, drawn.chance, float(trial % 2)))

    runs = [{look.place % 2 for look in looks[start : start + 3]} for start in range(0, 12, 3)]
    assert all(len(each) == 1 for each in runs)
    assert len(set.union(*runs)) == 2


@pytest.mark.parametrize(("stairs", "target"), [(Staircase(), 0.707), (Staircase(1, 1, 1, 3), 0.75)])
def test_staircases_come_to_rest_where_they_should(stairs: Staircase, target: float) -> None:
    """1 up 2 down at 70.7 % (Levitt 1971); three up for one down at 75 % (Kaernbach 1991)."""
    rng, outcomes, met = np.random.default_rng(3), list[float | None](), []
    chance = expit(np.linspace(-3, 3, 61))
    for _ in range(1200 if PROOF else 500):
        level = stairs.level(61, outcomes)
        outcomes.append(float(rng.random() < chance[level]))
        met.append(chance[level])

    assert np.mean(met[100:]) == pytest.approx(target, abs=0.04)


def test_information_finds_thresholds_in_fewer_trials_than_chance() -> None:
    found = {rule: errors(Ground(), rule, 20, 30, np.random.default_rng(18)) for rule in ("information", "random")}
    reached = {rule: root_mean_square(each) for rule, each in found.items()}
    needed = trials_to(reached["information"], float(reached["random"][-1]))

    assert needed is not None
    assert needed <= 14
    assert abs(float(found["information"][:, -1].mean())) < 0.05


def test_the_interval_of_a_curve_holds_its_mean() -> None:
    mean, low, high = curve().learned(4, 1.0).curve(X)

    assert (low <= mean + 1e-12).all()
    assert (mean <= high + 1e-12).all()
    assert entropy(curve().grid.belief) == pytest.approx(curve().entropy())
