"""What metrics of labels and of scores count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.learning.metrics.metric import Seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.learning.metrics.metric import Array, Reals


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """labels: those that occur, sorted, shape (k,). table: shape (k, k), true labels by predicted ones."""

    labels: Array
    table: NDArray[np.int64]

    @property
    def hits(self) -> Reals:
        """Shape (k,): rightly predicted samples of each label."""
        return self.table.diagonal().astype(float)

    @property
    def actual(self) -> Reals:
        """Shape (k,): samples of each label."""
        actual: Reals = self.table.sum(axis=1).astype(float)
        return actual

    @property
    def guessed(self) -> Reals:
        """Shape (k,): samples predicted to have each label."""
        guessed: Reals = self.table.sum(axis=0).astype(float)
        return guessed


def confusion(seen: Seen) -> Confusion:
    """ValueError unless labels are predicted and there are samples."""
    import numpy as np

    _need_classes(seen)
    both = np.concatenate([seen.targets, seen.predicted])
    labels, codes = np.unique(both, return_inverse=True)
    k, n = len(labels), len(seen.targets)
    pairs = codes[:n] * k + codes[n:]
    return Confusion(labels, np.bincount(pairs, minlength=k * k).reshape(k, k))


def probabilities(seen: Seen, label: int | float | str | bool) -> Reals:
    """Shape (n,): how sure the model is of that label. ValueError if it knows no such label."""
    _need_classes(seen)
    if label not in seen.labels:
        raise ValueError(f"The label {label!r} is none of those predicted: {list(seen.labels)}.")
    column: Reals = seen.scores[:, seen.labels.index(label)].astype(float)
    return column


def positive_label(seen: Seen, given: int | str | None) -> int | float | str | bool:
    """The one given, else the last of two. ValueError if there is another number of labels and none is given."""
    _need_classes(seen)
    if given is not None:
        return given
    if len(seen.labels) != 2:
        raise ValueError(f"This figure is of two labels, not {len(seen.labels)}. Say which is meant, or average.")
    return seen.labels[-1]


def is_label(seen: Seen, label: int | float | str | bool) -> NDArray[np.bool_]:
    """Shape (n,): which samples truly have it."""
    import numpy as np

    return np.asarray(seen.targets == label)


def ratio(above: Reals, below: Reals) -> Reals:
    """Element by element, 0 where there is nothing to divide by."""
    import numpy as np

    quotient: Reals = np.divide(above, below, out=np.zeros_like(above, dtype=float), where=below > 0)
    return quotient


def _need_classes(seen: Seen) -> None:
    if not seen.labels:
        raise ValueError("This metric needs classes, but numbers are predicted.")
    if not len(seen.targets):
        raise ValueError("There are no samples to measure.")
