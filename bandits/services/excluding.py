"""Leave decisions out of what is learnt: bots, failed checks, people who were screened out or withdrew."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bandits.events import PolicyEvent
from bandits.models import Decision, Reward
from bandits.services.states import lock_learning, require_learning
from bandits.services.summaries import outdate
from experiments import events
from experiments.errors import BadValue, Frozen, Unknown
from experiments.models import Experiment, Status, Unit

LONGEST = 60
LEFT_OUT = 0
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Excluded:
    """changed: decisions whose standing changed. recalled: of those, how many a state had learnt from."""

    changed: int
    recalled: int


@transaction.atomic
def exclude_decisions(experiment: Experiment, ids: Collection[uuid.UUID], *, because: str, now: datetime) -> Excluded:
    """Learn nothing from these decisions, whether their rewards came or not; all, or none.

    What a state has learnt from them is recalled: the next fold rebuilds it without them. Twice is as good as once.
    Unknown if one is not of this experiment, BadValue without a short reason.
    """
    if not 0 < len(because.strip()) <= LONGEST:
        raise BadValue(f"Say why in 1 to {LONGEST} characters.", hint="For instance: bot.")
    return _mark(experiment, ids, because=because.strip(), now=now)


@transaction.atomic
def include_decisions(experiment: Experiment, ids: Collection[uuid.UUID], *, now: datetime) -> Excluded:
    """Take the exclusion back: rewards that came meanwhile, or had been left out, are learnt with the next fold.

    Who withdrew stays left out: what they told is gone, and nothing may be learnt of it.
    """
    return _mark(experiment, ids, because="", now=now)


def exclude_unit(unit: Unit, *, because: str) -> None:
    """The same for the decision of somebody who takes part, if there is one."""
    lock_learning(unit.experiment)
    pks = list(Decision.objects.filter(unit=unit, excluded="").values_list("pk", flat=True))
    if pks:
        _set(unit.experiment, pks, because)
        _recall(pks)


def forget_unit(unit: Unit) -> None:
    """Somebody withdrew their data: nothing of what they told stays with their decision, and nothing is learnt.

    Nothing happens where nothing was decided, under a policy that does not learn.
    """
    pks = list(Decision.objects.filter(unit=unit).values_list("pk", flat=True))
    if not pks:
        return
    exclude_unit(unit, because=WITHDRAWN)
    outdate(unit.experiment, pks, is_forgotten=True)
    Decision.objects.filter(unit=unit).update(context={}, excluded=WITHDRAWN)
    Reward.objects.filter(decision__unit=unit).update(measures={}, value=0)


def _mark(experiment: Experiment, ids: Collection[uuid.UUID], *, because: str, now: datetime) -> Excluded:
    if experiment.status == Status.ARCHIVED:
        raise Frozen(f"“{experiment.title}” is archived; nothing is changed any more.")
    require_learning(experiment)
    lock_learning(experiment)  # no folder is between reading and marking
    rows = Decision.objects.select_for_update().filter(uuid__in=ids, experiment=experiment).order_by("pk")
    known = {identity: (pk, excluded) for pk, identity, excluded in rows.values_list("pk", "uuid", "excluded")}
    missing = next((identity for identity in ids if identity not in known), None)
    if missing is not None:
        raise Unknown(f"There is no decision {missing} in this experiment.")
    to_change = [pk for pk, excluded in known.values() if excluded != WITHDRAWN and bool(excluded) != bool(because)]
    if not to_change:
        return Excluded(0, 0)
    _set(experiment, to_change, because)
    recalled = _recall(to_change) if because else _give_back(to_change)
    events.record(
        PolicyEvent.EXCLUDED if because else PolicyEvent.INCLUDED,
        experiment=experiment,
        payload={"decisions": len(to_change), "because": because, "recalled": recalled},
        at=now,
    )
    return Excluded(len(to_change), recalled)


def _set(experiment: Experiment, pks: Collection[int], because: str) -> None:
    outdate(experiment, pks)
    Decision.objects.filter(pk__in=pks).update(excluded=because)


def _recall(pks: Iterable[int]) -> int:
    return Reward.objects.filter(decision__in=pks, folded_in__gt=LEFT_OUT).update(is_recalled=True)


def _give_back(pks: Iterable[int]) -> int:
    """Rewards that were left out wait for the next fold; those whose recall nobody has followed yet stay learnt."""
    rewards = Reward.objects.filter(decision__in=pks)
    stay = rewards.recalled().update(is_recalled=False)
    rewards.filter(folded_in=LEFT_OUT).update(folded_in=None)
    return stay
