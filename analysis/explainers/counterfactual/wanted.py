"""What a counterfactual is to bring about: another class, or a number within an interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.subjects import Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The prediction sought. classes: places of those that will do, each predicted with a probability of at least
    `sure`; none of them: a number from low to high. unit: what a number's shortfall is measured in. words: for people.
    """

    words: str
    classes: tuple[int, ...] = ()
    sure: float = 0.0
    low: float = -inf
    high: float = inf
    unit: float = 1.0

    def met(self, outputs: Reals) -> NDArray[np.bool_]:
        """outputs: shape (n, k). Result: shape (n,). Among equal probabilities the first class is the one predicted."""
        if not self.classes:
            return np.asarray((outputs[:, 0] >= self.low) & (outputs[:, 0] <= self.high))
        top = outputs.argmax(axis=1)
        return np.asarray(np.isin(top, self.classes) & (outputs.max(axis=1) >= self.sure))

    def shortfall(self, outputs: Reals) -> Reals:
        """How far each row of outputs is from it: 0 where it is met or on the border, shape (n,)."""
        if not self.classes:
            below, above = self.low - outputs[:, 0], outputs[:, 0] - self.high
            return np.asarray(np.maximum(0, np.maximum(below, above)) / self.unit)
        best = outputs[:, self.classes].max(axis=1)
        others = np.delete(outputs, self.classes, axis=1).max(axis=1, initial=-inf)
        return np.asarray(np.maximum(0, np.maximum(others, self.sure) - best))

    def pulls(self, outputs: Reals) -> Reals:
        """The derivative of each row's shortfall by its outputs, shape (n, k)."""
        slopes = np.zeros_like(outputs)
        if not self.classes:
            slopes[:, 0] = np.where(outputs[:, 0] < self.low, -1, np.where(outputs[:, 0] > self.high, 1, 0)) / self.unit
            return slopes
        rows = np.arange(len(outputs))
        blocked = outputs.copy()
        blocked[:, self.classes] = -inf
        rival = blocked.argmax(axis=1)
        slopes[rows, np.array(self.classes)[outputs[:, self.classes].argmax(axis=1)]] = -1
        slopes[rows, rival] = np.where(blocked[rows, rival] >= self.sure, 1, 0)
        return np.asarray(slopes * (self.shortfall(outputs) > 0)[:, np.newaxis])
