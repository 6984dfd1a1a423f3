"""What a model expects of each arm, learnt along a log: before each decision, from earlier ones alone.

Such predictions make doubly robust estimates exactly unbiased and their intervals hold, also when the log's policy
learnt while it played; a model that has seen a decision's own reward does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.betting import Floats
from analysis.statistics.off_policy_log import Ints, Log


@dataclass(frozen=True, eq=False)
class ArmMeans:
    """The mean reward of each arm, drawn to ``prior`` as if one reward of it had been seen. counts, totals: (K,)."""

    counts: Floats
    totals: Floats
    prior: float

    @classmethod
    def start(cls, k: int, prior: float) -> ArmMeans:
        """Before any decision, of ``k`` arms. prior: some value that rewards may have; the middle of their range."""
        return cls(np.zeros(k), np.zeros(k), prior)

    @property
    def means(self) -> Floats:
        """One for each arm, (K,)."""
        found: Floats = (self.totals + self.prior) / (self.counts + 1)
        return found

    def along(self, log: Log) -> tuple[Log, ArmMeans]:
        """The log with the predictions before each decision (before its block, if it has any), and what is known after.

        >>> log, after = ArmMeans.start(2, 0.5).along(Log.of([0, 0, 1], [1.0, 1.0, 0.0], [0.5] * 3))
        >>> log.predictions.round(2).tolist(), after.means.round(2).tolist()
        ([[0.5, 0.5], [0.75, 0.5], [0.83, 0.5]], [0.83, 0.25])
        """
        n, k = len(log.arms), len(self.counts)
        if log.arms.max() >= k:
            raise ValueError(
                f"target and model must hold a chance for each arm: arm {log.arms.max()} is beyond their {k}."
            )
        starts = _starts(log, n)
        known = np.zeros((2, n, k))
        rows = np.arange(n)
        known[0, rows, log.arms] = log.weights
        known[1, rows, log.arms] = log.weights * log.rewards
        upto = np.cumsum(known, axis=1)
        before = np.concatenate([np.zeros((2, 1, k)), upto[:, :-1]], axis=1)[:, starts]
        predictions = (self.totals + before[1] + self.prior) / (self.counts + before[0] + 1)
        after = ArmMeans(self.counts + upto[0, -1], self.totals + upto[1, -1], self.prior)
        return replace(log, predictions=predictions, is_running=True), after


def _starts(log: Log, n: int) -> Ints:
    """For each row, the row at which its block begins."""
    if log.blocks is None:
        return np.arange(n)
    if (np.diff(log.blocks) < 0).any():
        raise ValueError("blocks must be ascending.")
    found: Ints = np.searchsorted(log.blocks, log.blocks)
    return found
