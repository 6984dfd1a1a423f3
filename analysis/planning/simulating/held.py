"""What many simulated studies know at a look: sums of each arm's values, and the bets on them where they have ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.planning.simulating.assumed import Array, Assumed, Rng
from analysis.statistics.sequential.many_looks import Evidence, Mask

Rows = NDArray[np.intp]


@dataclass(slots=True, eq=False)
class Held:
    """n, total, squares: (runs, k); within people, gaps and gaps2 of each arm's difference to the control too.

    bets: of each arm (within people: of its differences); none unless they are looked at.
    """

    n: Array
    total: Array
    squares: Array
    gaps: Array
    gaps2: Array
    bets: list[Evidence]

    @classmethod
    def start(cls, assumed: Assumed, runs: int, *, by_bets: bool) -> Held:
        """Before anybody came."""
        n, total, squares, gaps, gaps2 = (np.zeros((runs, assumed.k)) for _ in range(5))
        return cls(n, total, squares, gaps, gaps2, [Evidence.start(runs)] * assumed.k if by_bets else [])

    def add(self, assumed: Assumed, more: Array, going: Mask, rng: Rng) -> None:
        """So many more people let in, by arm, in the runs that are still going."""
        rows = np.flatnonzero(going)
        if assumed.within:
            self._add_within(assumed, int(more.max()), rows, rng)
            return
        for arm in range(assumed.k):
            self._add_between(assumed, (arm, int(more[arm])), rows, rng)

    def _add_between(self, assumed: Assumed, arm_and_more: tuple[int, int], rows: Rows, rng: Rng) -> None:
        arm, more = arm_and_more
        if not more:
            return
        values = assumed.draw(arm, (len(rows), more), rng)
        kept = rng.random(values.shape) >= assumed.drop_out if assumed.drop_out else np.ones(values.shape, bool)
        if self.bets:
            self._bet(arm, rows, Evidence.of_values(assumed.parts(values), kept))
        values = np.where(kept, values, 0.0)
        for part, new in zip((self.n, self.total, self.squares), (kept, values, values**2), strict=True):
            part[rows, arm] += new.sum(axis=1)

    def _add_within(self, assumed: Assumed, more: int, rows: Rows, rng: Rng) -> None:
        if not more:
            return
        values = assumed.draw_within((len(rows), more), rng)
        stays = rng.random((len(rows), more, 1)) >= assumed.drop_out
        kept = stays * np.ones(values.shape, bool)
        values = np.where(kept, values, 0.0)
        gaps = values - values[:, :, [assumed.control]]
        for arm in range(assumed.k) if self.bets else ():
            parts = np.clip((1 + gaps[:, :, arm] / assumed.width) / 2, 0.0, 1.0)
            self._bet(arm, rows, Evidence.of_values(parts, stays[:, :, 0]))
        sums = (self.n, self.total, self.squares, self.gaps, self.gaps2)
        for part, new in zip(sums, (kept, values, values**2, gaps, gaps**2), strict=True):
            part[rows] += new.sum(axis=1)

    def _bet(self, arm: int, rows: Rows, new: Evidence) -> None:
        old = self.bets[arm]
        sums = [part.copy() for part in (old.n, old.total, old.up, old.down)]
        for part, added in zip(sums, (new.n, new.total, new.up, new.down), strict=True):
            part[rows] += added
        self.bets[arm] = Evidence(*sums)
