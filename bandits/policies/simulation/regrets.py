"""What came of the runs."""

from dataclasses import dataclass

import numpy as np

from bandits.policies.simulation.arrays import Array, Choices, Mask


@dataclass(frozen=True)
class Regrets:
    """What was lost against the best choice of each round: shape (runs, points), after ``times`` rounds.

    earned: the sum of rewards of each run. best: in each run, the share of the last tenth of the rounds that the best
    arm got. is_wrong: whether the arm with the best observed mean at the end is another than the best one; empty where
    the best arm is another for every unit. shares: (runs, arms), of all rounds.
    """

    times: Choices
    lost: Array
    earned: Array
    best: Array
    is_wrong: Mask
    shares: Array

    @property
    def runs(self) -> int:
        """How many."""
        return len(self.lost)

    @property
    def mean(self) -> float:
        """The mean regret at the end."""
        return float(self.lost[:, -1].mean())

    @property
    def standard_error(self) -> float:
        """Of the mean regret at the end."""
        return float(self.lost[:, -1].std(ddof=1) / np.sqrt(self.runs))

    @property
    def wrong(self) -> float | None:
        """The share of runs that end with a wrong arm ahead; None where there is no one best arm."""
        return float(self.is_wrong.mean()) if len(self.is_wrong) else None

    def band(self, level: float) -> Array:
        """The quantile of the regret over the runs, at each of the times."""
        quantiles: Array = np.quantile(self.lost, level, axis=0)
        return quantiles
