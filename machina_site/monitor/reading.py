"""Everything the monitor shows, read at once. The number of queries is fixed; tests/query_counts.json has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analysis.balance import Balance, balance_of
from analysis.statistics.proportions import RateInterval, rate_interval
from experiments.models import Experiment
from experiments.reads import Diary
from participants import monitoring
from participants.monitoring import Durations, Passage, StepCount, TimeSeries


@dataclass(frozen=True, slots=True)
class Numbers:
    """One look at an experiment."""

    passage: Passage
    steps: tuple[StepCount, ...]
    balance: Balance
    completion: RateInterval
    by_arm: tuple[Durations, ...]
    by_step: tuple[Durations, ...]
    series: TimeSeries
    turned_away: int
    diary: Diary


def read_numbers(experiment: Experiment, diary: Diary, *, is_rehearsal: bool, now: datetime) -> Numbers:
    """Of the real sessions, or of those of the rehearsal. Ten queries."""
    passage = monitoring.passage_of(experiment, is_rehearsal=is_rehearsal)
    return Numbers(
        passage=passage,
        steps=monitoring.steps_of(experiment, is_rehearsal=is_rehearsal),
        balance=balance_of(experiment, is_rehearsal=is_rehearsal),
        completion=rate_interval(passage.completed, passage.completed + passage.left),
        by_arm=monitoring.durations_by_arm(experiment, is_rehearsal=is_rehearsal),
        by_step=monitoring.durations_by_step(experiment, is_rehearsal=is_rehearsal),
        series=monitoring.time_series(experiment, is_rehearsal=is_rehearsal, now=now),
        turned_away=monitoring.turned_away(experiment),
        diary=diary,
    )
