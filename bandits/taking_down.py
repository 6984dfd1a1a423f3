"""While a policy is being let in, nothing is published: an arm that must go is taken down by the kill switch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bandits.learning import learning_of
from bandits.models import Switch
from bandits.services.halting import halt_policy
from bandits.services.states import current_state
from experiments.models import Experiment
from experiments.published import blueprint_of


def halt_while_ramping(experiment: Experiment, names: Sequence[str], because: str, now: datetime) -> bool | None:
    """Everybody gets an arm that stays, the control if it does, until the ramp is over. None: there is no ramp."""
    if experiment.version_id is None or not Switch.objects.ramping().filter(experiment=experiment).exists():
        return None
    stays = [arm.name for arm in learning_of(experiment.version_id).arms if arm.weight and arm.name not in names]
    if not stays:
        return None
    arms = blueprint_of(experiment.version_id).arms
    to = next((name for name in stays if arms[name].is_control), stays[0])
    before = current_state(experiment, is_rehearsal=experiment.is_rehearsal, now=now)[0]
    return halt_policy(experiment, to=to, because=because, now=now).number != before.number
