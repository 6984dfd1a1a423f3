"""Look after a ramp: send the new policy back when a guardrail proves harm, else let it go on when it is time."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction

from bandits.learning import learning_of
from bandits.models import Switch
from bandits.ramps import Guardrail, Plan
from bandits.services.ramping import advance_switch, roll_back_switch
from bandits.services.switch_rows import end_switch, lock_switch
from bandits.watching import Watch, watched
from experiments.models import Status
from experiments.types import Json, JsonObject


def ramps_under_way() -> list[int]:
    """The switches to look after."""
    return list(Switch.objects.ramping().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def look_after(switch_id: int, *, now: datetime) -> Switch:
    """One look. All of it happens, or nothing: what was seen, the roll-back or the next stage, and the diary's line."""
    experiment, switch = lock_switch(Switch.objects.get(pk=switch_id))
    if switch.status != Switch.Status.RAMPING:
        return switch
    is_over = experiment.status not in (Status.REHEARSAL, Status.RUNNING, Status.PAUSED)
    if is_over or experiment.is_rehearsal != switch.is_rehearsal:
        return end_switch(switch, Switch.Status.STOPPED, f"The experiment became {experiment.status}.", now=now)
    plan, learning = Plan.parse(switch.plan), learning_of(switch.version_from_id)
    watch = watched(switch, learning, now=now)
    switch.watch = cast(Json, watch.to_json())
    switch.save(update_fields=["watch"])
    broken = watch.broken(plan, learning)
    if broken is None:
        return advance_switch(switch, now=now)
    guardrail = (plan.guardrails or ())[broken]
    numbers = _numbers(watch, broken, guardrail)
    return roll_back_switch(switch, _why(guardrail, numbers, plan), now=now, numbers=numbers)


def _numbers(watch: Watch, place: int, guardrail: Guardrail) -> dict[str, Json]:
    n, estimate, low, high = watch.evidence[place].path[-1]
    return {
        "measure": guardrail.measure or "reward",
        "margin": guardrail.margin,
        "limit": guardrail.limit,
        "decisions": int(n),
        "estimate": estimate,
        "low": low,
        "high": high,
    }


def _why(guardrail: Guardrail, numbers: JsonObject, plan: Plan) -> str:
    name = f"“{guardrail.measure}”" if guardrail.measure else "The reward"
    seen = f"over {numbers['decisions']:,} decisions ({numbers['low']:+.4g} to {numbers['high']:+.4g})"
    if guardrail.limit is None:
        worse = f"by {abs(cast(float, numbers['estimate'])):.4g} {seen}"
        beyond = f", by more than {guardrail.margin:g}," if guardrail.margin else ""
        return (
            f"{name} is worse under the new policy{beyond}: {worse}. "
            f"A harmless policy is ever sent back with a chance of {plan.alpha:g} at most."
        )
    return f"{name} is beyond its limit of {guardrail.limit:g} under the new policy: {numbers['estimate']:.4g} {seen}."
