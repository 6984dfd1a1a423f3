"""Preparing steps that stretch and shift: what they do can be undone in coefficients, slopes and thresholds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.subjects import Reals
from analysis.learning.data.encoding import Columns, OneHot, Scaled
from analysis.learning.inference import Predictor

AFFINE = frozenset({"StandardScaler", "RobustScaler", "MaxAbsScaler", "MinMaxScaler", "PCA", "TruncatedSVD"})
MOST_INPUTS = 4096


class Affine(NamedTuple):
    """prepared = slopes @ sample + offset, the sample as a row of M numbers. slopes: shape (p, M); offset: (p,)."""

    slopes: Reals
    offset: Reals

    def columns(self) -> NDArray[np.intp] | None:
        """Which input each of the p prepared columns is made of; None if one is made of several, or turned round."""
        if ((self.slopes != 0).sum(axis=1) != 1).any() or (self.slopes < 0).any():
            return None
        return np.asarray(np.argmax(self.slopes, axis=1))


def preparation(predictor: Predictor) -> Affine | None:
    """All that is done to a sample before the last estimator, or the network, sees it. None: it is not affine, or the
    samples' shape is not known or too large to find out.
    """
    shape, steps = predictor.origin.shape, before_the_last(predictor.model)
    inputs = int(np.prod(shape))
    is_affine = all(_is_affine(step) for step in predictor.before) and all(_is_affine_estimator(step) for step in steps)
    if not shape or inputs > MOST_INPUTS or not is_affine:
        return None
    offset = _prepared(predictor, np.zeros((1, inputs)))[0]
    return Affine(_prepared(predictor, np.eye(inputs)).T - offset[:, np.newaxis], offset)


def _prepared(predictor: Predictor, flat: Reals) -> Reals:
    samples = predictor.prepared(flat.reshape(-1, *predictor.origin.shape))
    samples = samples.reshape(len(samples), -1)
    for step in before_the_last(predictor.model):
        samples = step.transform(samples)
    return np.asarray(samples, dtype=np.float64)


def before_the_last(model: Any) -> list[Any]:
    """The preparing steps of a row of estimators; none for a single one."""
    before = [step for _, step in model.steps[:-1]] if hasattr(model, "steps") else []
    return [step for step in before if step is not None and step != "passthrough"]


def _is_affine(step: object) -> bool:
    if isinstance(step, Columns):
        return not any(isinstance(column, OneHot) for column in step.columns)
    return isinstance(step, Scaled)


def _is_affine_estimator(step: Any) -> bool:
    return type(step).__name__ in AFFINE and not getattr(step, "clip", False)
