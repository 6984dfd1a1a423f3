"""Decide: an arm for a visitor or a request, with its chance, in one INSERT that touches no shared row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from bandits.errors import NotInExperiment, NotOpen
from bandits.models import Decision
from bandits.services.states import Held, in_force, require_learning
from experiments.chance import Stream
from experiments.models import Experiment
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks. key: the caller's own name of the visitor or request, which must not identify a person; may be empty.

    context: what is known about it; a contextual policy looks at its `features`.
    """

    key: str = ""
    context: JsonObject = field(default_factory=dict)


def decide(experiment: Experiment, asked: Asked, *, now: datetime) -> tuple[Decision, bool]:
    """The decision, and whether it is new. See `decide_many`."""
    return decide_many(experiment, [asked], now=now)[0]


@transaction.atomic
def decide_many(experiment: Experiment, asked: Sequence[Asked], *, now: datetime) -> list[tuple[Decision, bool]]:
    """A decision for each, in their order, and whether it is new. All are stored, or none.

    A key that decided before gets the same decision, also after the experiment has closed. Conflict for an experiment
    that does not learn, NotOpen for newcomers to one that lets nobody in, BadValue for a context that does not fit.
    """
    require_learning(experiment)
    keys = {one.key for one in asked if one.key}
    if not experiment.is_open:
        return _known(experiment, asked, keys)
    held = in_force(experiment, now=now)
    if held.halt is not None:
        return _while_halted(held, experiment, asked, now=now)
    rows = [draw(held, experiment, one, identity=uuid.uuid4(), now=now, among=len(asked)) for one in asked]
    in_order = sorted(rows, key=lambda row: row.key)  # everybody in the same order: no two wait for each other
    Decision.objects.bulk_create(in_order, ignore_conflicts=bool(keys))
    stored = _by_key(experiment, keys)
    found = [stored.get(row.key, row) for row in rows]
    return [(kept, kept.uuid == row.uuid) for kept, row in zip(found, rows, strict=True)]


def draw(  # noqa: PLR0913  (all that a decision follows from)
    held: Held, experiment: Experiment, asked: Asked, *, identity: uuid.UUID, now: datetime, among: int = 1
) -> Decision:
    """The decision that this state, seed and id give, one of so many at once: the same for ever. Nothing is stored."""
    learning = held.learning
    chances = held.chances(held.features(asked.context), among=among)
    choice = chances.draw(Stream(learning.seed, "decision", identity.hex))
    if choice.arm is None or choice.propensity is None:
        raise NotInExperiment("The policy gives this one no arm.", hint="Serve it what everybody gets.")
    return Decision(
        uuid=identity,
        experiment_id=experiment.pk,
        is_rehearsal=experiment.is_rehearsal,
        arm_id=held.arms[choice.arm],
        propensity=choice.propensity,
        context=asked.context,
        policy_version=held.number,
        among=among,
        key=asked.key,
        decided_at=now,
        due=now + learning.window,
    )


def _while_halted(
    held: Held, experiment: Experiment, asked: Sequence[Asked], *, now: datetime
) -> list[tuple[Decision, bool]]:
    """The halt's arms, also for those who had another one. No key is stored: afterwards each is what it was before."""
    rows = [draw(held, experiment, replace(one, key=""), identity=uuid.uuid4(), now=now) for one in asked]
    Decision.objects.bulk_create(rows)
    for row, one in zip(rows, asked, strict=True):
        row.key = one.key  # as it was asked, for the answer
    return [(row, True) for row in rows]


def _known(experiment: Experiment, asked: Sequence[Asked], keys: set[str]) -> list[tuple[Decision, bool]]:
    stored = _by_key(experiment, keys)
    if any(one.key not in stored for one in asked):
        raise NotOpen(f"“{experiment.title}” is {experiment.status} and lets nobody in.", hint="Start or rehearse it.")
    return [(stored[one.key], False) for one in asked]


def _by_key(experiment: Experiment, keys: set[str]) -> dict[str, Decision]:
    if not keys:
        return {}
    rows = Decision.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).filter(key__in=keys).order_by()
    return {row.key: row for row in rows}
