"""What the methods of saliency share: what stands for "nothing there", and weights as an image's or a table's form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.explainers.bodies import Attribution, Saliency, Weight
from analysis.explainers.subjects import Background, Modality, Model, Reals
from analysis.explainers.telling import columns_of, finite, read_aloud
from analysis.learning.components import OneOf

SEEN = frozenset({Modality.IMAGE, Modality.TABULAR})
BASELINES = OneOf("mean", "zero")
BASELINE = "What a part is replaced by: the background's mean, or 0 (black)."
AT_ONCE = 256


def baseline_of(background: Background, kind: str) -> Reals:
    """Of a sample's shape."""
    rows = background.rows
    return np.asarray(rows.mean(axis=0)) if kind == "mean" else np.zeros(rows.shape[1:])


def spread_of(background: Background, modality: Modality) -> Reals:
    """The unit of noise: the range of all pixels of an image, the standard deviation of each column of a table."""
    rows = background.rows
    return np.asarray(np.ptp(rows) if modality is Modality.IMAGE else rows.std(axis=0))


def answers(model: Model, samples: Iterator[Reals], place: int) -> Reals:
    """Output ``place`` of each batch, one after the other: shape (n,)."""
    return finite(np.concatenate([model.outputs(batch)[:, place] for batch in samples]))


def batches(samples: Reals) -> Iterator[Reals]:
    """At most AT_ONCE samples each."""
    for start in range(0, len(samples), AT_ONCE):
        yield samples[start : start + AT_ONCE]


def shown(sample: Reals, weights: Reals, background: Background, base: float | None = None) -> Saliency | Attribution:
    """Weights of the sample's shape; the channels of a pixel are added up."""
    if sample.ndim == 1:
        features = columns_of(background)
        values = read_aloud(features, sample)
        named = zip(features, weights, values, strict=True)
        return Attribution(
            weights=tuple(Weight(feature=f.name, weight=float(w), value=v) for f, w, v in named), base=base
        )
    flat = weights if weights.ndim == 2 else weights.sum(axis=2)
    height, width = flat.shape
    return Saliency(height=height, width=width, values=tuple(map(float, flat.ravel())), base=base)
