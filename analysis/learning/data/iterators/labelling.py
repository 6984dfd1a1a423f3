"""Rows chosen by their label, labels renamed, labels as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.learning.data.dataset import Dataset, Splits
from analysis.learning.data.samples import Array

Label = int | float | str


@dataclass(frozen=True, slots=True)
class Renaming:
    """Several labels that become one."""

    previous: Sequence[Label]
    new: Label


def filtered(splits: Splits, keep: Sequence[Label], *, only: Sequence[str] = ()) -> Splits:
    """Only the rows with these labels; splits not named in `only` pass as they are."""
    return splits.changed({name: _filtered(splits[name], keep) for name in splits.named(only)})


def _filtered(dataset: Dataset, keep: Sequence[Label]) -> Dataset:
    return dataset.view(np.flatnonzero(np.isin(dataset.tags, list(keep))))


def renamed(splits: Splits, renamings: Sequence[Renaming], *, only: Sequence[str] = ()) -> Splits:
    """Targets and tags under their new labels, all at once: what one renaming makes, another does not rename again.

    ValueError if a label is renamed twice, or targets are no labels, of shape (n,).
    """
    previous = [label for renaming in renamings for label in renaming.previous]
    if twice := sorted({str(label) for label in previous if previous.count(label) > 1}):
        raise ValueError(f"The label {', '.join(twice)} is renamed twice.")
    return splits.changed({name: _renamed(splits[name], renamings) for name in splits.named(only)})


def _renamed(dataset: Dataset, renamings: Sequence[Renaming]) -> Dataset:
    if dataset.targets.ndim != 1:
        raise ValueError(f"Labels are renamed in targets of shape (n,), not {dataset.targets.shape}.")
    return replace(dataset, targets=_new(dataset.targets, renamings), tags=_new(dataset.tags, renamings))


def _new(labels: Array, renamings: Sequence[Renaming]) -> Array:
    new = {label: renaming.new for renaming in renamings for label in renaming.previous}
    return np.array([new.get(label, label) for label in labels.tolist()])


def one_hot(splits: Splits, size: int, *, only: Sequence[str] = ()) -> Splits:
    """Targets 0 … size - 1 as vectors with a single 1, shape (n, size). ValueError for a target out of range."""
    return splits.changed({name: _one_hot(splits[name], size) for name in splits.named(only)})


def _one_hot(dataset: Dataset, size: int) -> Dataset:
    targets = dataset.targets
    if targets.ndim != 1 or not np.issubdtype(targets.dtype, np.integer):
        raise ValueError(f"Targets must be whole numbers to become vectors, not {targets.dtype} of {targets.shape}.")
    if len(targets) and not 0 <= int(targets.min()) <= int(targets.max()) < size:
        raise ValueError(f"Targets must be from 0 to {size - 1}, not from {targets.min()} to {targets.max()}.")
    return replace(dataset, targets=np.eye(size)[targets])
