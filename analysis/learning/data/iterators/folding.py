"""A split divided into what trains and what is held out, as the document's validation says."""

from __future__ import annotations

import numpy as np

from analysis.learning.data.dataset import Dataset, Splits
from analysis.learning.running import Fold
from analysis.learning.validation import Samples, Scheme


def folded(splits: Splits, scheme: Scheme, fold: Fold, *, split: str) -> Splits:
    """The parts of that fold in the place of `split`; the other splits pass as they are.

    A document without folds leaves `split` as train. ValueError if a part is called like another split.
    """
    divided = splits[split]
    parts = scheme.divide(samples_of(divided), fold)
    others = {name: part for name, part in splits.items() if name != split}
    if clash := sorted(parts.keys() & others.keys()):
        raise ValueError(f"The fold makes a split called {', '.join(clash)}, but there is one already.")
    return Splits({**{name: divided.view(np.asarray(rows)) for name, rows in parts.items()}, **others})


def samples_of(dataset: Dataset) -> Samples:
    """What schemes of validation look at: the tags are the labels."""
    return Samples(len(dataset), dataset.tags, dataset.columns)
