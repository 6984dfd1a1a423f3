"""The game that Shapley values share out: features are its players, and a coalition is worth what the model says on
average when only its features are known.

v(S) = mean over the background of f(x_S, b_rest): "interventional", for what is left out is drawn from the background
whatever the rest says (Janzing, Minorics and Blöbaum 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.subjects import Model, Reals

Masks = NDArray[np.bool_]
LARGEST_BATCH = 4_000_000  # numbers in one batch: 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """Of one sample. row: shape (M,); background: shape (n, M); target: the output that is explained."""

    model: Model
    row: Reals
    background: Reals
    target: int

    @property
    def players(self) -> int:
        return len(self.row)

    def worth(self, masks: Masks) -> Reals:
        """masks: shape (c, M), true for the features that are known. Result: shape (c,), each coalition's worth.

        One call of the model, unless the batch would be larger than `LARGEST_BATCH`; a coalition that comes twice is
        asked once.
        """
        different, places = np.unique(masks, axis=0, return_inverse=True)
        at_once = max(1, LARGEST_BATCH // max(1, self.background.size))
        parts = [self._worth(different[start : start + at_once]) for start in range(0, len(different), at_once)]
        return np.asarray(np.concatenate(parts)[places.reshape(-1)])

    def _worth(self, masks: Masks) -> Reals:
        filled = np.where(masks[:, np.newaxis], self.row, self.background)
        said = self.model.outputs(filled.reshape(-1, self.players))[:, self.target]
        return np.asarray(said.reshape(len(masks), -1).mean(axis=1))


def every_mask(players: int) -> Masks:
    """All 2^M coalitions, shape (2^M, M); row c holds player i if bit i of c is set."""
    return np.asarray((np.arange(2**players)[:, np.newaxis] >> np.arange(players)) & 1, dtype=bool)
