"""What the monitor shows of people: how far they got, how long they took. A fixed number of queries of any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Max, Min, Q

from experiments.blueprint import StepSpec
from experiments.models import Event, Experiment
from experiments.published import blueprint_of
from participants.events import SessionEvent
from participants.flow.conditions import holds
from participants.models import Session
from participants.reads import places_of

RECENT_SESSIONS = 2000  # durations by step are of so many of the newest sessions, so that they cost the same for ever
MOST_BUCKETS = 48
WIDTHS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
)
LEFT = (Session.Status.TIMED_OUT, Session.Status.RETURNED, Session.Status.SCREENED_OUT, Session.Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class ArmPassage:
    """How the sessions of one arm fare."""

    arm_id: int
    completed: int
    under_way: int
    left: int


@dataclass(frozen=True, slots=True)
class StepCount:
    """A page of the timeline: who reached it, who is on it, who left from it."""

    step: str
    stage: str
    reached: int
    here: int
    left: int


@dataclass(frozen=True, slots=True)
class Passage:
    """How far people got. entered: agreed and came in, since consent is the door."""

    entered: int
    assigned: int
    active: int
    completed: int
    by_status: dict[str, int]
    checks_failed: int
    arms: dict[int, ArmPassage]

    @property
    def under_way(self) -> int:
        """Still there."""
        return sum(self.by_status.get(status, 0) for status in Session.UNDER_WAY)

    @property
    def left(self) -> int:
        """Gone before the end."""
        return sum(self.by_status.get(status, 0) for status in LEFT)


def passage_of(experiment: Experiment, *, is_rehearsal: bool) -> Passage:
    """Sessions by status and arm. One query, by the index of statuses."""
    sessions = Session.objects.of(experiment).filter(is_rehearsal=is_rehearsal).order_by()
    rows = list(
        sessions.values_list("status", "assignment__arm_id").annotate(
            n=Count("pk"),
            failed=Count("pk", filter=Q(checks_failed__gt=0)),
            moved=Count("pk", filter=Q(position__gt=0)),
        )
    )
    by_status: dict[str, int] = {}
    for status, _, n, _, _ in rows:
        by_status[status] = by_status.get(status, 0) + n
    return Passage(
        entered=sum(by_status.values()),
        assigned=sum(n for _, arm, n, _, _ in rows if arm is not None),
        active=sum(n if status == Session.Status.COMPLETED else moved for status, _, n, _, moved in rows),
        completed=by_status.get(Session.Status.COMPLETED, 0),
        by_status=by_status,
        checks_failed=sum(failed for _, _, _, failed, _ in rows),
        arms=_by_arm(rows),
    )


def _by_arm(rows: Sequence[tuple[str, int | None, int, int, int]]) -> dict[int, ArmPassage]:
    arms = {arm for _, arm, *_ in rows if arm is not None}

    def total(arm: int, statuses: Iterable[str]) -> int:
        return sum(n for status, its, n, _, _ in rows if its == arm and status in statuses)

    return {
        arm: ArmPassage(arm, total(arm, ("completed",)), total(arm, Session.UNDER_WAY), total(arm, LEFT))
        for arm in arms
    }


def steps_of(experiment: Experiment, *, is_rehearsal: bool) -> tuple[StepCount, ...]:
    """Where people are and where they left, step by step. One query; pages of a repeated step count together.

    reached: those who came to the step or past it, and in whose arm it is shown. Older versions are counted where
    their steps still exist.
    """
    if experiment.version_id is None:
        return ()
    steps = {page.step: _Tally() for page in pages_of(experiment.version_id, None)}
    sessions = Session.objects.of(experiment).filter(is_rehearsal=is_rehearsal).order_by()
    columns = ("version_id", "assignment__arm__name", "stage", "position", "status")
    for version_id, arm, stage, position, status, n in sessions.values_list(*columns).annotate(n=Count("pk")):
        behind = _pages_to(pages_of(version_id, arm), stage, position, status)
        _tally(steps, behind, status, n)
    stages = {page.step: page.stage for page in pages_of(experiment.version_id, None)}
    return tuple(StepCount(step, stages[step], each.reached, each.here, each.left) for step, each in steps.items())


@dataclass(frozen=True, slots=True)
class StepPage:
    """A page of the timeline, and whether the arm's people are shown it."""

    stage: str
    position: int
    step: str
    is_shown: bool


@lru_cache(maxsize=256)
def pages_of(version_id: int, arm: str | None) -> tuple[StepPage, ...]:
    """Every page of both stages; which step a page is of does not depend on seed or row."""
    return tuple(
        StepPage(stage, position, place.step.name, _is_shown(version_id, arm, place.step))
        for stage in ("screening", "main")
        for position, place in enumerate(places_of(version_id, stage, seed=0, row=0))
    )


def _is_shown(version_id: int, arm: str | None, step: StepSpec) -> bool:
    """Whether the arm alone does not rule the step out; what depends on answers counts as shown."""
    condition = {path: wanted for path, wanted in (step.show_if or {}).items() if path.startswith("arm.")}
    known = blueprint_of(version_id).arms.get(arm or "")
    if known is None:
        return True
    return holds(condition, {"arm": known.words()})


def _pages_to(pages: Sequence[StepPage], stage: str, position: int, status: str) -> list[StepPage]:
    """The pages behind a session and the one it is on."""
    if status == Session.Status.COMPLETED:
        return [page for page in pages if page.is_shown]
    past = [page for page in pages if stage == "main" and page.stage == "screening"]
    here = [page for page in pages if page.stage == stage and page.position <= position]
    return [page for page in (*past, *here) if page.is_shown]


