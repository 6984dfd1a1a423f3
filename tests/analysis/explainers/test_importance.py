"""Permutation importance: nothing for what is not used, twice the variance for what is added up."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.explainers import NoExplanation
from analysis.explainers.attribution.importance import PermutationImportance
from analysis.explainers.bodies import Attribution
from analysis.explainers.subjects import Background, Task
from tests.analysis.explainers.subjects import TABLE, Linear

MODEL = Linear((2.0, -3.0, 0.0))


def importances(explainer: PermutationImportance, background: Background) -> Attribution:
    body = explainer.fit(MODEL, background, seed=4)(background.rows[0], None).body
    assert isinstance(body, Attribution)
    return body


def test_a_feature_that_is_added_costs_twice_its_variance() -> None:
    """Dealing x anew moves w x by w (x - x'), whose mean square is 2 w² var(x)."""
    body = importances(PermutationImportance("predictions", 200), TABLE)
    wanted = 2 * np.array([2.0, -3.0, 0.0]) ** 2 * TABLE.rows.var(axis=0)

    for weight, expected in zip(body.weights, wanted, strict=True):
        assert weight.error is not None
        assert weight.weight == pytest.approx(expected, abs=5 * weight.error + 1e-12)
    assert body.base == 0
    assert body.weights[2].weight == 0


def test_against_the_truth_the_base_is_the_loss() -> None:
    truth = MODEL.outputs(TABLE.rows)[:, 0] + 1.0
    body = importances(PermutationImportance("targets", 5), Background(TABLE.rows, TABLE.features, truth))

    assert body.base == pytest.approx(1)


def test_of_classes_the_loss_is_the_share_that_is_wrong() -> None:
    model = Linear(task=Task.BINARY)
    truth = model.outputs(TABLE.rows).argmax(axis=1).astype(float)
    truth[:6] = 1 - truth[:6]
    explanation = PermutationImportance(repeats=2).fit(model, Background(TABLE.rows, (), truth), seed=1)(
        TABLE.rows[0], None
    )

    assert isinstance(explanation.body, Attribution)
    assert explanation.body.base == pytest.approx(0.1)


def test_without_targets_it_says_what_else_there_is() -> None:
    with pytest.raises(NoExplanation, match="compare with predictions"):
        PermutationImportance().fit(MODEL, Background(TABLE.rows), seed=1)
