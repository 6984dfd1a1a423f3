"""Antecedents: frequent enough, each of its own rows, and ranked by the impurity that they save."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.explainers.learners.antecedents import Mining, gains, gini, literals, mined
from analysis.explainers.rules.predicates import Predicate
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.learners.cases import CLASSES, EIGHT, FACTS, FLAGS, A, B, C, flags

EVERY = np.ones(8, dtype=bool)


def test_the_gini_gain_of_each_root_split() -> None:
    evidence = flags((A,), (B,), (C,))
    saved = gains(evidence.counts(EVERY), evidence.total(EVERY))

    assert gini(evidence.total(EVERY)) == pytest.approx(FACTS["root_gini"], abs=1e-12)
    assert saved == pytest.approx(list(FACTS["gain"].values()), abs=1e-9)


def test_an_antecedent_holds_of_enough_rows_and_of_its_own() -> None:
    evidence = mined(EIGHT, CLASSES, FLAGS, 2, Mining(longest=3, support=0.25))
    sizes = evidence.holds.sum(axis=1)

    assert sizes.min() >= 2
    assert sizes.max() < 8
    assert len(np.unique(evidence.holds, axis=0)) == len(evidence.antecedents)
    assert (B, C) in evidence.antecedents


def test_a_longer_antecedent_of_the_same_rows_is_none() -> None:
    rows = np.array([[0.0, 0.0], [0, 0], [1, 1], [1, 1]])
    evidence = mined(rows, np.array([0, 0, 1, 1]), FLAGS[:2], 2, Mining(longest=2))

    assert all(len(antecedent) == 1 for antecedent in evidence.antecedents)


def test_those_that_part_the_classes_best_are_kept() -> None:
    evidence = mined(EIGHT, CLASSES, FLAGS, 2, Mining(longest=1, most=2))

    assert {antecedent[0].place for antecedent in evidence.antecedents} == {0}
    assert evidence.left_out == 4


def test_numbers_are_cut_on_both_sides_and_categories_are_told_apart() -> None:
    features = (
        Feature(name="age"),
        Feature(name="town", kind=FeatureKind.CATEGORY, categories=("Ayr", "Bath", "Cork")),
    )
    rows = np.array([[1.0, 0], [2, 2], [3, 2], [4, 0]])

    assert literals(rows, features, 2) == (
        Predicate(0, high=2.5),
        Predicate(0, low=2.5),
        Predicate(1, -0.5, 0.5),
        Predicate(1, 1.5, 2.5),
    )
