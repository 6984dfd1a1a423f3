"""What publishing asks first: while a policy learns from real visitors, another one comes in by a switch."""

from __future__ import annotations

from bandits.errors import Guarded
from bandits.learning import Learning, learning_of, learns
from bandits.models import PolicyState, Switch
from bandits.services.states import state_in
from experiments.blueprint import Blueprint
from experiments.models import Experiment, Status
from experiments.published import blueprint_of
from experiments.types import JsonObject


def policies_come_in_by_a_switch(experiment: Experiment, definition: JsonObject) -> None:
    """Guarded while a switch is on its way, and for another policy once the running one has learnt something."""
    if Switch.objects.ramping().filter(experiment=experiment).exists():
        raise Guarded(
            f"“{experiment.title}” is letting a new policy in; nothing else is published meanwhile.",
            hint="Wait until it is live, or roll it back; then publish.",
        )
    if experiment.status in (Status.RUNNING, Status.PAUSED) and _changes_policy(experiment, definition):
        raise Guarded(
            "This would change a policy that is learning from real visitors, unjudged.",
            hint="Propose it as a switch: it goes live if the log says that it is better. Or put the allocation back.",
        )


def _changes_policy(experiment: Experiment, definition: JsonObject) -> bool:
    if experiment.version_id is None or not learns(blueprint_of(experiment.version_id).allocation):
        return False
    after = Blueprint.parse(definition)
    if learns(after.allocation) and Learning.of(after).continues(learning_of(experiment.version_id)):
        return False
    newest = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    return newest is not None and state_in(newest).folded > 0
