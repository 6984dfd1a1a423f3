"""What is kept of an experiment's decisions and rewards, so that no page adds them all up again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from experiments.types import Json, JsonObject

VERSION = 4
BINS = 20
WIDTHS = (60, 300, 900, 3600, 21_600, 86_400, 604_800, 2_419_200)  # each a part of the next: joining loses nothing
MOST_BUCKETS = 200
MOST_KEYS, MOST_VALUES = 12, 20
OTHER = "…"
DELAYS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 259_200, 604_800)

Counts = Mapping[str, int]  # by arm, its primary key as text


@dataclass(frozen=True)
class Segment:
    """Units of one value of a context key, in one arm. n, total, squares: of the rewards that are settled."""

    decisions: int = 0
    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def plus(self, other: Segment) -> Segment:
        """Both together."""
        return Segment(
            self.decisions + other.decisions, self.n + other.n, self.total + other.total, self.squares + other.squares
        )


Segments = Mapping[str, Mapping[str, Mapping[str, Segment]]]  # key, value, arm


@dataclass(frozen=True)
class Horizon:
    """Ids up to which every row is in, or will never come.

    next_…: the highest ids that were seen since; they take that place when those who were writing then, ``waiting``,
    have ended.
    """

    decision: int = 0
    reward: int = 0
    next_decision: int = 0
    next_reward: int = 0
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settled:
    """The decisions, from the first on, of which nothing more can come. evidence: as `ArmEvidence` wrote it.

    own: of each arm's own rewards. weighted: of all decisions, by the chances they were made with. missing: nobody
    sent a reward and no default is declared. excluded: bots and the like. skipped: rewards outside the range.
    first: the arms when it began.
    """

    through: int = 0
    n: int = 0
    missing: int = 0
    excluded: int = 0
    skipped: int = 0
    low: float | None = None
    high: float | None = None
    version: int = 0
    first: tuple[int, ...] = ()
    own: Mapping[str, JsonObject] = field(default_factory=dict)
    weighted: Mapping[str, JsonObject] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """Added up so far.

    decisions, rewards: how many, through which id. buckets: decisions by the second at which a bucket of ``width``
    seconds begins, and arm. chances: for each arm a histogram of its stored propensities; extremes: the least and the
    greatest of them. delays: rewards by how long after the decision they came, in the steps of ``DELAYS``.
    is_outdated: something of this was excluded or taken back since, so all is counted anew.
    """

    horizon: Horizon = Horizon()
    through_decision: int = 0
    through_reward: int = 0
    decisions: int = 0
    first: int | None = None
    sent: int = 0
    defaulted: int = 0
    width: int = WIDTHS[0]
    buckets: Mapping[int, Counts] = field(default_factory=dict)
    chances: Mapping[str, list[int]] = field(default_factory=dict)
    extremes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    delays: list[int] = field(default_factory=lambda: [0] * (len(DELAYS) + 1))
    segments: Segments = field(default_factory=dict)
    settled: Settled = Settled()
    is_outdated: bool = False

    def by_arm(self) -> dict[str, int]:
        """Decisions of each arm."""
        return {arm: sum(bins) for arm, bins in self.chances.items()}

    def to_json(self) -> JsonObject:
        """As JSON."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return cast(
            JsonObject,
            {
                **own,
                "version": VERSION,
                "horizon": {**vars(self.horizon), "waiting": list(self.horizon.waiting)},
                "buckets": {str(at): dict(counts) for at, counts in self.buckets.items()},
                "segments": {
                    key: {
                        value: {arm: list(vars(one).values()) for arm, one in arms.items()}
                        for value, arms in of.items()
                    }
                    for key, of in self.segments.items()
                },
                "settled": {**vars(self.settled), "first": list(self.settled.first)},
            },
        )

    @classmethod
    def parse(cls, stored: Json) -> Summary:
        """What ``to_json`` wrote; empty if it was written by another version, so that all is counted anew."""
        if not isinstance(stored, Mapping) or not is_current(stored):
            return cls()
        parts = {name: part for name, part in stored.items() if name in cls.__dataclass_fields__}
        horizon = cast("dict[str, object]", parts["horizon"])
        buckets = cast("dict[str, Counts]", parts["buckets"])
        settled = cast("dict[str, object]", parts["settled"])
        extremes = cast("dict[str, list[float]]", parts["extremes"])
        segments = cast("dict[str, dict[str, dict[str, list[float]]]]", parts["segments"])
        typed: dict[str, object] = {
            **parts,
            "extremes": {arm: (low, high) for arm, (low, high) in extremes.items()},
            "horizon": Horizon(**{**horizon, "waiting": tuple(cast("list[str]", horizon["waiting"]))}),  # type: ignore[arg-type] # as written
            "buckets": {int(at): counts for at, counts in buckets.items()},
            "segments": {
                key: {value: {arm: _segment(one) for arm, one in arms.items()} for value, arms in of.items()}
                for key, of in segments.items()
            },
            "settled": Settled(**{**settled, "first": tuple(cast("list[int]", settled["first"]))}),  # type: ignore[arg-type] # as written
        }
        return cls(**typed)  # type: ignore[arg-type] # as written


