"""How a study is run: how many, in which shares, at which costs, looked at when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.planning.power.watching import ONCE, Watch

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Study:
    """people: let in at most, over all arms. shares: of the arms. costs: of one person in each arm, let in.

    watch: when one looks, and may stop. looks: how often the simulation looks at studies that look at any time.
    sharing: questions that share the level evenly; 0: the arms beside the control. by_bets: values with two ends are
    looked at by bets, where one looks at any time.
    """

    people: int
    shares: tuple[float, ...]
    costs: tuple[float, ...]
    fixed_cost: float = 0.0
    level: float = 0.05
    watch: Watch = ONCE
    looks: int = 20
    sharing: int = 0
    by_bets: bool = True

    def __post_init__(self) -> None:
        if self.people < FEWEST * len(self.shares) or len(self.shares) != len(self.costs):
            raise ValueError(f"people must be at least {FEWEST} for each arm, not {self.people}; a cost for each arm.")
        if not (0 < self.level < 1 and min(self.shares) > 0 and min(self.costs) >= 0):
            raise ValueError("level in (0, 1), shares above 0 and costs at least 0.")

    @property
    def comparisons(self) -> int:
        """With the control."""
        return len(self.shares) - 1

    @property
    def own_level(self) -> float:
        """Of each comparison."""
        return self.level / (self.sharing or self.comparisons)

    def steps(self) -> list[int]:
        """People let in by each look, rising to all of them."""
        count = {"once": 1, "anytime": self.looks}.get(self.watch.way, self.watch.looks)
        ends = np.unique(np.linspace(0, self.people, count + 1).round().astype(int)[1:])
        return [int(end) for end in ends]
