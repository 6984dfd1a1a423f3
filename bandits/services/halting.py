"""The kill switch: from now on everybody gets the control, whatever the policy thinks; and back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bandits.events import PolicyEvent
from bandits.learning import learning_of
from bandits.mixing import Halt
from bandits.models import PolicyState
from bandits.services.states import current_state, lock_learning, require_learning, succeed
from experiments import events
from experiments.errors import Conflict, Unknown
from experiments.models import Experiment, Status
from experiments.published import blueprint_of
from experiments.types import Json

EVEN = "even"
CONTROL = ""


@transaction.atomic
def halt_policy(experiment: Experiment, *, to: str = CONTROL, because: str = "", now: datetime) -> PolicyState:
    """Send everybody to one arm, within two seconds in every process. Halting to the same again changes nothing.

    It waits its turn among those that write states: long only for a rebuilding after an exclusion.

    to: the name of an arm; "" for the control (evenly among several), or for all arms if there is none; "even" for
    all. Visitors who had an arm get this one too, and their own again afterwards. What is decided meanwhile is stored
    with its chance (1 for one arm), and never learnt from. Conflict for what does not learn, Unknown for no such arm.
    """
    experiment, before = _locked(experiment, now=now)
    halt = Halt(_arms(experiment, to))
    if Halt.parse(before.halted_to) == halt:
        return before
    row = succeed(before, now=now)
    row.halted_to = halt.to_json()
    row.save(force_insert=True)
    payload: dict[str, Json] = {"arm": ", ".join(halt.arms), "because": because, "state": row.number}
    events.record(PolicyEvent.HALTED, experiment=experiment, payload=payload, at=now)
    return row


@transaction.atomic
def unhalt_policy(experiment: Experiment, *, because: str = "", now: datetime) -> PolicyState:
    """Let the policy decide again, with all that it knew. Where nothing is halted, nothing changes."""
    experiment, before = _locked(experiment, now=now)
    if before.halted_to is None:
        return before
    row = succeed(before, now=now)
    row.halted_to = None
    row.save(force_insert=True)
    payload: dict[str, Json] = {"because": because, "state": row.number}
    events.record(PolicyEvent.UNHALTED, experiment=experiment, payload=payload, at=now)
    return row


def _locked(experiment: Experiment, *, now: datetime) -> tuple[Experiment, PolicyState]:
    """As they are now; nobody writes another state until the transaction ends."""
    fresh = Experiment.objects.get(pk=experiment.pk)
    require_learning(fresh)
    if fresh.status not in (Status.REHEARSAL, Status.RUNNING, Status.PAUSED):
        raise Conflict(
            f"“{fresh.title}” is {fresh.standing}: nobody is sent anywhere.", hint="Nothing needs to be done."
        )
    lock_learning(fresh)
    return fresh, current_state(fresh, is_rehearsal=fresh.is_rehearsal, now=now)[0]


def _arms(experiment: Experiment, to: str) -> tuple[str, ...]:
    version_id = require_learning(experiment)
    arms = blueprint_of(version_id).arms
    enabled = tuple(arm.name for arm in learning_of(version_id).arms if arm.weight)
    controls = tuple(name for name in enabled if arms[name].is_control)
    if to == CONTROL:
        return controls or enabled
    if to in enabled:
        return (to,)
    if to == EVEN:
        return enabled
    raise Unknown(f"There is no open arm “{to}”.", hint=f"There are: {', '.join(enabled)}; or “{EVEN}”.")
