"""What estimators say of samples, in one shape: probabilities, or whatever their decision goes by."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.learning.data.samples import Array
from analysis.learning.models.activations import Reals
from analysis.learning.models.targets import Aim, Classes

SMALLEST = np.finfo(np.float64).eps


def scores_of(estimator: Any, samples: Array, aim: Aim) -> Reals:
    """shape (n, k): for classes the probability of each, else the decision for each, else 1 for the one predicted;
    for numbers the prediction.
    """
    if not isinstance(aim, Classes):
        predicted = np.asarray(estimator.predict(samples), dtype=np.float64)
        return predicted.reshape(len(predicted), -1)
    if hasattr(estimator, "predict_proba"):
        return _of_all(np.asarray(estimator.predict_proba(samples)), estimator, aim)
    if hasattr(estimator, "decision_function"):
        decided = np.asarray(estimator.decision_function(samples))
        if decided.ndim == 1:
            decided = np.stack([-decided, decided], axis=1)
        if decided.shape[1] == aim.outputs:
            return decided
    return np.asarray(np.asarray(estimator.predict(samples))[:, None] == np.array(aim.labels), dtype=np.float64)


def losses_of(estimator: Any, scores: Reals, aim: Aim, targets: Array) -> Reals | None:
    """shape (n,): the cross-entropy where there are probabilities, squared errors for numbers; else None."""
    if not isinstance(aim, Classes):
        return aim.losses(scores, aim.coded(targets))
    if not hasattr(estimator, "predict_proba"):
        return None
    chosen = scores[np.arange(len(scores)), aim.coded(targets)]
    return np.asarray(-np.log(np.maximum(chosen, SMALLEST)))


def _of_all(probabilities: Reals, estimator: Any, aim: Classes) -> Reals:
    """With a column of zeros for a label that the estimator did not learn."""
    known = list(estimator.classes_)
    if known == list(aim.labels):
        return probabilities
    whole = np.zeros((len(probabilities), aim.outputs))
    whole[:, aim.coded(np.array(known))] = probabilities
    return whole
