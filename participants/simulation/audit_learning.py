"""After visits to an experiment that learns: decisions against places, rewards, and the state against the log."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from bandits.learning import learning_of, learns
from bandits.models import Decision, PolicyState, Reward
from bandits.services.refolding import replayed
from experiments.definition import canonical_json
from experiments.models import Assignment, Experiment, Measurement, Slot
from experiments.published import blueprint_of


def mislearnt(experiment: Experiment) -> Iterator[str]:
    """Decided and not assigned, or differently; completed without a reward; a state that is not the log's."""
    if experiment.version_id is None or not learns(blueprint_of(experiment.version_id).allocation):
        return
    yield from _decided(experiment)
    yield from _unrewarded(experiment)
    yield from _unfolded(experiment)


def _decided(experiment: Experiment) -> Iterator[str]:
    assignments = Assignment.objects.of(experiment).filter(unit__is_rehearsal=experiment.is_rehearsal)
    rows = assignments.exclude(policy_version="")
    for unit in rows.filter(unit__decisions=None).values_list("unit", flat=True):
        yield f"unit {unit} was assigned without a decision"
    same = Q(unit__decisions__arm=F("arm"), unit__decisions__propensity=F("propensity"))
    for unit in rows.exclude(unit__decisions=None).exclude(same).values_list("unit", flat=True):
        yield f"unit {unit} has another arm or chance than its decision says"
    decisions = Decision.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).filter(unit__isnull=False)
    for unit in decisions.filter(unit__assignment=None).values_list("unit", flat=True):
        yield f"unit {unit} was decided for and has no arm"


def _unrewarded(experiment: Experiment) -> Iterator[str]:
    decisions = Decision.objects.of(experiment, is_rehearsal=experiment.is_rehearsal)
    completed = decisions.filter(unit__slot__status=Slot.Status.COMPLETED, reward=None, excluded="")
    for name in learning_of(experiment.version_id or 0).goal.needed:
        measured = Measurement.objects.filter(
            measure__name=name, number__isnull=False, at__lte=F("unit__decisions__due")
        )
        completed = completed.filter(unit__in=measured.filter(experiment=experiment).values("unit"))
    for unit in completed.values_list("unit", flat=True):
        yield f"unit {unit} completed and has no reward"


def _unfolded(experiment: Experiment) -> Iterator[str]:
    rewards = Reward.objects.of(experiment, is_rehearsal=experiment.is_rehearsal)
    waiting = rewards.unfolded().count()
    if waiting:
        yield f"{waiting} rewards were learnt by nobody"
    newest = PolicyState.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).newest()
    if newest is None:
        return
    told = replayed(experiment, is_rehearsal=experiment.is_rehearsal)
    if canonical_json(told.statistics) != canonical_json(newest.statistics):
        yield f"state {newest.number} is not what the log of {told.rewards} rewards gives"
