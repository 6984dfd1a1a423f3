"""Everything the monitor shows, read at once. The number of queries is fixed; tests/query_counts.json has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.balance import Balance, balance_of
from analysis.statistics.proportions import RateInterval, rate_interval
from experiments.models import Experiment, Slot, UnitKind
from experiments.reads import Diary, places_by_arm
from participants import monitoring
from participants.monitoring import ArmPassage, Durations, Passage, StepCount, TimeSeries


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
    balance = balance_of(experiment, is_rehearsal=is_rehearsal)
    if experiment.unit_kind == UnitKind.PARTICIPANT:
        passage = monitoring.passage_of(experiment, is_rehearsal=is_rehearsal)
    else:
        passage = _passage_of_units(balance, places_by_arm(experiment, is_rehearsal=is_rehearsal))
    return Numbers(
        passage=passage,
        steps=monitoring.steps_of(experiment, is_rehearsal=is_rehearsal),
        balance=balance,
        completion=rate_interval(passage.completed, passage.completed + passage.left),
        by_arm=monitoring.durations_by_arm(experiment, is_rehearsal=is_rehearsal),
        by_step=monitoring.durations_by_step(experiment, is_rehearsal=is_rehearsal),
        series=monitoring.time_series(experiment, is_rehearsal=is_rehearsal, now=now),
        turned_away=monitoring.turned_away(experiment),
        diary=diary,
    )


def _passage_of_units(balance: Balance, places: Mapping[tuple[int, str], int]) -> Passage:
    """Visitors and runs have no sessions: they are assigned, and their place is filled or not."""
    arms = {
        arm.pk: ArmPassage(
            arm.pk, places.get((arm.pk, Slot.Status.COMPLETED), 0), places.get((arm.pk, Slot.Status.LEASED), 0), 0
        )
        for arm in balance.arms
    }
    assigned = sum(arm.assigned for arm in balance.arms)
    completed = sum(arm.completed for arm in arms.values())
    by_status = {"completed": completed, "active": sum(arm.under_way for arm in arms.values())}
    return Passage(assigned, assigned, assigned, completed, by_status, checks_failed=0, arms=arms)
