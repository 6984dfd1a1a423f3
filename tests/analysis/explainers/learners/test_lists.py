"""Rule lists: grown, falling, likeliest and best. What can be counted is counted, by trying all lists."""

from __future__ import annotations

from itertools import permutations
from math import exp, log

import numpy as np
import pytest

from analysis.explainers.learners.antecedents import Evidence, Mining
from analysis.explainers.learners.bayesian import BayesianList, walk
from analysis.explainers.learners.greedy import FallingList, GreedyList
from analysis.explainers.learners.learning import Lesson, learn, ordered
from analysis.explainers.learners.optimal import OptimalList
from tests.analysis.explainers.learners.cases import CLASSES, EIGHT, FACTS, FLAGS, A, B, C, flags, noisy

RNG = np.random.default_rng(0)


def lists(evidence: Evidence, longest: int) -> list[tuple[int, ...]]:
    places = range(len(evidence.antecedents))
    return [order for length in range(longest + 1) for order in permutations(places, length)]


def wrong(evidence: Evidence, order: tuple[int, ...]) -> float:
    """Share of rows that the list gets wrong, by its own counts."""
    rules = ordered(evidence, order)
    return float(rules.supports @ (1 - rules.shares.max(axis=1))) / len(evidence)


def test_a_greedy_list_begins_with_the_best_split_at_its_purer_side() -> None:
    rules = learn(GreedyList(), Lesson(EIGHT, CLASSES, FLAGS, 2), Mining(longest=1, support=0.1), RNG).rules
    body = rules.body(FLAGS, ("no", "yes"), EIGHT[0])

    assert body.rules[0].conditions[0].feature == FACTS["best_root"]
    assert (body.rules[0].conditions[0].holds, body.rules[0].outcome, body.rules[0].support) == (True, "yes", 3)
    assert body.fires == 0


def test_a_greedy_list_of_nothing_to_learn_is_its_default() -> None:
    rules = learn(GreedyList(), Lesson(EIGHT, np.ones(8, dtype=np.intp), FLAGS, 2), Mining(), RNG).rules

    assert rules.antecedents == ()
    assert (rules.classes(EIGHT) == 1).all()


def test_no_rows_are_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="empty"):
        learn(GreedyList(), Lesson(EIGHT[:0], CLASSES[:0], FLAGS, 2), Mining(), RNG)


def test_rules_predict_the_shares_of_the_rows_that_they_decide() -> None:
    rules = ordered(flags((A,), (B, C)), (0, 1))

    assert rules.deciding(EIGHT).tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert rules.outputs(EIGHT)[:, 1] == pytest.approx([1, 1, 1, 1, 1, 1 / 3, 1 / 3, 1 / 3])
    assert rules.supports.tolist() == [3, 2, 3]
    assert rules.classes(EIGHT).tolist() == [1, 1, 1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("seed", range(4))
def test_shares_of_a_falling_list_fall_to_the_default(seed: int) -> None:
    evidence = noisy(seed)
    for target in (0, 1):
        rules = FallingList(target).fit(evidence, RNG).rules
        shares = rules.shares[:, target]

        assert len(rules.antecedents) > 0
        assert (np.diff(shares) <= 1e-12).all()
        assert shares[-1] < shares[-2]


@pytest.mark.parametrize("cost", [0.01, 0.04, 0.13])
@pytest.mark.parametrize("seed", range(2))
def test_no_list_at_all_is_better_than_the_optimal_one(seed: int, cost: float) -> None:
    evidence = noisy(seed, n=30, width=2)
    few = Evidence(evidence.antecedents[:6], evidence.holds[:6], evidence.targets, 2)
    best = min(wrong(few, order) + cost * len(order) for order in lists(few, 4))
    found = OptimalList(cost).search(few)

    assert found.is_proven
    assert found.objective <= best + 1e-9
    assert found.objective == pytest.approx(wrong(few, found.order) + cost * len(found.order))
    if len(found.order) <= 4:
        assert found.objective == pytest.approx(best)


def test_the_optimal_list_of_eight_rows() -> None:
    """a yes, b and c yes, b no, c no, else yes: none wrong, for four rules. Where those cost more than 2/8: no rule."""
    evidence = flags((A,), (B,), (C,), (B, C))
    cheap, dear = OptimalList(0.05).search(evidence), OptimalList(0.07).search(evidence)

    assert cheap.objective == pytest.approx(4 * 0.05)
    assert (len(cheap.order), cheap.is_proven) == (4, True)
    assert dear.objective == pytest.approx(2 / 8)
    assert (dear.order, dear.is_proven) == ((), True)


def test_a_search_that_was_ended_says_that_nothing_is_proven() -> None:
    evidence = noisy(3)
    found = OptimalList(0.002, limit=10).search(evidence)
    _, warnings = OptimalList(0.002, limit=10).fit(evidence, RNG)
    proven = OptimalList(0.002).search(evidence)

    assert not found.is_proven
    assert found.objective - found.gap <= proven.objective + 1e-12
    assert "not proven optimal" in warnings[0]


def test_the_posterior_of_short_lists_by_hand() -> None:
    """Likelihood of 6 of one class and 2 of the other: B(7, 3) = 1/252; parted at a: B(4, 1) B(4, 3) = 1/240."""
    posterior = BayesianList(length=3).posterior(flags((A,), (B,), (C,)))

    assert exp(posterior.likelihood(())) == pytest.approx(1 / 252)
    assert exp(posterior.likelihood((0,))) == pytest.approx(1 / 240)
    assert posterior.prior((0,)) - posterior.prior(()) == pytest.approx(log(3 / 1) - log(3))
    assert posterior.prior((0, 1)) - posterior.prior((0,)) == pytest.approx(log(3 / 2) - log(2))


def test_conditions_are_paid_for_by_their_own_prior() -> None:
    """Width 1: one and no condition are as likely, two half as likely; one is left of each: 2/3 against 1/3."""
    posterior = BayesianList(width=1).posterior(flags((A,), (B, C)))

    assert exp(posterior.prior((0,)) - posterior.prior((1,))) == pytest.approx(2)


def test_a_chain_visits_lists_in_proportion_to_their_posterior() -> None:
    posterior = BayesianList(length=1).posterior(flags((A,), (B, C), (C,)))
    orders = lists(flags((A,), (B, C), (C,)), 3)
    weights = np.exp([posterior(order) for order in orders])
    visited = walk(posterior, 20_000, np.random.default_rng(5))
    shares = np.array([visited[order] for order in orders]) / 20_000

    assert np.abs(shares - weights / weights.sum()).sum() / 2 < 0.03


def test_the_likeliest_list_is_found() -> None:
    evidence = flags((A,), (B,), (C,), (B, C))
    learner = BayesianList(length=1, steps=1500)
    posterior = learner.posterior(evidence)
    best = max(lists(evidence, 4), key=posterior)
    found = learner.fit(evidence, np.random.default_rng(1)).rules

    assert found.antecedents == ordered(evidence, best).antecedents


def test_chains_that_do_not_agree_are_told_of() -> None:
    _, warnings = BayesianList(steps=3, chains=5).fit(noisy(1), np.random.default_rng(2))

    assert "take more steps" in warnings[0]
