"""What explainers say alike: the prediction that is explained, and the weights of features."""

from __future__ import annotations

import numpy as np

from analysis.explainers.bodies import Weight
from analysis.explainers.subjects import Model, Reals, Sample
from analysis.explainers.words import Prediction
from analysis.learning.data.features import Feature


def one(sample: Sample) -> Reals | tuple[str, ...]:
    """A sample as a batch of one."""
    return (sample,) if isinstance(sample, str) else np.asarray(sample, dtype=float)[np.newaxis]


def explained(model: Model, sample: Sample, target: int | None) -> int:
    """Place of the output that is explained: the one asked for, else the class predicted, else 0 for a number.

    IndexError for a place that is none.
    """
    if target is None:
        return int(np.argmax(model.outputs(one(sample))[0])) if model.labels else 0
    if not 0 <= target < max(len(model.labels), 1):
        raise IndexError(f"The model has {max(len(model.labels), 1)} outputs; there is no number {target}.")
    return target


def predicted(model: Model, sample: Sample, target: int | None) -> Prediction:
    """The number, or the probability of the class explained."""
    place = explained(model, sample, target)
    value = float(model.outputs(one(sample))[0, place])
    return Prediction(value, model.labels[place] if model.labels else None)


def row_of(sample: Sample) -> Reals:
    """A sample of a table, shape (M,). TypeError for a text."""
    if isinstance(sample, str):
        raise TypeError("A text is no row of numbers.")
    return np.asarray(sample, dtype=float)


def weighed(
    features: tuple[Feature, ...], row: Reals, weights: Reals, errors: Reals | None = None
) -> tuple[Weight, ...]:
    """One weight for each feature, in their order, beside the value that the sample has. errors: standard errors."""
    drawn = [None] * len(features) if errors is None else [float(error) for error in errors]
    return tuple(
        Weight(feature=feature.name, weight=float(weight), value=feature.readable(float(value)), error=error)
        for feature, value, weight, error in zip(features, row, weights, drawn, strict=True)
    )
