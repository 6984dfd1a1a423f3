"""Decision sets: what overlaps and what nothing covers, who decides, and which set is best."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analysis.explainers.learners.decision_set import (
    Candidates,
    DecisionSet,
    candidates_of,
    local_search,
    overlap,
    resolved,
    uncovered,
)
from tests.analysis.explainers.learners.cases import CLASSES, EIGHT, A, B, C, flags, noisy

RNG = np.random.default_rng(0)
PAIR = Candidates(flags((A,), (B, C)), np.array([0, 1]), np.array([1, 1]))


def test_overlap_and_what_nothing_covers_are_counted_in_rows() -> None:
    assert overlap(PAIR.covers) == 1
    assert uncovered(PAIR.covers) == 3


def test_f1_of_a_rule() -> None:
    """Three rows covered, all right, of six of the class: 2 x 3 / (3 + 6)."""
    assert PAIR.f1() == pytest.approx([2 / 3, 2 / 3])


def test_the_objective_by_hand() -> None:
    """5 of 8 rows are covered rightly, one twice; two rules, three conditions, one class told."""
    worth = DecisionSet(rule=0.02, condition=0.005, same=0.3, told=0.05).objective(PAIR)

    assert worth((0, 1)) == pytest.approx(5 / 8 - 2 * 0.02 - 3 * 0.005 - 0.3 / 8 + 0.05)
    assert worth(()) == 0


def test_overlap_between_classes_and_wrong_rows_cost() -> None:
    """c → no covers 5 rows, 4 of them wrongly, and 2 of those that a → yes covers."""
    worth = DecisionSet(rule=0, condition=0, told=0, wrong=1, different=0.6).objective(
        Candidates(flags((A,), (C,)), np.array([0, 1]), np.array([1, 0]))
    )

    assert worth((0, 1)) == pytest.approx(4 / 8 - 4 / 8 - 0.6 * 2 / 8)


def test_a_row_of_two_rules_gets_the_class_of_the_larger_f1() -> None:
    rules = resolved(Candidates(flags((A,), (C,)), np.array([0, 1]), np.array([1, 0])), (0, 1))

    assert rules.classes(EIGHT[1:2]).tolist() == [1]
    assert rules.classes(EIGHT[3:4]).tolist() == [0]
    assert rules.outcomes[-1] == int(np.bincount(CLASSES[[5, 7]]).argmax())
    assert not rules.is_ordered


@pytest.mark.parametrize("seed", range(4))
def test_local_search_finds_nearly_the_best_set(seed: int) -> None:
    candidates = candidates_of(noisy(seed))
    few = Candidates(candidates.evidence, candidates.places[:10], candidates.outcomes[:10])
    objective = DecisionSet().objective(few)
    best = max(objective(each) for size in range(5) for each in combinations(range(10), size))

    assert objective(local_search(objective, 10)) >= 0.95 * best


def test_rules_are_of_classes_commoner_than_elsewhere() -> None:
    candidates = candidates_of(noisy(0))
    shares = candidates.right.sum(axis=1) / candidates.covers.sum(axis=1)
    base = np.bincount(candidates.evidence.targets) / len(candidates.evidence)

    assert (shares > base[candidates.outcomes]).all()
    assert DecisionSet().fit(noisy(0), RNG).rules.antecedents
