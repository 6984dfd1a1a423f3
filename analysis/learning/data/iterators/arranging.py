"""Rows in another order, some rows only, several splits in one, and splits read into memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.learning.data.dataset import Dataset, Splits
from analysis.learning.data.samples import Joined, Rows
from analysis.learning.seeds import permutation


def shuffled(splits: Splits, seed: int, *, only: Sequence[str] = ()) -> Splits:
    """Each split in a random order of its own, once and for all (a sampler shuffles anew every epoch)."""
    return splits.changed({name: _shuffled(splits[name], seed, name) for name in splits.named(only)})


def _shuffled(dataset: Dataset, seed: int, name: str) -> Dataset:
    return dataset.view(permutation(len(dataset), seed, "shuffle", name))


def viewed(dataset: Dataset, views: Mapping[str, Sequence[int]]) -> Splits:
    """New splits of chosen rows, by their positions. ValueError for a row that there is not."""
    return Splits({name: _viewed(dataset, np.asarray(rows, dtype=np.intp), name) for name, rows in views.items()})


def _viewed(dataset: Dataset, rows: Rows, name: str) -> Dataset:
    if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < len(dataset):
        raise ValueError(f"The view {name} names rows from {rows.min()} to {rows.max()} of 0 to {len(dataset) - 1}.")
    return dataset.view(rows)


def first(splits: Splits, rows: int, *, only: Sequence[str] = ()) -> Splits:
    """At most so many rows of each split, from its beginning: for a quick trial."""
    changed = {}
    for name in splits.named(only):
        changed[name] = splits[name].view(np.arange(min(rows, len(splits[name]))))
    return splits.changed(changed)


def combined(datasets: Sequence[Dataset]) -> Dataset:
    """One after the other, with the columns that all have. ValueError unless features and encodings are the same."""
    head, *rest = datasets
    for other in rest:
        if (other.features, other.steps) != (head.features, head.steps):
            raise ValueError(f"{head.name} and {other.name} do not fit together: their columns or encodings differ.")
    shared = [name for name in head.columns if all(name in part.columns for part in rest)]
    return replace(
        head,
        samples=Joined([part.samples for part in datasets]),
        targets=np.concatenate([part.targets for part in datasets]),
        tags=np.concatenate([part.tags for part in datasets]),
        columns={name: np.concatenate([part.columns[name] for part in datasets]) for name in shared},
        name=" + ".join(dict.fromkeys(part.name for part in datasets if part.name)),
    )


def in_memory(splits: Splits, *, only: Sequence[str] = ()) -> Splits:
    """Read once, encodings and all: what is met every epoch is not computed every epoch."""
    return splits.changed({name: splits[name].in_memory() for name in splits.named(only)})
