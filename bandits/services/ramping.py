"""Let a candidate in step by step, and send it back: each step is a state, drawn from two policies at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from django.db import transaction

from bandits.events import PolicyEvent
from bandits.judging import taught, told_by
from bandits.learning import learning_of
from bandits.mixing import Beside
from bandits.models import Decision, PolicyState, Switch
from bandits.ramps import Plan, Stage
from bandits.services.states import current_state, lock_learning, state_in, succeed
from bandits.services.switch_rows import end_switch, lock_switch, require_status, running_version, tell
from experiments.blueprint import json_object
from experiments.definition import normalise
from experiments.errors import Conflict
from experiments.models import Experiment, Version
from experiments.services.versions import publish_definition
from experiments.types import Json, JsonObject


@transaction.atomic
def start_switch(switch: Switch, *, now: datetime) -> Switch:
    """Let the candidate in, at its first share; without stages it decides alone. Starting twice is as good as once.

    A new version is published for it. It begins with all that the log could teach it, and both policies learn on.
    Conflict for one that was refused or is over, while another is on its way, or after the running policy changed.
    """
    experiment, switch = lock_switch(switch)
    if switch.status in (Switch.Status.RAMPING, Switch.Status.LIVE):
        return switch
    require_status(switch, Switch.Status.PROPOSED)
    running = running_version(experiment)
    if running.pk != switch.version_from_id or experiment.is_rehearsal != switch.is_rehearsal:
        raise Conflict("The policy that it was judged against runs no more.", hint="Propose it again.")
    lock_learning(experiment)
    before, _ = current_state(experiment, is_rehearsal=switch.is_rehearsal, now=now)
    if before.halted_to is not None:
        raise Conflict("The policies are halted.", hint="Lift the halt first.")
    definition = {**json_object(running.definition), "allocation": switch.allocation}
    version = publish_definition(experiment, definition)
    _write_allocation(experiment, switch.allocation, instead_of=json_object(running.definition).get("allocation"))
    learning = learning_of(version.pk)
    row = succeed(before, now=now)
    row.version = version
    row.statistics = cast(
        Json, taught(learning, list(told_by(experiment, running, is_rehearsal=switch.is_rehearsal))).to_json()
    )
    stages = Plan.parse(switch.plan).stages
    if stages:
        row.beside = Beside(running.pk, switch.number, stages[0].share, state_in(before)).to_json()
    row.save(force_insert=True)
    switch.version_to, switch.started_at = version, now
    _enter(switch, 0 if stages else None, now=now)
    switch.save()
    tell(switch, PolicyEvent.STARTED, now=now, share=stages[0].share if stages else 1.0, state=row.number)
    if not stages:
        tell(switch, PolicyEvent.LIVE, now=now)
    return switch


@transaction.atomic
def advance_switch(switch: Switch, *, now: datetime) -> Switch:
    """To the next stage if this one has had its decisions and its time; after the last one the candidate is live.

    Nothing happens during a halt, or before it is time. What is no longer the newest state's ramp is stopped.
    """
    experiment, switch = lock_switch(switch)
    if switch.status != Switch.Status.RAMPING:
        return switch
    lock_learning(experiment)
    before = _newest(switch)
    beside = Beside.parse(before.beside)
    if beside is None or beside.switch != switch.number:
        return end_switch(switch, Switch.Status.STOPPED, "Another version was published meanwhile.", now=now)
    if before.halted_to is not None or not is_stage_over(switch, now=now):
        return switch
    stages = Plan.parse(switch.plan).stages
    after = switch.stage + 1
    row = succeed(before, now=now)
    row.beside = replace(beside, share=stages[after].share).to_json() if after < len(stages) else None
    row.save(force_insert=True)
    _enter(switch, after if after < len(stages) else None, now=now)
    switch.save()
    kind = PolicyEvent.ADVANCED if after < len(stages) else PolicyEvent.LIVE
    tell(switch, kind, now=now, share=stages[after].share if after < len(stages) else 1.0, state=row.number)
    return switch


@transaction.atomic
def roll_back_switch(switch: Switch, why: str, *, now: datetime, numbers: JsonObject | None = None) -> Switch:
    """Let the old policy decide alone again, with all that it has learnt meanwhile. Twice is as good as once.

    A version is published that says what the old one said. Conflict for a switch that is not on its way.
    """
    experiment, switch = lock_switch(switch)
    if switch.status == Switch.Status.ROLLED_BACK:
        return switch
    require_status(switch, Switch.Status.RAMPING)
    lock_learning(experiment)
    before = _newest(switch)
    beside = Beside.parse(before.beside)
    if beside is None or beside.switch != switch.number:
        return end_switch(switch, Switch.Status.STOPPED, "Another version was published meanwhile.", now=now)
    old = Version.objects.get(pk=beside.version_id)
    version = publish_definition(experiment, json_object(old.definition))
    _write_allocation(experiment, json_object(old.definition).get("allocation"), instead_of=switch.allocation)
    row = succeed(before, now=now)
    row.version, row.beside = version, None
    row.statistics = cast(Json, beside.state.to_json())
    row.save(force_insert=True)
    switch.version_back = version
    return end_switch(switch, Switch.Status.ROLLED_BACK, why, now=now, numbers=numbers)


def is_stage_over(switch: Switch, *, now: datetime) -> bool:
    """Whether the stage has had its decisions and its time."""
    stage = stage_of(switch)
    if stage is None or switch.stage_since is None or now - switch.stage_since < stage.lasts:
        return False
    return stage.decisions is None or decided_in_stage(switch) >= stage.decisions


def stage_of(switch: Switch) -> Stage | None:
    """The stage that it is in; None unless it is on its way."""
    stages = Plan.parse(switch.plan).stages
    return stages[switch.stage] if switch.status == Switch.Status.RAMPING else None


def decided_in_stage(switch: Switch) -> int:
    """How many decisions the stage has had; counted no further than it needs."""
    stage = stage_of(switch)
    if stage is None:
        return 0
    rows = Decision.objects.filter(experiment=switch.experiment_id, pk__gt=switch.stage_after)
    return rows.filter(is_rehearsal=switch.is_rehearsal).order_by()[: stage.decisions or 1_000_000].count()


def _newest(switch: Switch) -> PolicyState:
    rows = PolicyState.objects.filter(experiment=switch.experiment_id, is_rehearsal=switch.is_rehearsal)
    return rows.latest("number")


def _enter(switch: Switch, stage: int | None, *, now: datetime) -> None:
    """In memory: the stage begins; None: there is none left."""
    if stage is None:
        switch.status, switch.ended_at = Switch.Status.LIVE, now
        return
    last = Decision.objects.filter(experiment=switch.experiment_id).order_by("-pk").values_list("pk", flat=True).first()
    switch.status, switch.stage, switch.stage_since = Switch.Status.RAMPING, stage, now
    switch.stage_after = last or 0


def _write_allocation(experiment: Experiment, allocation: Json, *, instead_of: Json) -> None:
    """Into the tables, unless somebody has edited something else there meanwhile."""
    if _whole(experiment.allocation) == _whole(instead_of):
        Experiment.objects.filter(pk=experiment.pk).update(allocation=allocation)


def _whole(allocation: Json) -> Json:
    """With its defaults."""
    return normalise({"allocation": allocation}, complete=False)["allocation"]
