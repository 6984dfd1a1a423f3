"""What the monitor's templates get: sentences, percentages, nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.models import Experiment, UnitKind
from machina_site.monitor.charts import ColumnChart, Range, column_chart, label, ranges
from machina_site.monitor.reading import Numbers
from machina_site.monitor.wording import DiaryLine, balance_sentence, diary_lines, duration
from participants.monitoring import RECENT_SESSIONS, ArmPassage, Durations


@dataclass(frozen=True, slots=True)
class Stage:
    """A bar of the funnel. share: percent of those who entered."""

    name: str
    n: int
    share: float
    is_loss: bool = False


@dataclass(frozen=True, slots=True)
class TimeRow:
    """Durations of an arm or a step, in words and on a common scale."""

    low: str
    median: str
    high: str
    range: Range
    failed: int
    timed_out: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the timeline."""

    name: str
    stage: str
    reached: int
    share: float
    here: int
    left: int
    time: TimeRow | None


@dataclass(frozen=True, slots=True)
class ArmRow:
    """An arm against its plan. done, doing: percent of the completes wanted."""

    name: str
    is_control: bool
    is_enabled: bool
    planned: str
    wanted: int
    assigned: int
    completed: int
    under_way: int
    left: int
    done: float
    doing: float
    time: TimeRow | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page."""

    entered: int
    under_way: int
    completed: int
    left: int
    turned_away: int
    checks_failed: int
    checks_share: str
    target_share: float
    completion: str
    completion_range: str
    median: str
    quartiles: str
    funnel: tuple[Stage, ...]
    steps: tuple[StepRow, ...]
    arms: tuple[ArmRow, ...]
    balance: str
    is_alarming: bool
    moves: bool
    chart: ColumnChart | None
    series: tuple[tuple[str, int, int], ...]
    diary: list[DiaryLine]
    recent_sessions: int = RECENT_SESSIONS


def shown(experiment: Experiment, numbers: Numbers) -> Shown:
    """From numbers to words."""
    passage, completion = numbers.passage, numbers.completion
    overall = numbers.by_arm[0] if numbers.by_arm else None
    return Shown(
        entered=passage.entered,
        under_way=passage.under_way,
        completed=passage.completed,
        left=passage.left,
        turned_away=numbers.turned_away,
        checks_failed=passage.checks_failed,
        checks_share=percent_text(passage.checks_failed, passage.entered),
        target_share=percent(passage.completed, experiment.target),
        completion="–" if completion.rate is None else f"{100 * completion.rate:.0f} %",  # noqa: RUF001 - a dash
        completion_range=f"{100 * completion.low:.0f} to {100 * completion.high:.0f} %",
        median=duration(overall.median) if overall else "–",  # noqa: RUF001 - a dash is meant
        quartiles=f"{duration(overall.low)} to {duration(overall.high)}" if overall else "",
        funnel=_funnel(experiment, numbers),
        steps=_steps(numbers),
        arms=_arms(experiment, numbers),
        balance=balance_sentence(numbers.balance),
        is_alarming=numbers.balance.is_alarming,
        moves=numbers.balance.moves,
        chart=column_chart(numbers.series),
        series=tuple(
            (label(bucket.at, numbers.series.width), bucket.entered, bucket.completed)
            for bucket in numbers.series.buckets
        ),
        diary=diary_lines(numbers.diary.events),
    )


def percent(part: float, whole: float) -> float:
    """From 0 to 100, one decimal."""
    return round(min(100.0, 100 * part / whole), 1) if whole else 0.0


def percent_text(part: float, whole: float) -> str:
    """The same in words."""
    return f"{100 * part / whole:.0f} % of those who entered" if whole else "nobody has entered"


def _funnel(experiment: Experiment, numbers: Numbers) -> tuple[Stage, ...]:
    passage = numbers.passage
    of_people = (("Agreed and entered", passage.entered), ("Answered a page", passage.active))
    counts = [("Assigned to an arm", passage.assigned), ("Completed", passage.completed)]
    if experiment.unit_kind == UnitKind.PARTICIPANT:
        counts = [of_people[0], counts[0], of_people[1], counts[1]]
    stages = [Stage(name, n, percent(n, passage.entered)) for name, n in counts]
    words = {
        "timed_out": "Fell silent",
        "returned": "Returned",
        "screened_out": "Screened out",
        "withdrawn": "Withdrew",
    }
    losses = [(words[status], passage.by_status[status]) for status in words if passage.by_status.get(status)]
    return (*stages, *(Stage(name, n, percent(n, passage.entered), is_loss=True) for name, n in losses))


def _steps(numbers: Numbers) -> tuple[StepRow, ...]:
    entered, times = numbers.passage.entered, _times(numbers.by_step)
    return tuple(
        StepRow(
            step.step,
            step.stage,
            step.reached,
            percent(step.reached, entered),
            step.here,
            step.left,
            times.get(step.step),
        )
        for step in numbers.steps
    )


def _arms(experiment: Experiment, numbers: Numbers) -> tuple[ArmRow, ...]:
    rows, times = [], _times(numbers.by_arm[1:])
    for arm in numbers.balance.arms:
        fares = numbers.passage.arms.get(arm.pk) or ArmPassage(arm.pk, 0, 0, 0)
        moves = numbers.balance.moves
        wanted = experiment.target if moves else round(experiment.target * arm.share)
        wanted = min(wanted, arm.quota) if arm.quota is not None else wanted
        rows.append(
            ArmRow(
                arm.name,
                arm.is_control,
                arm.is_enabled,
                "learnt" if moves and arm.share else f"{100 * arm.share:.0f} %",
                wanted,
                arm.assigned,
                fares.completed,
                fares.under_way,
                fares.left,
                percent(fares.completed, wanted),
                min(percent(fares.under_way, wanted), 100 - percent(fares.completed, wanted)),
                times.get(arm.name),
            )
        )
    return tuple(rows)


def _times(durations: tuple[Durations, ...]) -> dict[str, TimeRow]:
    return {
        each.name: TimeRow(
            duration(each.low), duration(each.median), duration(each.high), scale, each.failed, each.timed_out
        )
        for each, scale in zip(durations, ranges(durations), strict=True)
    }