def is_current(stored: Json) -> bool:
    """Whether it was written by this version."""
    return isinstance(stored, Mapping) and stored.get("version") == VERSION


def _segment(stored: list[float]) -> Segment:
    decisions, n, total, squares = stored
    return Segment(int(decisions), int(n), total, squares)


def with_decisions(summary: Summary, counted: list[tuple[int, int, int, int]]) -> Summary:
    """With these too: (second of the minute, arm, bin of the propensity, how many)."""
    buckets = {at: dict(counts) for at, counts in summary.buckets.items()}
    chances = {arm: list(bins) for arm, bins in summary.chances.items()}
    for minute, arm_id, place, n in counted:
        arm, at = str(arm_id), minute - minute % summary.width
        here = buckets.setdefault(at, {})
        here[arm] = here.get(arm, 0) + n
        chances.setdefault(arm, [0] * BINS)[place] += n
    total = sum(n for *_, n in counted)
    first = min((minute for minute, *_ in counted), default=summary.first)
    grown = replace(
        summary,
        buckets=dict(sorted(buckets.items())),
        chances=chances,
        decisions=summary.decisions + total,
        first=first if summary.first is None else summary.first,
    )
    return _joined(grown)


def with_extremes(summary: Summary, found: Iterable[tuple[int, float, float]]) -> Summary:
    """With these propensities too: (arm, least, greatest)."""
    extremes = dict(summary.extremes)
    for arm_id, low, high in found:
        before = extremes.get(str(arm_id), (low, high))
        extremes[str(arm_id)] = min(low, before[0]), max(high, before[1])
    return replace(summary, extremes=extremes)


def _joined(summary: Summary) -> Summary:
    """In wider buckets while there are too many."""
    while len(summary.buckets) > MOST_BUCKETS and summary.width < WIDTHS[-1]:
        width = WIDTHS[WIDTHS.index(summary.width) + 1]
        buckets: dict[int, dict[str, int]] = {}
        for at, counts in summary.buckets.items():
            here = buckets.setdefault(at - at % width, {})
            for arm, n in counts.items():
                here[arm] = here.get(arm, 0) + n
        summary = replace(summary, width=width, buckets=buckets)
    return summary


def with_segments(segments: Segments, found: list[tuple[str, str, int, Segment]]) -> Segments:
    """With these too: (key, value, arm, what to add). Beyond so many values of a key the rest is one."""
    grown = {key: {value: dict(arms) for value, arms in of.items()} for key, of in segments.items()}
    for key, value, arm_id, more in found:
        if key not in grown and len(grown) >= MOST_KEYS:
            continue
        values = grown.setdefault(key, {})
        place = value if value in values or len(values) < MOST_VALUES else OTHER
        arms = values.setdefault(place, {})
        arms[str(arm_id)] = arms.get(str(arm_id), Segment()).plus(more)
    return grown


def delay_quantile(delays: list[int], fraction: float) -> float | None:
    """The least step of ``DELAYS`` within which so large a part of the rewards came; None without rewards or beyond."""
    total, seen = sum(delays), 0
    for step, n in zip(DELAYS, delays, strict=False):
        seen += n
        if total and seen >= fraction * total:
            return float(step)
    return None


def epoch(at: datetime) -> int:
    """Whole seconds since 1970."""
    return int(at.timestamp())
