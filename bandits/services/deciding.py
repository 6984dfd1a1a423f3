"""Decide: an arm for a visitor or a request, with its chance, in one statement that touches no shared row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from bandits.audiences import audience_of, is_admitted, require_admitted
from bandits.errors import NotInExperiment, NotOpen
from bandits.learning import learning_of
from bandits.models import Decision
from bandits.services.decision_rows import fresh, known, store
from bandits.services.identity import new_identity
from bandits.services.purses import reserve
from bandits.services.states import Held, in_force, require_learning
from experiments.chance import Stream
from experiments.errors import Conflict
from experiments.models import Experiment, UnitKind
from experiments.types import JsonObject

TRIES = 3


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


def decide_many(experiment: Experiment, asked: Sequence[Asked], *, now: datetime) -> list[tuple[Decision, bool]]:
    """A decision for each, in their order, and whether it is new. All are stored, or none.

    A key that decided before gets the same decision, also after the experiment has closed. Conflict for an experiment
    that does not learn, NotOpen for newcomers to one that lets nobody in, BadValue or Invalid for a context
    that does not fit.
    The row of the experiment is looked at by the very statement that stores: where its status or version is no longer
    the instance's, nothing is stored, the instance is read anew, and the question is put once more.
    """
    for _ in range(TRIES):
        made = _paid_for(experiment, asked, now=now)
        if made is not None:
            return made
        experiment.refresh_from_db()
    raise Conflict(f"“{experiment.title}” is being changed just now.", hint="Ask again.")


def _paid_for(experiment: Experiment, asked: Sequence[Asked], *, now: datetime) -> list[tuple[Decision, bool]] | None:
    """Under a budget, decide and set aside what it may cost, or neither; else only decide."""
    learning = learning_of(require_learning(experiment))
    if learning.goal.cost is None:
        return _attempt(experiment, asked, now=now)
    with transaction.atomic():
        made = _attempt(experiment, asked, now=now)
        if made is None:
            transaction.set_rollback(True)
            return None
        reserve(experiment, learning, [row for row, is_new in made if is_new])
        return made


def draw(  # noqa: PLR0913  (all that a decision follows from)
    held: Held, experiment: Experiment, asked: Asked, *, identity: uuid.UUID, now: datetime, among: int = 1
) -> Decision:
    """The decision that this state, seed and id give, one of so many at once: the same for ever. Nothing is stored."""
    learning = held.learning
    chances = held.chances(held.features(asked.context), among=among)
    choice = chances.draw(Stream(learning.seed, "decision", identity.hex))
    if choice.arm is None or choice.propensity is None:
        raise NotInExperiment("The policy gives this one no arm.", hint="Serve it what everybody gets.")
    return fresh(
        {
            "uuid": identity,
            "experiment_id": experiment.pk,
            "is_rehearsal": experiment.is_rehearsal,
            "arm_id": held.arms[choice.arm],
            "propensity": choice.propensity,
            "context": asked.context,
            "policy_version": held.number,
            "among": among,
            "key": asked.key,
            "decided_at": now,
            "due": now + learning.window,
            "excluded": "",
        }
    )


def _attempt(experiment: Experiment, asked: Sequence[Asked], *, now: datetime) -> list[tuple[Decision, bool]] | None:
    """None: the experiment is no longer what the instance says, and nothing was stored."""
    version_id = require_learning(experiment)
    _require_programs(experiment)
    keys = {one.key for one in asked if one.key}
    if not experiment.is_open:
        return _closed(experiment, asked, keys)
    learning_of(version_id).require_contexts([one.context for one in asked])
    _require_admitted(experiment, asked)
    held = in_force(experiment, now=now)
    if held.halt is not None:
        return _while_halted(held, experiment, asked, now=now)
    among = len(asked)
    rows = [
        draw(held, experiment, one, identity=new_identity(now, experiment=experiment.pk), now=now, among=among)
        for one in asked
    ]
    new, stored = store(experiment, rows, keys)
    if len(new) == len(rows):
        return [(row, True) for row in rows]
    stored |= known(experiment, keys - stored.keys() - {row.key for row in new.values()})  # a rival's, just committed
    found: list[tuple[Decision, bool]] = []
    by_key = {row.key: row for row in new.values() if row.key} | stored
    for row in rows:
        kept = row if row.uuid in new else by_key.get(row.key)
        if kept is None:
            return None
        found.append((kept, kept is row))
    return found


def _require_programs(experiment: Experiment) -> None:
    """People are decided for as they enter, with a place of their own."""
    if experiment.unit_kind == UnitKind.PARTICIPANT:
        raise Conflict(
            f"“{experiment.title}” decides for participants as they enter.", hint="Send people to its pages."
        )


def _require_admitted(experiment: Experiment, asked: Sequence[Asked]) -> None:
    """NotInExperiment if one of them is no part of the audience; who has an arm already keeps it."""
    if audience_of(experiment.version_id or 0) is None:
        return
    strangers = [one for one in asked if not is_admitted(experiment, one.key, one.context)]
    stored = known(experiment, {one.key for one in strangers if one.key})
    for one in strangers:
        if one.key not in stored:
            require_admitted(experiment, one.key, one.context)


def _while_halted(
    held: Held, experiment: Experiment, asked: Sequence[Asked], *, now: datetime
) -> list[tuple[Decision, bool]] | None:
    """The halt's arms, also for those who had another one. No key is stored: afterwards each is what it was before."""
    rows = [
        draw(held, experiment, replace(one, key=""), identity=new_identity(now, experiment=experiment.pk), now=now)
        for one in asked
    ]
    new, _ = store(experiment, rows, ())
    for row, one in zip(rows, asked, strict=True):
        row.key = one.key  # as it was asked, for the answer
    return [(row, True) for row in rows] if new else None


def _closed(experiment: Experiment, asked: Sequence[Asked], keys: set[str]) -> list[tuple[Decision, bool]]:
    stored = known(experiment, keys)
    if any(one.key not in stored for one in asked):
        raise NotOpen.because_of(experiment)
    return [(stored[one.key], False) for one in asked]
