"""Blocks that choose their stimuli, as the console, the API and the commands show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg, Count, Max, QuerySet

from analysis.planning.stimuli.looks import Look
from experiments.blueprint import Blueprint
from experiments.models import Experiment
from experiments.published import blueprint_of
from experiments.types import Json
from participants.courses import chooser_in
from participants.flow.choosing import Course
from participants.models import Choice, Session

MOST_SESSIONS = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One stimulus of a block: how often it was shown, and the mean of what came of it (None: nothing yet)."""

    case: str
    shown: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One session in a block: its trials, and what was believed after the last answer."""

    session: UUID
    arm: str
    status: str
    trials: int
    estimates: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """A block of one version. rule: how its stimuli are chosen. stimuli: as the pool has them.

    parameters: what is estimated. passages: the last ones, newest first.
    """

    name: str
    rule: str
    sessions: int
    mean_trials: float | None
    stimuli: tuple[Shown, ...]
    parameters: tuple[str, ...]
    passages: tuple[Passage, ...]


def blocks_in(blueprint: Blueprint) -> tuple[str, ...]:
    """Names of the blocks that choose their stimuli: of each, its first step."""
    found, before = [], None
    for step in blueprint.steps:
        if step.repeat is not None and step.repeat.choose and step.repeat != before:
            found.append(step.name)
        before = step.repeat
    return tuple(found)


def choices_of(experiment: Experiment, *, rehearsal: bool) -> QuerySet[Choice]:
    """All choices of one experiment."""
    return Choice.objects.filter(session__experiment=experiment, session__is_rehearsal=rehearsal)


def blocks_seen(experiment: Experiment, *, rehearsal: bool) -> tuple[BlockSeen, ...]:
    """Every block of the version that newcomers get, with what was shown in it. Three queries for each."""
    if experiment.version_id is None:
        return ()
    names = blocks_in(blueprint_of(experiment.version_id))
    return tuple(_block(experiment, name, rehearsal=rehearsal) for name in names)


def _block(experiment: Experiment, name: str, *, rehearsal: bool) -> BlockSeen:
    rows = choices_of(experiment, rehearsal=rehearsal).filter(block=name)
    shown = rows.order_by().values_list("case").annotate(n=Count("pk"), mean=Avg("outcome"))
    counted = {case: (n, mean) for case, n, mean in shown}
    begun = list(rows.order_by().values_list("session").annotate(n=Count("pk"), last=Max("pk")).order_by("-last"))
    assert experiment.version_id is not None  # noqa: S101 (asked by the caller)
    chooser = chooser_in(experiment.version_id, name)
    pool = [chooser.id_of(place) for place in range(len(chooser.stimuli))]
    gone = [case for case in counted if case not in pool]  # of an earlier version
    return BlockSeen(
        name=name,
        rule=chooser.block.rule.by,
        sessions=len(begun),
        mean_trials=sum(n for _, n, _ in begun) / len(begun) if begun else None,
        stimuli=tuple(Shown(case, *counted.get(case, (0, None))) for case in [*pool, *gone]),
        parameters=tuple(chooser.block.estimates(())),
        passages=tuple(_passages(name, [session for session, *_ in begun[:MOST_SESSIONS]])),
    )


def _passages(name: str, sessions: Sequence[int]) -> Iterator[Passage]:
    rows = Choice.objects.filter(block=name, session__in=sessions).order_by("pk")
    of = rows.values_list("session", "outcome", "estimates")
    found: dict[int, list[Json]] = {pk: [] for pk in sessions}
    for of_session, outcome, estimates in of:
        found[of_session].append(estimates if outcome is not None else None)
    known = Session.objects.select_related("assignment__arm").in_bulk(sessions)
    for pk in sessions:
        session, said = known[pk], [each for each in found[pk] if each]
        arm = session.assignment.arm.name if session.assignment else ""
        yield Passage(session.uuid, arm, session.get_status_display(), len(found[pk]), pairs(said[-1]) if said else {})


def pairs(estimates: Json) -> dict[str, tuple[float, float]]:
    """{parameter: (mean, sd)} of a stored choice."""
    found = estimates if isinstance(estimates, Mapping) else {}
    return {
        name: (float(each[0]), float(each[1]))
        for name, each in found.items()
        if isinstance(each, list) and len(each) == 2
    }


def course_in(session: Session, block: str) -> tuple[Course, list[Choice]]:
    """A session's last round of a block, and its rows. One query."""
    rows = list(Choice.objects.filter(session=session, block=block).order_by("pk"))
    last = [row for row in rows if row.round == rows[-1].round]
    chooser = chooser_in(session.version_id, block)
    looks = tuple(Look(chooser.place_of(row.case), row.chance, row.outcome) for row in last)
    return Course(chooser, tuple(row.number for row in last), looks), last
