"""What proposing, letting in and sending back have in common: whose turn it is, and what is told."""

from __future__ import annotations

from datetime import datetime

from bandits.events import PolicyEvent
from bandits.models import Switch
from bandits.services.states import require_learning
from bandits.verdict import Verdict
from experiments import events
from experiments.errors import Conflict
from experiments.models import Experiment, Version
from experiments.types import Json, JsonObject


def running_version(experiment: Experiment) -> Version:
    """The version in force, of an open experiment that learns and has no switch on its way."""
    require_learning(experiment)
    if not experiment.is_open or experiment.version is None:
        raise Conflict(f"“{experiment.title}” is {experiment.standing}: no policy runs.", hint="Start it first.")
    if Switch.objects.ramping().filter(experiment=experiment, is_rehearsal=experiment.is_rehearsal).exists():
        raise Conflict("Another switch is on its way.", hint="Wait until it is live, or roll it back.")
    return experiment.version


def lock_experiment(experiment: Experiment) -> Experiment:
    rows = Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("study", "version")
    return rows.get(pk=experiment.pk)


def lock_switch(switch: Switch) -> tuple[Experiment, Switch]:
    """Both, as they are now; whoever moves a switch holds its experiment first."""
    experiment = lock_experiment(Experiment(pk=switch.experiment_id))
    return experiment, Switch.objects.select_for_update().get(pk=switch.pk)


def require_status(switch: Switch, status: str) -> None:
    if switch.status != status:
        raise Conflict(f"Switch {switch.number} is {switch.status}.", hint=f"Only what is {status} can do that.")


def end_switch(
    switch: Switch, status: Switch.Status, why: str, *, now: datetime, numbers: JsonObject | None = None
) -> Switch:
    switch.status, switch.ended_for, switch.ended_at = status, why[:500], now
    switch.save()
    kind = PolicyEvent.ROLLED_BACK if status == Switch.Status.ROLLED_BACK else PolicyEvent.STOPPED
    tell(switch, kind, now=now, because=why, numbers=numbers or {})
    return switch


def tell(switch: Switch, kind: PolicyEvent, *, now: datetime, **more: Json) -> None:
    said: dict[str, Json] = {"number": switch.number, "rehearsal": switch.is_rehearsal, **more}
    if kind in (PolicyEvent.PROPOSED, PolicyEvent.REFUSED):
        verdict = Verdict.parse(switch.numbers)
        said |= {"sentence": verdict.sentence, "lower": verdict.lower, "confidence": switch.confidence}
    events.record(kind, experiment=switch.experiment, subject=f"switch:{switch.number}", payload=said, at=now)
