"""Anchors hold the prediction where it is, and are no narrower than they must be."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS, Explanation
from analysis.explainers.bodies import Anchor, Condition
from analysis.explainers.rules.confidence import divergence, exploration, lower, upper
from analysis.explainers.rules.predicates import Predicate, drawn, hold, predicates_of
from analysis.explainers.subjects import Background, Capability, Modality, Reals, Task
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.subjects import TABLE

BITS = Background(
    np.array([[a, b, c] for a in (0.0, 1) for b in (0.0, 1) for c in (0.0, 1)]),
    tuple(Feature(name=name, kind=FeatureKind.FLAG) for name in ("paid", "owns", "left")),
)


@dataclass(frozen=True)
class Both:
    """ "yes" if the first two columns are both more than 0.5."""

    labels: tuple[str, ...] = ("no", "yes")
    modality: Modality = Modality.TABULAR
    task: Task = Task.BINARY
    digest: str = "3" * 64
    capabilities: frozenset[Capability] = frozenset({Capability.PROBABILITIES})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        yes = (np.asarray(samples, dtype=float)[:, :2] > 0.5).all(axis=1).astype(float)
        return np.column_stack([1 - yes, yes])


def anchored(background: Background, row: list[float], **parameters: float) -> tuple[Anchor, Explanation]:
    explainer = EXPLAINERS.parse({"type": "anchors", **parameters})
    explanation = explainer.fit(Both(), background, seed=2)(np.array(row), None)
    assert isinstance(explanation.body, Anchor)
    return explanation.body, explanation


def test_both_conditions_hold_a_yes() -> None:
    anchor, explanation = anchored(BITS, [1, 1, 0])

    assert anchor.conditions == (
        Condition(feature="paid", op="is", holds=True),
        Condition(feature="owns", op="is", holds=True),
    )
    assert (anchor.outcome, anchor.precision, anchor.coverage) == ("yes", 1.0, 0.25)
    assert anchor.precision_low >= 0.95
    assert not explanation.warnings


def test_one_condition_holds_a_no() -> None:
    anchor, _ = anchored(BITS, [0, 1, 1])

    assert anchor.conditions == (Condition(feature="paid", op="is", holds=False),)
    assert anchor.coverage == 0.5


def test_what_is_nearly_always_said_needs_no_condition() -> None:
    anchor, _ = anchored(BITS, [0, 1, 1], threshold=0.6)

    assert anchor.conditions == ()
    assert anchor.coverage == 1
    assert anchor.precision == pytest.approx(0.75, abs=0.1)


def test_a_beam_finds_the_columns_that_decide_among_many() -> None:
    rows = np.random.default_rng(4).random((200, 8))
    background = Background(rows, tuple(Feature(name=f"x{i}") for i in range(8)))

    anchor, explanation = anchored(background, [0.9] * 8, threshold=0.9)

    assert [condition.feature for condition in anchor.conditions] == ["x0", "x1"]
    assert {condition.op for condition in anchor.conditions} == {"more than"}
    assert not explanation.warnings


def test_no_sure_rule_is_said_to_be_none() -> None:
    _, explanation = anchored(BITS, [1, 1, 0], longest=1)

    assert any("No rule" in warning for warning in explanation.warnings)


def test_predicates_hold_of_the_sample_and_of_what_is_drawn() -> None:
    sample = TABLE.rows[0]
    predicates = predicates_of(TABLE, sample, 4)
    rows = drawn(predicates, TABLE.rows, sample, 200, np.random.default_rng(0))

    assert len(predicates) == 9
    assert hold(predicates, sample[np.newaxis]).all()
    assert hold(predicates, rows).all()


def test_what_is_not_bound_stays_as_the_background_has_it() -> None:
    rows = drawn((Predicate(0, low=0.0),), TABLE.rows, TABLE.rows[0], 50, np.random.default_rng(0))

    assert {tuple(row) for row in rows[:, 1:]} <= {tuple(row) for row in TABLE.rows[:, 1:]}


def test_bounds_lie_where_the_divergence_reaches_the_level() -> None:
    low, high = lower(0.9, 100, log(20)), upper(0.9, 100, log(20))

    assert low < 0.9 < high
    assert 100 * divergence(0.9, low) == pytest.approx(log(20), abs=1e-5)
    assert 100 * divergence(0.9, high) == pytest.approx(log(20), abs=1e-5)


def test_bounds_of_all_and_of_nothing() -> None:
    """kl(1, q) = -log q: of 100 rows out of 100 the bound is the 100th root of delta."""
    assert lower(1.0, 100, log(20)) == pytest.approx(0.05 ** (1 / 100), abs=1e-8)
    assert upper(1.0, 100, log(20)) == 1
    assert (lower(0.0, 0, 1.0), upper(0.0, 0, 1.0)) == (0, 1)


def test_the_level_of_exploration_rises_with_rounds_and_arms() -> None:
    base = log(405.5 * 3 * 2**1.1 / 0.05)

    assert exploration(3, 2, 0.05) == pytest.approx(base + log(base))
    assert exploration(3, 9, 0.05) > exploration(3, 2, 0.05) > exploration(2, 2, 0.05)
