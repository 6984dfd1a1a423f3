"""Samples as JSON has them: from programs that ask a model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.learning.data.dataset import Origin
from analysis.learning.data.samples import Array

LARGEST = 1e300


def samples_of(entries: Sequence[object], origin: Origin) -> Array:
    """shape (n, *origin.shape). Each entry: its features by name, or lists within lists of the model's shape.

    ValueError with the number of the first entry that is neither.
    """
    rows = [list(_row(entry, number, origin)) for number, entry in enumerate(entries)]
    is_number = all(isinstance(leaf, int | float) for row in rows for leaf in row)
    flat = np.array(rows, dtype=np.float64 if is_number else object)
    return flat.reshape(len(rows), *origin.shape)


def _row(entry: object, number: int, origin: Origin) -> Iterator[float | str]:
    if isinstance(entry, Mapping):
        _refuse_other_names(entry, number, origin)
        entry = [entry[name] for name in origin.features]
        entry = entry if origin.shape else entry[0]
    return _leaves(entry, origin.shape, number, origin)


def _refuse_other_names(entry: Mapping[object, object], number: int, origin: Origin) -> None:
    missing = [name for name in origin.features if name not in entry]
    strange = [str(name) for name in entry if name not in origin.features]
    if missing or strange or not origin.features:
        wrong = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(strange)}, which the model does not know"
        raise ValueError(
            f"Sample {number} {wrong}. Its features: {', '.join(origin.features) or 'they have no names'}."
        )


def _leaves(value: object, shape: tuple[int, ...], number: int, origin: Origin) -> Iterator[float | str]:
    if shape:
        if not isinstance(value, list) or len(value) != shape[0]:
            raise ValueError(f"Sample {number} must have the shape {origin.shape}, in lists.")
        for inner in value:
            yield from _leaves(inner, shape[1:], number, origin)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < LARGEST:
        yield float(value)
    else:
        raise ValueError(f"Sample {number} holds what is neither a number nor a text.")
