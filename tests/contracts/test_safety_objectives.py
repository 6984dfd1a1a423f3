"""Every objective keeps the promises of its kind. A new one joins by standing in OBJECTIVES; it needs no test here."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES, USUAL, Loss
from analysis.safety.terms import LinkedObjective, Regime
from tests.contracts.test_safety_measures import CLASSES, SUPERVISED, rows

STEP = 1e-6
EVERY = [
    pytest.param(OBJECTIVES.parse(member.example), regime, id=f"{name} in {regime}")
    for name, member in OBJECTIVES.members.items()
    for regime in SUPERVISED
    if regime in member.regimes and not (name == "average" and regime != Regime.BINARY)
]
every_objective = pytest.mark.parametrize(("objective", "regime"), EVERY)


@every_objective
def test_its_slopes_are_those_of_its_value(objective: Loss, regime: Regime) -> None:
    outputs, labels = rows(regime)
    slopes = objective.slopes(outputs, labels)

    assert slopes.shape == outputs.shape
    for place in [tuple(0 for _ in outputs.shape), tuple(size - 1 for size in outputs.shape)]:
        away = np.zeros_like(outputs)
        away[place] = STEP
        change = objective.value(outputs + away, labels) - objective.value(outputs - away, labels)
        assert slopes[place] == pytest.approx(change / (2 * STEP), abs=1e-6)


@every_objective
def test_what_is_by_scores_agrees_with_what_is_by_outputs(objective: Loss, regime: Regime) -> None:
    if not isinstance(objective, LinkedObjective):
        return
    kind = {"identity": "linear", "logit": "logistic", "softmax": "multiclass_logistic"}[objective.link]
    fitted = MODELS.parse(kind).over(np.random.default_rng(1).normal(size=(300, 4)), classes=_classes(regime))
    theta = np.random.default_rng(2).normal(size=fitted.size) * 0.3
    outputs, labels = fitted.outputs(theta), rows(regime).labels

    by_scores = fitted.pull_scores(objective.residuals(outputs, labels))  # type: ignore[attr-defined]  # it is Linked

    assert by_scores == pytest.approx(fitted.pull(theta, outputs, objective.slopes(outputs, labels)), abs=1e-9)


@every_objective
def test_a_better_prediction_costs_no_more(objective: Loss, regime: Regime) -> None:
    outputs, labels = rows(regime)
    truth = labels if outputs.ndim == 1 else np.eye(CLASSES)[labels.astype(int)]

    assert objective.value(0.5 * outputs + 0.5 * truth, labels) < objective.value(outputs, labels)


def test_every_supervised_regime_has_a_usual_objective() -> None:
    assert {regime: USUAL[regime] in OBJECTIVES.members for regime in SUPERVISED} == dict.fromkeys(SUPERVISED, True)


def _classes(regime: Regime) -> int:
    return {Regime.REGRESSION: 0, Regime.BINARY: 2}.get(regime, CLASSES)
