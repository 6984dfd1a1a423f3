"""`data: {type: decisions, …}`: last month's traffic of an experiment, to improve its policy from.

A web process imports this when it starts, and no numbers with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.utils.dateparse import parse_date, parse_datetime

from analysis.learning.components import Anything, Finding, Flag, ListOf, Text
from analysis.learning.members import takes
from analysis.safety.reinforcement.source import EPISODES, EpisodeSource
from bandits.features import parse_features
from bandits.policies import PolicyError
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.safety.reinforcement.source import Recorded

NAMES = ListOf(Text(200, 1))


@EPISODES.register
@dataclass(frozen=True)
class Decisions(EpisodeSource):
    """Logged decisions of an experiment that learns, each an episode of one step.

    Seen are features of the context (the allocation's, or those of `features`, which are written like them), done is
    the arm, with the chance that was stored, earned is the reward; measures that came with it may be alternate
    rewards. Keys of the context make groups. Only settled decisions count, none that was excluded or made by the kill
    switch. If the policy learnt while it played, later decisions must test what earlier ones taught: safety: {split:
    ordered}.
    """

    name: ClassVar[str] = "decisions"
    example: ClassVar[JsonObject] = {"type": "decisions", "experiment": "offer", "since": "2026-10-01"}

    experiment: str = takes(Text(200, 1), "Slug of the experiment, of the same study.", "")
    since: str = takes(Text(40), "The first day or moment, 2026-10-01T12:00; empty: from the beginning.", "")
    until: str = takes(Text(40), "The day or moment before which decisions count; empty: all there are.", "")
    features: tuple[Json, ...] = takes(
        ListOf(Anything()), "What is seen of the context, as allocations declare it; none: as the allocation.", (), []
    )
    alternates: tuple[str, ...] = takes(NAMES, "Measures beside the reward, as alternate rewards.", (), [])
    rehearsal: bool = takes(Flag(), "The rehearsal's decisions.", default=False)

    def disagreements(self) -> Iterator[Finding]:
        if not self.experiment:
            yield (), "The parameter “experiment” is missing.", "Write its slug."
        for name in ("since", "until"):
            if getattr(self, name) and moment(getattr(self, name)) is None:
                yield (name,), f"“{getattr(self, name)}” is no time.", "Write 2026-10-01 or 2026-10-01T12:00."
        if self.features:
            try:
                parse_features(list(self.features), "features")
            except PolicyError as error:
                yield ("features",), error.message, error.hint or ""

    def recorded(self) -> Recorded:
        from bandits.logged.reading import recorded

        return recorded(self)

    def identity(self) -> JsonObject:
        from bandits.logged.reading import identity

        return identity(self)


def moment(text: str) -> datetime | None:
    """A time, or the beginning of a day, in UTC where nothing else is said; None: neither."""
    try:
        day, found = parse_date(text), parse_datetime(text)
    except ValueError:
        return None
    if day is not None and found is None:
        found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
