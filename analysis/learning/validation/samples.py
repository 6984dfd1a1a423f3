"""What is split: how many samples, their labels, and columns that keep some of them together or in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]
    Parts = Mapping[str, Indices]  # name of the part -> which samples, in rising order, of 0 ... n-1


@dataclass(frozen=True)
class Samples:
    """n samples. labels: shape (n,), whole numbers or texts. columns: by name, shape (n,): groups, times, own folds."""

    n: int
    labels: NDArray[np.generic] | None = None
    columns: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """ValueError unless every array has n entries."""
        arrays = dict(self.columns) if self.labels is None else {"labels": self.labels, **self.columns}
        for name, array in arrays.items():
            if array.shape != (self.n,):
                raise ValueError(
                    f"{name} must have the shape ({self.n},), one value for each sample, not {array.shape}."
                )

    def codes(self) -> Indices:
        """The labels as 0, 1, ... in their sorted order, shape (n,). ValueError if the samples have none."""
        if self.labels is None:
            raise ValueError("These samples have no labels, so they cannot be stratified. Set stratified to false.")
        return _codes(self.labels)

    def column(self, name: str) -> NDArray[np.generic]:
        """ValueError with the names there are, if there is none called ``name``."""
        if name not in self.columns:
            known = ", ".join(sorted(self.columns)) or "none"
            raise ValueError(f"These samples have no column called {name!r}. Their columns: {known}.")
        return self.columns[name]

    def column_codes(self, name: str) -> Indices:
        """The values of a column as 0, 1, ... in their sorted order, shape (n,)."""
        return _codes(self.column(name))

    def only(self, indices: Indices) -> Samples:
        """Some of them, numbered anew in that order."""
        labels = None if self.labels is None else self.labels[indices]
        return Samples(len(indices), labels, {name: column[indices] for name, column in self.columns.items()})


def _codes(values: NDArray[np.generic]) -> Indices:
    import numpy as np

    codes: Indices = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return codes
