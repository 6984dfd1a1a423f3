"""Surrogates find what the model does, say how often they agree with it, and which rule decides the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS, Explanation, NoExplanation
from analysis.explainers.bodies import Node, Rules, Tree
from analysis.explainers.subjects import Background, Capability, Modality, Reals, Task
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.learners.cases import CLASSES, EIGHT, FACTS, FLAGS
from tests.analysis.explainers.rules.test_anchors import Both
from tests.analysis.explainers.subjects import TABLE, Linear

BITS = Background(
    np.random.default_rng(3).integers(2, size=(90, 3)).astype(float),
    tuple(Feature(name=name, kind=FeatureKind.FLAG) for name in ("paid", "owns", "left")),
)
LISTS = ("greedy_rule_list", "falling_rule_list", "bayesian_rule_list", "optimal_rule_list", "decision_set")


def explained(kind: str, row: tuple[int, int, int], **parameters: object) -> Explanation:
    explainer = EXPLAINERS.parse({"type": kind, **parameters})  # type: ignore[dict-item]  # numbers and texts
    return explainer.fit(Both(), BITS, seed=2)(np.array(row, dtype=float), None)


@pytest.mark.parametrize("kind", LISTS)
def test_a_planted_rule_is_found(kind: str) -> None:
    few = {"steps": 600} if kind == "bayesian_rule_list" else {}
    yes, no = (explained(kind, row, most=20, **few) for row in ((1, 1, 0), (0, 1, 1)))

    assert (yes.fidelity, yes.fidelity_name) == (1.0, "agreement on rows held out")
    assert isinstance(yes.body, Rules)
    assert isinstance(no.body, Rules)
    assert (yes.prediction, no.prediction) != (None, None)
    assert not yes.warnings
    assert "left" not in {each.feature for rule in yes.body.rules for each in rule.conditions}
    assert no.body.rules == yes.body.rules or kind == "falling_rule_list"
    assert no.body.fires != yes.body.fires or kind == "falling_rule_list"


@pytest.mark.parametrize("kind", LISTS)
def test_numbers_have_no_rule_list(kind: str) -> None:
    with pytest.raises(NoExplanation, match="regression"):
        EXPLAINERS.parse(kind).fit(Linear(), TABLE, seed=1)


def test_rules_that_get_the_sample_wrong_say_so() -> None:
    rows = np.array([[0.0, 0, 0], [0, 1, 0], [1, 0, 0]] * 8 + [[1, 1, 0]] * 6)
    explainer = EXPLAINERS.parse({"type": "greedy_rule_list", "longest": 1, "most_rules": 1})
    explanation = explainer.fit(Both(), Background(rows, BITS.features), seed=1)(rows[-1], None)

    assert explanation.warnings == ("Of this sample the model says yes, and the rules no.",)
    assert explanation.fidelity is not None
    assert explanation.fidelity < 1


def test_a_falling_list_tells_the_share_of_the_class_that_is_explained() -> None:
    model, explainer = Both(), EXPLAINERS.parse("falling_rule_list")
    for target, label in enumerate(model.labels):
        body = explainer.fit(model, BITS, seed=1)(np.array([1.0, 1, 0]), target).body

        assert isinstance(body, Rules)
        assert {rule.outcome for rule in body.rules} == {label}


@dataclass(frozen=True)
class Looked:
    """Says of the eight rows what stands beside them."""

    labels: tuple[str, ...] = ("no", "yes")
    modality: Modality = Modality.TABULAR
    task: Task = Task.BINARY
    digest: str = "5" * 64
    capabilities: frozenset[Capability] = frozenset({Capability.PROBABILITIES})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        known = {tuple(row): float(each) for row, each in zip(EIGHT.tolist(), CLASSES, strict=True)}
        yes: Reals = np.array([known[tuple(row)] for row in np.asarray(samples).tolist()])
        return np.column_stack([1 - yes, yes])


def test_the_root_of_a_surrogate_tree_is_the_best_split() -> None:
    explainer = EXPLAINERS.parse({"type": "surrogate_tree", "depth": 3, "leaf": 0.0})
    explanation = explainer.fit(Looked(), Background(EIGHT, FLAGS), seed=1)(EIGHT[5], None)

    assert isinstance(explanation.body, Tree)
    assert explanation.body.nodes[0].feature == FACTS["best_root"]
    assert explanation.body.nodes[0].value == pytest.approx((0.25, 0.75))
    assert explanation.fidelity == 1.0
    assert explanation.body.nodes[explanation.body.path[-1]].value == (1.0, 0.0)


@dataclass(frozen=True)
class InCork:
    """10 more for the third town."""

    labels: tuple[str, ...] = ()
    modality: Modality = Modality.TABULAR
    task: Task = Task.REGRESSION
    digest: str = "6" * 64
    capabilities: frozenset[Capability] = frozenset()

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        rows: Reals = np.asarray(samples, dtype=float)
        return np.asarray(10.0 * (rows[:, 1:2] == 1))


def test_a_category_goes_left_where_it_is_the_one_asked_about() -> None:
    town = Feature(name="town", kind=FeatureKind.CATEGORY, categories=("Ayr", "Cork", "Bath"))
    rows = np.column_stack([np.arange(30.0), np.arange(30) % 3])
    background = Background(rows, (Feature(name="age"), town))
    explanation = EXPLAINERS.parse("surrogate_tree").fit(InCork(), background, seed=1)(rows[4], None)

    assert isinstance(explanation.body, Tree)
    assert explanation.body.nodes == (
        Node(value=(pytest.approx(10 / 3),), n=30, feature="town", among=("Cork",), left=1, right=2),  # type: ignore[arg-type]
        Node(value=(10.0,), n=10),
        Node(value=(0.0,), n=20),
    )
    assert explanation.body.path == (0, 1)
    assert (explanation.fidelity, explanation.fidelity_name) == (1.0, "R² on rows held out")
