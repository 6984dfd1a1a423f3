"""What there is to see of an experiment that learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.statistics.confidence_sequences import Estimate


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its bounds; None where there is no bound."""

    value: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, found: Estimate | None) -> Range | None:
        """Without infinities, which JSON does not know."""
        if found is None:
            return None
        return cls(found.value, *(None if abs(end) == inf else end for end in (found.low, found.high)))


@dataclass(frozen=True, slots=True)
class ArmSeen:
    """An arm. chance: under the newest state; None if it depends on who comes.

    posterior: what the policy believes now. own, weighted: intervals that hold whenever one looks, for all arms at
    once with 95 %, of the settled decisions: from the arm's own rewards (None if the policy looks at units), and from
    all decisions by their stored chances. loss: expected, for each unit, of keeping to this arm.
    """

    name: str
    is_control: bool
    is_open: bool
    decisions: int
    share: float
    chance: float | None
    learnt: float
    mean: float | None
    posterior: Range | None
    own: Range | None
    weighted: Range | None
    settled: int
    chance_best: float | None
    loss: float | None
    chances: tuple[int, ...]
    least_chance: float | None = None
    most_chance: float | None = None

    @property
    def valid(self) -> Range | None:
        """The interval to read: of its own rewards where that is fair, else the weighted one."""
        return self.own or self.weighted


@dataclass(frozen=True, slots=True)
class RewardsSeen:
    """Where the rewards are. missing: due, and nothing came. unfolded: in, and not learnt yet; at most 10,000 counted.

    lag: how many seconds the oldest of those has waited. median, slow: within how many seconds half, and nine tenths,
    of those that were sent came.
    """

    sent: int
    defaulted: int
    pending: int
    missing: int
    excluded: int
    unfolded: int
    lag: float
    median: float | None
    slow: float | None


@dataclass(frozen=True, slots=True)
class StateSeen:
    """A state: how many rewards it added, and each arm's chance under it (None if that depends on who comes)."""

    number: int
    at: datetime
    folded: int
    note: str
    chances: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class Period:
    """Decisions of a stretch of time, by arm."""

    at: datetime
    decisions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SegmentSeen:
    """One arm among the units of one value of a context key. mean, low, high: of its settled rewards."""

    value: str
    arm: str
    decisions: int
    share: float
    settled: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RegretSeen:
    """What was lost so far against always giving the arm in front; None: not known."""

    value: float
    low: float
    high: float | None
    best: str | None
    decisions: int


@dataclass(frozen=True, slots=True)
class Glance:
    """An experiment in one line: how many decisions and rewards, and what became of them lately.

    is_rehearsal: of these. rehearsed: decisions of the rehearsal, where these are not.
    """

    decisions: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)
    rewards: int = 0
    rehearsed: int = 0
    is_rehearsal: bool = False

    @property
    def leader(self) -> str | None:
        """The arm that was handed out most lately."""
        return max(self.shares, key=lambda arm: self.shares[arm], default=None)


@dataclass(frozen=True, slots=True)
class Panel:
    """One look. at: when the sums were made; newer: decisions since, at most 10,000 counted."""

    policy: str
    is_contextual: bool
    reward: str
    is_rate: bool
    low: float | None
    high: float | None
    is_rehearsal: bool
    at: datetime | None
    since: datetime | None
    decisions: int
    newer: int
    settled: int
    state: int
    halted: bool
    ramp: float | None
    arms: tuple[ArmSeen, ...]
    rewards: RewardsSeen
    regret: RegretSeen
    width: int
    periods: tuple[Period, ...]
    states: tuple[StateSeen, ...]
    segment_keys: tuple[str, ...]
    segment_key: str | None
    segments: tuple[SegmentSeen, ...]
