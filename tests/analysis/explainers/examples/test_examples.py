"""Nearest cases by Gower's distance, prototypes that stand for the data, and what they leave out."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS, Explanation
from analysis.explainers.bodies import Examples
from analysis.explainers.examples.gower import gower
from analysis.explainers.examples.prototypes import criticisms_of, discrepancy, prototypes_of, witness
from analysis.explainers.subjects import Background, Model, Reals, Task
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.subjects import TABLE, Linear

MIXED = (
    Feature(name="age"),
    Feature(name="town", kind=FeatureKind.CATEGORY, categories=("Ayr", "Bath", "Cork")),
    Feature(name="owns", kind=FeatureKind.FLAG),
)
ROWS = np.array([[20.0, 0, 1], [30, 2, 1], [60, 0, 0], [20, 0, 1]])


def explained(model: Model, background: Background, **parameters: object) -> tuple[Examples, Explanation]:
    explainer = EXPLAINERS.parse(parameters)  # type: ignore[arg-type]  # texts and numbers
    explanation = explainer.fit(model, background, seed=1)(background.rows[0], None)
    assert isinstance(explanation.body, Examples)
    return explanation.body, explanation


def test_gower_by_hand() -> None:
    """Ages span 40 years: 10/40 apart, another town, the same flag; then 40/40, the same town, another flag."""
    assert gower(MIXED, ROWS)(ROWS[:1], ROWS)[0] == pytest.approx([0, 1.25 / 3, 2 / 3, 0])


def test_the_nearest_come_first_and_the_sample_itself_is_passed_over() -> None:
    body, explanation = explained(Linear(), Background(ROWS, MIXED), type="nearest_examples", count=3)

    assert [example.row for example in body.examples] == [1, 2]
    assert body.examples[0].values == (30.0, "Cork", True)
    assert explanation.warnings == ("Only 2 of 3 examples were found.",)


def test_near_misses_are_of_another_class() -> None:
    model = Linear(task=Task.BINARY)
    same, explanation = explained(model, TABLE, type="nearest_examples", among="same")
    other, _ = explained(model, TABLE, type="nearest_examples", among="other")
    assert explanation.prediction is not None

    assert {each.label for each in same.examples} == {explanation.prediction.label}
    assert {each.label for each in other.examples} == set(model.labels) - {explanation.prediction.label}


@pytest.fixture(scope="module")
def kernel() -> Reals:
    rows = np.random.default_rng(2).normal(size=(25, 2))
    return np.asarray(np.exp(-np.abs(rows[:, np.newaxis] - rows).sum(axis=2)))


def test_each_prototype_lowers_the_discrepancy_most(kernel: Reals) -> None:
    chosen = prototypes_of(kernel, 4)
    for m in range(1, 5):
        tried = [discrepancy(kernel, [*chosen[: m - 1], other]) for other in range(25) if other not in chosen[: m - 1]]

        assert discrepancy(kernel, chosen[:m]) == pytest.approx(min(tried))


def test_all_rows_as_prototypes_leave_nothing_out(kernel: Reals) -> None:
    every = prototypes_of(kernel, 99)

    assert sorted(every) == list(range(25))
    assert discrepancy(kernel, every) == pytest.approx(0, abs=1e-12)
    assert witness(kernel, every) == pytest.approx(np.zeros(25), abs=1e-12)
    assert criticisms_of(kernel, every, 3) == []


def test_two_clusters_get_a_prototype_each_and_the_odd_one_is_a_criticism() -> None:
    rng = np.random.default_rng(1)
    rows = np.vstack([rng.normal(0, 0.1, (12, 2)), rng.normal(5, 0.1, (12, 2)), [[2.5, -3]]])
    data = Background(rows)
    prototypes, _ = explained(Linear((1.0, 1.0)), data, type="prototypes", count=2)
    criticisms, _ = explained(Linear((1.0, 1.0)), data, type="prototypes", count=2, show="criticisms", criticisms=1)

    assert {each.row // 12 for each in prototypes.examples} == {0, 1}
    assert (criticisms.are, [each.row for each in criticisms.examples]) == ("criticisms", [24])


def test_each_class_can_have_its_own() -> None:
    body, explanation = explained(Linear(task=Task.BINARY), TABLE, type="prototypes", count=2, within="class")

    assert [each.label for each in body.examples] == ["no", "no", "yes", "yes"]
    assert explanation.prediction is None
