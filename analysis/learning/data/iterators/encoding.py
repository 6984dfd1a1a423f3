"""Samples encoded: what is learnt, is learnt on the training split alone, and is kept with the model."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.learning.data.dataset import Splits
from analysis.learning.data.encoding import Encoding, Scaled, learn


def encoded(splits: Splits, encodings: Sequence[Encoding], *, train: str = "train", only: Sequence[str] = ()) -> Splits:
    """Columns as numbers: categories as zeros and ones, numbers standardised; columns not named are left out."""
    columns = learn(splits[train].all().samples, encodings, splits[train].features)
    return splits.changed({name: splits[name].encoded(columns) for name in splits.named(only)})


def scaled(splits: Splits, *, divide: float, subtract: float = 0.0, only: Sequence[str] = ()) -> Splits:
    """Every number minus `subtract`, over `divide`."""
    changed = {}
    for name in splits.named(only):
        changed[name] = splits[name].encoded(Scaled(divide, subtract, splits[name].features))
    return splits.changed(changed)
