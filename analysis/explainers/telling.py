"""What explainers write alike into an explanation: their parameters, names of features, values as people read them."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.explainers.bodies import Readable
from analysis.explainers.kinds import Explainer
from analysis.explainers.subjects import Background, Reals
from analysis.learning.data.features import Feature


def told(explainer: Explainer) -> dict[str, Any]:
    """Its parameters, the defaults too."""
    return explainer.told()


def columns_of(background: Background) -> tuple[Feature, ...]:
    """The features, or numbers called "feature 1" and so on where the background names none."""
    return background.features or tuple(Feature(name=f"feature {i + 1}") for i in range(background.rows.shape[1]))


def read_aloud(features: tuple[Feature, ...], row: Reals) -> tuple[Readable, ...]:
    """A row of a table as people read it."""
    return tuple(feature.readable(float(value)) for feature, value in zip(features, row, strict=True))


def finite(values: Reals) -> Reals:
    """ValueError where a figure is none: a model that answers so cannot be explained."""
    if not np.isfinite(values).all():
        raise ValueError("The model's answers must be finite numbers.")
    return values
