"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bandits.models import PolicyState
from bandits.services.asking import reopen_lapsed
from bandits.services.folding import fold_one, waiting_to_fold
from bandits.services.guarding import look_after, ramps_under_way
from bandits.services.summaries import summarise_one, waiting_for_sums
from bandits.services.thinning import thin
from experiments.models import Experiment

FOLD_EVERY = 5.0
LOOK_EVERY = 5.0


@shared_task(name="bandits.tasks.reopen_lapsed_places")
def reopen_lapsed_places() -> int:
    """Reopen the places of programs' units that gave no sign for a lease."""
    return reopen_lapsed(now=timezone.now())


@shared_task(name="bandits.tasks.fold_rewards")
def fold_rewards() -> int:
    """Send each experiment that may have something to fold to a worker: what fails in one keeps no other waiting."""
    waiting = waiting_to_fold()
    for pk in waiting:
        fold_experiment.apply_async((pk,), expires=FOLD_EVERY)
    return len(waiting)


@shared_task(name="bandits.tasks.fold_experiment")
def fold_experiment(experiment_id: int) -> int:
    """Turn the rewards that came in into a state. Twice, or two at once, folds each reward once."""
    return fold_one(experiment_id, now=timezone.now())


@shared_task(name="bandits.tasks.summarise_learning")
def summarise_learning() -> int:
    """Send each experiment that learns to a worker, for the sums of its panel."""
    waiting = waiting_for_sums()
    for pk in waiting:
        summarise_experiment.apply_async((pk,), expires=FOLD_EVERY)
    return len(waiting)


@shared_task(name="bandits.tasks.summarise_experiment")
def summarise_experiment(experiment_id: int) -> bool:
    """Count what is new. Twice, or two at once, counts each decision and reward once."""
    return summarise_one(experiment_id, now=timezone.now())


@shared_task(name="bandits.tasks.look_after_ramps")
def look_after_ramps() -> int:
    """Send each policy that is being let in to a worker, to be looked after."""
    under_way = ramps_under_way()
    for pk in under_way:
        look_after_ramp.apply_async((pk,), expires=LOOK_EVERY)
    return len(under_way)


@shared_task(name="bandits.tasks.look_after_ramp")
def look_after_ramp(switch_id: int) -> str:
    """One look at its guardrails: back, on, or nothing yet. Twice is as good as once."""
    return look_after(switch_id, now=timezone.now()).status


@shared_task(name="bandits.tasks.thin_policy_states")
def thin_policy_states() -> int:
    """Send each experiment that has learnt to a worker, for its states of more than a day ago."""
    learnt = sorted(PolicyState.objects.order_by().values_list("experiment", flat=True).distinct())
    for pk in learnt:
        thin_experiment.delay(pk)
    return len(learnt)


@shared_task(name="bandits.tasks.thin_experiment")
def thin_experiment(experiment_id: int) -> int:
    """Thin its old states. Twice thins nothing more."""
    experiment = Experiment.objects.filter(pk=experiment_id).first()
    return thin(experiment, now=timezone.now()).thinned if experiment else 0
