"""Rewards of visitors: one each, whatever is sent again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bandits.models import Decision
from bandits.services.excluding import exclude_decisions
from bandits.services.rewarding import Sent, reward, reward_new
from bandits.services.states import in_force
from bandits.web.choices import Choice, How
from bandits.web.deciding import AWAY, find, is_learning
from experiments.errors import Refusal, Unknown
from experiments.models import Experiment, Measure, Unit
from experiments.services.measuring import Given, record_measurements
from experiments.types import Json

log = logging.getLogger("bandits.web")


@dataclass(frozen=True, slots=True)
class Earned:
    """A reward as a view gives it. correct: put it in the place of another one that nothing has learnt from yet."""

    slug: str
    value: Json
    correct: bool = False


def rewarded(earned: Earned, key: str, *, choice: Choice | None, now: datetime) -> bool:
    """Whether the reward was new. False, with a line in the log, where it cannot count: the page goes on.

    choice: what the visitor got in this request, if it was asked for.
    """
    slug = earned.slug
    try:
        experiment = find(slug)
        if not is_learning(experiment):
            return _measured(experiment, key, earned.value, now=now)
        decision = _decision(experiment, key, choice, now=now)
        return decision is not None and _taken(experiment, decision, earned, now=now)
    except Refusal as refusal:
        log.warning("%s: no reward was taken. %s %s", slug, refusal.message, refusal.hint)
    except AWAY as error:
        log.warning("%s: no reward was taken, the database cannot be asked.", slug, exc_info=error)
    return False


def leave_out_unseen(choices: Iterable[Choice], *, now: datetime) -> None:
    """The page failed before its visitor was known by anything: nobody will come back for these decisions."""
    for choice in choices:
        if choice.decision is None or choice.how != How.NEW:
            continue
        try:
            exclude_decisions(find(choice.slug), [choice.decision], because="the page failed", now=now)
        except Refusal as refusal:  # rolled back with the page, or archived meanwhile
            log.info("%s: %s", choice.slug, refusal.message)
        except AWAY as error:
            log.warning("%s: the database cannot be asked.", choice.slug, exc_info=error)


def _taken(experiment: Experiment, decision: Decision, earned: Earned, *, now: datetime) -> bool:
    """One INSERT for the first reward; whatever else it may be is the service's to tell."""
    sent = _sent(decision.uuid, earned.value, correct=earned.correct)
    if not hasattr(decision, "reward"):
        return reward_new(experiment, decision, sent, now=now)
    return reward(experiment, sent, now=now)


def _sent(decision: UUID, value: Json, *, correct: bool) -> Sent:
    """A plain value is of the primary measure; an object names its measures."""
    if isinstance(value, Mapping):
        return Sent(decision, measures=value, correct=correct)
    return Sent(decision, value, correct=correct)


def _decision(experiment: Experiment, key: str, choice: Choice | None, *, now: datetime) -> Decision | None:
    """The visitor's; of an earlier visit none while everybody is shown the control, whatever they had then."""
    decisions = Decision.objects.select_related("reward").order_by()
    if choice is not None and choice.decision is not None:
        return decisions.filter(uuid=choice.decision).first()
    if experiment.is_open and in_force(experiment, now=now).halt is not None:
        return None
    return decisions.filter(experiment=experiment, is_rehearsal=experiment.is_rehearsal, key=key).first()


def _measured(experiment: Experiment, key: str, value: Json, *, now: datetime) -> bool:
    """Under a fixed policy a reward is the unit's one value of the primary measure. Who has no arm has no reward."""
    units = Unit.objects.filter(experiment=experiment, key=key, is_rehearsal=experiment.is_rehearsal)
    unit = units.filter(assignment__isnull=False).first()
    if unit is None:
        return False
    measure = Measure.objects.filter(experiment=experiment, role=Measure.Role.PRIMARY).first()
    if measure is None:
        raise Unknown(f"“{experiment.title}” has no primary measure.", hint="Give one of its measures role: primary.")
    given = Given(unit, measure.name, _as(measure, value), f"web:{unit.uuid}:{measure.name}")
    return record_measurements(experiment, [given], now=now) == 1


def _as(measure: Measure, value: Json) -> Json:
    """1 and 0 are yes and no, where those are asked for."""
    return bool(value) if measure.kind == Measure.Kind.BOOLEAN and value in (0, 1) else value
