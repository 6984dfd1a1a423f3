"""After the visits: what the server acknowledged against the rows, the places of the list, balance, durations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, F

from analysis.statistics.quantiles import quantiles
from bandits.learning import learns
from bandits.policies import parse_allocation
from experiments.models import Assignment, Experiment, Slot
from experiments.published import blueprint_of
from experiments.querysets import SlotQuerySet
from experiments.types import Json
from participants.displays.options import key_of
from participants.models import Interaction, Session, Trial
from participants.querysets import SessionQuerySet
from participants.simulation.audit_learning import mislearnt
from participants.simulation.ledger import Fields, Ledger


@dataclass(frozen=True, slots=True)
class Cell:
    """An arm in a stratum: how many completed, and how many the plan's weights would give it of those.

    planned: None where a policy that learns moves the shares.
    """

    stratum: str
    arm: str
    completed: int
    planned: float | None


@dataclass(frozen=True, slots=True)
class Audit:
    """What the database says. The tuples of sentences are what is wrong; all empty is how it should be."""

    sessions: Mapping[str, int]
    cells: tuple[Cell, ...]
    slots: Mapping[str, int]
    durations: Mapping[str, float]
    acknowledged: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    astray: tuple[str, ...]
    mislearnt: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return self.lost + self.twice + self.astray + self.mislearnt


def audit(experiment: Experiment, ledger: Ledger) -> Audit:
    """Read it all. Call it when nobody is on the way any more."""
    sessions = Session.objects.of(experiment).filter(is_rehearsal=experiment.is_rehearsal)
    mine = sessions.filter(uuid__in=list(ledger.entered.values()))
    return Audit(
        sessions=dict(mine.order_by().values_list("status").annotate(n=Count("pk"))),
        cells=tuple(cells(experiment)),
        slots=dict(_slots(experiment).order_by().values_list("status").annotate(n=Count("pk"))),
        durations=_durations(mine.filter(status=Session.Status.COMPLETED)),
        acknowledged=len(ledger.acknowledged) + len(ledger.outbox) + len(ledger.entered),
        lost=tuple(lost(ledger)),
        twice=tuple(twice(ledger)),
        astray=tuple(astray(experiment)),
        mislearnt=tuple(mislearnt(experiment)),
    )


def cells(experiment: Experiment) -> Iterator[Cell]:
    """Completes by stratum and arm, every enabled arm included."""
    if experiment.version_id is None:
        return
    moves = learns(blueprint_of(experiment.version_id).allocation)
    weights = {arm.name: arm.weight for arm in blueprint_of(experiment.version_id).arms.values() if arm.is_enabled}
    rows = _slots(experiment).filter(status=Slot.Status.COMPLETED).order_by()
    found = {(stratum, arm): n for stratum, arm, n in rows.values_list("stratum", "arm__name").annotate(n=Count("pk"))}
    for stratum in sorted({stratum for stratum, _ in found}):
        total = sum(n for (other, _), n in found.items() if other == stratum)
        for arm, weight in weights.items():
            planned = None if moves else total * weight / sum(weights.values())
            yield Cell(stratum, arm, found.get((stratum, arm), 0), planned)


def lost(ledger: Ledger) -> Iterator[str]:
    """Sessions, answers and interactions that were acknowledged and are not there, or not as they were sent."""
    ids = dict(Session.objects.filter(uuid__in=list(ledger.entered.values())).values_list("uuid", "pk"))
    for session in set(ledger.entered.values()) - set(ids):
        yield f"session {session} was entered and is not there"
    uuids = {pk: uuid for uuid, pk in ids.items()}
    kept = {
        (uuids[pk], nonce): answer
        for pk, nonce, answer in Trial.objects.filter(session__in=uuids).values_list("session_id", "nonce", "answer")
    }
    for (session, nonce), sent in ledger.acknowledged.items():
        if (session, nonce) not in kept:
            yield f"session {session}: the answer to page {nonce[:6]}… was acknowledged and is not there"
        elif not any(_stands(kept[session, nonce], fields) for fields in sent):
            yield f"session {session}: the answer to page {nonce[:6]}… is not the one that was sent"
    rows = Interaction.objects.filter(session__in=uuids).values_list("session_id", "seq")
    noticed = {(uuids[pk], seq) for pk, seq in rows}
    for session, seq in ledger.outbox - noticed:
        yield f"session {session}: interaction {seq} was acknowledged and is not there"


def twice(ledger: Ledger) -> Iterator[str]:
    """Entries that made two sessions, and pages that were answered twice."""
    entered = Session.objects.filter(uuid__in=list(ledger.entered.values()))
    people = entered.order_by().values_list("participant").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"participant {pk} has {n} sessions" for pk, n in people)
    pages = Trial.objects.filter(session__in=entered.filter(rounds=0)).order_by()
    again = pages.values_list("session__uuid", "index", "attempt").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"session {uuid}: page {index} was answered {n} times" for uuid, index, _, n in again)


def astray(experiment: Experiment) -> Iterator[str]:
    """Places that are held by nobody who is under way, or missing for somebody who is; lists with gaps; too many."""
    slots, sessions = _slots(experiment), Session.objects.of(experiment).filter(is_rehearsal=experiment.is_rehearsal)
    under_way = sessions.under_way().values("unit")
    completed = sessions.filter(status=Session.Status.COMPLETED).values("unit")
    for slot in slots.filter(status=Slot.Status.LEASED).exclude(unit__in=under_way):
        yield f"place {slot.position} of “{slot.stratum}” is leased to nobody who is under way"
    for slot in slots.filter(status=Slot.Status.COMPLETED).exclude(unit__in=completed):
        yield f"place {slot.position} of “{slot.stratum}” is filled by nobody who completed"
    for status, units in ((Slot.Status.LEASED, under_way), (Slot.Status.COMPLETED, completed)):
        held = slots.filter(status=status).values("unit")
        earlier = slots.filter(status=Slot.Status.VOID, unit__isnull=False).values("unit")  # of an earlier rehearsal
        for assignment in Assignment.objects.filter(unit__in=units).exclude(unit__in=held).exclude(unit__in=earlier):
            yield f"unit {assignment.unit_id} has no {status} place"
    yield from _gaps(slots.order_by().values_list("stratum", "position"))
    yield from _too_many(experiment)


def _gaps(places: Iterable[tuple[str, int]]) -> Iterator[str]:
    lists: dict[str, list[int]] = {}
    for stratum, position in places:
        lists.setdefault(stratum, []).append(position)
    for stratum, positions in lists.items():
        if sorted(positions) != list(range(len(positions))):
            yield f"the list of “{stratum}” has gaps"


def _too_many(experiment: Experiment) -> Iterator[str]:
    if experiment.version_id is None:
        return
    design = blueprint_of(experiment.version_id)
    taken = dict(_slots(experiment).taken().order_by().values_list("arm__name").annotate(n=Count("pk")))
    if sum(taken.values()) > design.target:
        yield f"{sum(taken.values())} places are taken, above the target of {design.target}"
    for arm in design.arms.values():
        if arm.quota is not None and taken.get(arm.name, 0) > arm.quota:
            yield f"{taken[arm.name]} places of “{arm.name}” are taken, above its quota of {arm.quota}"
    quota = None if learns(design.allocation) else getattr(parse_allocation(design.allocation), "stratum_quota", None)
    strata = Counter(_slots(experiment).taken().order_by().values_list("stratum", flat=True))
    for stratum, n in strata.items():
        if quota is not None and n > quota:
            yield f"{n} places of “{stratum}” are taken, above the quota of {quota}"


def _slots(experiment: Experiment) -> SlotQuerySet:
    return Slot.objects.of(experiment, is_rehearsal=experiment.is_rehearsal)


def _durations(completed: SessionQuerySet) -> dict[str, float]:
    spans = completed.annotate(span=F("ended_at") - F("entered_at")).values_list("span", flat=True)
    seconds = [span.total_seconds() for span in spans]
    return dict(zip(("p50", "p95"), quantiles(seconds, [0.5, 0.95]), strict=True)) if seconds else {}


def _stands(answer: Json, sent: Fields) -> bool:
    """Whether every plain value of the answer is what was sent under its name."""
    if not isinstance(answer, Mapping):
        return False
    return all(
        _equal(value, sent.get(name, ())) for name, value in answer.items() if isinstance(value, str | int | float)
    )


def _equal(value: Json, texts: Iterable[str]) -> bool:
    text = next(iter(texts), "").strip()
    if isinstance(value, float | int) and not isinstance(value, bool):
        try:
            return float(text) == float(value)
        except ValueError:
            return False
    return " ".join(text.split()) == " ".join(key_of(value).split())