@dataclass(slots=True)
class _Tally:
    reached: int = 0
    here: int = 0
    left: int = 0


def _tally(steps: dict[str, _Tally], behind: Sequence[StepPage], status: str, n: int) -> None:
    for step in {page.step for page in behind} & steps.keys():
        steps[step].reached += n
    last = steps.get(behind[-1].step) if behind else None
    if last and status in Session.UNDER_WAY:
        last.here += n
    elif last and status in LEFT:
        last.left += n


@dataclass(frozen=True, slots=True)
class Durations:
    """Quartiles in seconds. name: an arm or a step."""

    name: str
    n: int
    low: float
    median: float
    high: float
    failed: int = 0
    timed_out: int = 0


def durations_by_arm(experiment: Experiment, *, is_rehearsal: bool) -> tuple[Durations, ...]:
    """From entry to completion: everybody first (name ""), then each arm. One query."""
    statement = """
        SELECT coalesce(arm.name, ''), count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75])
               WITHIN GROUP (ORDER BY extract(epoch FROM session.ended_at - session.entered_at)::float)
        FROM participants_session session
        JOIN experiments_assignment assignment ON assignment.id = session.assignment_id
        JOIN experiments_arm arm ON arm.id = assignment.arm_id
        WHERE session.experiment_id = %s AND session.is_rehearsal = %s AND session.status = 'completed'
        GROUP BY GROUPING SETS ((), (arm.name)) ORDER BY grouping(arm.name) DESC, arm.name"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [experiment.pk, is_rehearsal])
        return tuple(Durations(name, n, *quartiles) for name, n, quartiles in cursor.fetchall() if n)


def durations_by_step(experiment: Experiment, *, is_rehearsal: bool) -> tuple[Durations, ...]:
    """Seconds on each page, in the order of the timeline, of the newest RECENT_SESSIONS sessions. One query."""
    statement = """
        SELECT trial.step, count(*), count(*) FILTER (WHERE outcome = 'failed'),
               count(*) FILTER (WHERE outcome = 'timed_out'),
               percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY trial.duration_ms / 1000.0)
        FROM (SELECT id FROM participants_session WHERE experiment_id = %s AND is_rehearsal = %s
              ORDER BY id DESC LIMIT %s) session
        JOIN participants_trial trial ON trial.session_id = session.id
        GROUP BY trial.step ORDER BY min(trial.index), trial.step"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [experiment.pk, is_rehearsal, RECENT_SESSIONS])
        return tuple(
            Durations(step, n, low, median, high, failed, timed_out)
            for step, n, failed, timed_out, (low, median, high) in cursor.fetchall()
        )


@dataclass(frozen=True, slots=True)
class Bucket:
    """Entries and completions of one stretch of time."""

    at: datetime
    entered: int
    completed: int


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """width: of each bucket."""

    width: timedelta
    buckets: tuple[Bucket, ...] = field(default=())


def time_series(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> TimeSeries:
    """Entries and completions over time, in at most MOST_BUCKETS buckets that end now. Three queries."""
    sessions = Session.objects.of(experiment).filter(is_rehearsal=is_rehearsal)
    ends = sessions.aggregate(first=Min("entered_at"), last=Max("seen_at"))
    if ends["first"] is None:
        return TimeSeries(WIDTHS[0])
    until = now if now - ends["last"] < timedelta(hours=2) else ends["last"]
    span = until - ends["first"]
    width = next((each for each in WIDTHS if span / each < MOST_BUCKETS), WIDTHS[-1])
    entered = _binned(experiment, "entered_at", width, is_rehearsal=is_rehearsal)
    completed = _binned(experiment, "ended_at", width, is_rehearsal=is_rehearsal)
    first = min([*entered, *completed])
    count = int((max([*entered, *completed, until]) - first) / width) + 1
    starts = [first + width * number for number in range(max(0, count - MOST_BUCKETS), count)]
    return TimeSeries(width, tuple(Bucket(at, entered.get(at, 0), completed.get(at, 0)) for at in starts))


def _binned(experiment: Experiment, column: str, width: timedelta, *, is_rehearsal: bool) -> dict[datetime, int]:
    only_completed = " AND status = 'completed'" if column == "ended_at" else ""
    statement = f"""
        SELECT date_bin(%s::interval, {column}, '2000-01-01 00:00:00+00'::timestamptz), count(*)
        FROM participants_session
        WHERE experiment_id = %s AND is_rehearsal = %s{only_completed} GROUP BY 1"""  # noqa: S608 - our own column names
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"{width.total_seconds():.0f} seconds", experiment.pk, is_rehearsal])
        return dict(cursor.fetchall())


def turned_away(experiment: Experiment) -> int:
    """How often somebody found every place taken. One query, by the index of rare kinds."""
    return Event.objects.of(experiment).filter(kind=SessionEvent.TURNED_AWAY).count()


def entered_since(experiments: Sequence[Experiment], since: datetime) -> dict[int, int]:
    """Real sessions that began since then, by experiment. One query."""
    sessions = Session.objects.filter(experiment__in=experiments, is_rehearsal=False, entered_at__gte=since)
    return dict(sessions.order_by().values_list("experiment_id").annotate(n=Count("pk")))
