"""Names given to values: who they are of, which level of a factor, what a judge said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.words import NoAnswer

Labels = ArrayLike | Sequence[object]


def labels(given: Labels) -> NDArray[np.str_]:
    """As text, shape (n,). NoAnswer if one is missing: what is not known is no category of its own.

    >>> labels([1, "b"]).tolist()
    ['1', 'b']
    """
    entries = np.asarray(given, dtype=object).ravel()
    if any(entry is None or entry != entry for entry in entries):  # only NaN differs from itself
        raise NoAnswer("A label is missing: leave it out, and say so, before it is counted.")
    return np.asarray([str(entry) for entry in entries], dtype=np.str_)


def numbered(given: Labels, n: int) -> NDArray[np.intp]:
    """Numbered from 0, in the order of their text. ValueError if there are not n of them.

    >>> numbered(["b", "a", "b"], 3).tolist()
    [1, 0, 1]
    """
    found = np.unique(labels(given), return_inverse=True)[1].ravel()
    if len(found) != n:
        raise ValueError(f"labels must be one for each of {n} values, not {len(found)}.")
    return np.asarray(found, dtype=np.intp)
