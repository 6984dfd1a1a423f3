"""What decides at the moment: which policy, beside which other, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bandits.events import PolicyEvent
from bandits.learning import learning_of
from bandits.mixing import Beside, Halt
from bandits.models import PolicyState, Switch
from bandits.services.states import require_learning
from experiments.blueprint import json_object
from experiments.models import Event, Experiment
from experiments.types import JsonObject


@dataclass(frozen=True)
class Serving:
    """policy: of the version in force. share: how often it decides; the old one beside it decides otherwise.

    halted_to: the arms that everybody gets meanwhile; none while policies decide. halted_at, because: when, and why.
    """

    version: int
    policy: str
    allocation: JsonObject
    share: float
    old_policy: str
    old_version: int | None
    halted_to: tuple[str, ...]
    switch: int | None
    state: int | None
    halted_at: datetime | None
    because: str


def serving(experiment: Experiment) -> Serving:
    """Of the real or the rehearsal run, whichever is on. Conflict for an experiment that does not learn."""
    version_id = require_learning(experiment)
    row = PolicyState.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).select_related("version").newest()
    in_force = row.version if row and row.version_id >= version_id else experiment.version
    assert in_force is not None  # noqa: S101 (for the type checker: required above)
    beside = Beside.parse(row.beside) if row else None
    halt = Halt.parse(row.halted_to) if row else None
    learning = learning_of(in_force.pk)
    switch = _switch_from(experiment, beside)
    told = (
        Event.objects.filter(experiment=experiment, kind=PolicyEvent.HALTED).order_by("-pk").first() if halt else None
    )
    return Serving(
        version=in_force.number,
        policy=learning.policy.name,
        allocation=learning.allocation,
        share=beside.share if beside else 1.0,
        old_policy=learning_of(beside.version_id).policy.name if beside else "",
        old_version=switch.version_from.number if switch else None,
        halted_to=halt.arms if halt else (),
        switch=beside.switch if beside else None,
        state=row.number if row else None,
        halted_at=told.at if told else None,
        because=str(json_object(told.payload).get("because") or "") if told else "",
    )


def _switch_from(experiment: Experiment, beside: Beside | None) -> Switch | None:
    if beside is None:
        return None
    rows = Switch.objects.filter(experiment=experiment, number=beside.switch)
    return rows.select_related("version_from").first()
