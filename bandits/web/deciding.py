"""From a visitor to an arm, through the room's services; and what is served when that cannot be."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from django.core.exceptions import SynchronousOnlyOperation
from django.db import Error as DatabaseProblem

from bandits.audiences import require_admitted, verdict_of
from bandits.errors import NotInExperiment, NotOpen
from bandits.learning import learns
from bandits.services.asking import Asking, assign_unit, complete_unit
from bandits.services.bucketing import buckets_of
from bandits.services.deciding import Asked, decide
from bandits.services.exposures import Exposure, store
from bandits.web.choices import Choice, How
from bandits.web.declared import DECLARED
from bandits.web.values import ArmValue, value_of
from experiments.blueprint import ArmSpec, Blueprint
from experiments.errors import Conflict, Full, Refusal, Unknown
from experiments.models import Assignment, Experiment
from experiments.published import arm_name, blueprint_of
from experiments.services.snapshot import definition_of

log = logging.getLogger("bandits.web")
EXPECTED = (NotInExperiment, Full)  # what happens every day is no warning
AWAY = (DatabaseProblem, SynchronousOnlyOperation)
ASYNC_HINT = "Inside an async view, `await request.bandits.achoose(…)` before the template is rendered."

_LAST_CONTROL: dict[str, ArmSpec] = {}


class NoSuchExperiment(Unknown):
    """A name in the code that no experiment has."""

    def __init__(self, slug: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no experiment “{slug}”.", hint=nearest(slug, known))


def nearest(slug: str, known: Sequence[str]) -> str:
    """What somebody who wrote this name may have meant, and what else to do."""
    close = get_close_matches(slug, known, n=1)
    way = "Import its study file, make it in the console, or declare it with bandits.web.experiment()."
    return f"Did you mean “{close[0]}”? " + way if close else way


def find(slug: str) -> Experiment:
    """The experiment; NoSuchExperiment with the nearest name."""
    found = Experiment.objects.filter(slug=slug).first()
    if found is None:
        _LAST_CONTROL.pop(slug, None)
        raise NoSuchExperiment(slug, [*Experiment.objects.values_list("slug", flat=True)[:1_000]])
    return found


def served(slug: str, asked: Asked, *, now: datetime) -> Choice:
    """The visitor's arm; the control, with nothing recorded and a line in the log, where there can be none."""
    experiment: Experiment | None = None
    try:
        experiment = find(slug)
        choose = _decided if is_learning(experiment) else _assigned
        choice = replace(choose(experiment, asked, now=now), trace=_trace(experiment, asked))
        _remember_control(experiment)
    except Refusal as refusal:
        if not isinstance(refusal, EXPECTED):
            log.warning("%s: the control is served. %s %s", slug, refusal.message, refusal.hint)
        trace = _trace(experiment, asked) if experiment else ()
        return replace(control(slug, refusal.message, experiment), trace=trace)
    except AWAY as error:
        hint = ASYNC_HINT if isinstance(error, SynchronousOnlyOperation) else ""
        log.warning("%s: the control is served, the database cannot be asked. %s", slug, hint, exc_info=error)
        return control(slug, "the database cannot be asked")
    return choice


def forced(slug: str, name: str) -> Choice:
    """An arm that somebody tries out, also of a draft; the control if it is gone. Nothing is recorded."""
    try:
        return shown(find(slug), name, how=How.FORCED, why="somebody tries this arm out")
    except Refusal as refusal:
        log.warning("%s: the control is served. %s %s", slug, refusal.message, refusal.hint)
    except AWAY as error:
        log.warning("%s: the database cannot be asked.", slug, exc_info=error)
    return control(slug, f"the arm “{name}” cannot be tried out")


def served_control(slug: str, why: str) -> Choice:
    """The control, for somebody of whom nothing is kept. One query; none is better than an error."""
    try:
        return control(slug, why, Experiment.objects.filter(slug=slug).first())
    except AWAY as error:
        log.warning("%s: the database cannot be asked.", slug, exc_info=error)
        return control(slug, why)


def control(slug: str, why: str, experiment: Experiment | None = None) -> Choice:
    """What everybody gets who is in no experiment: the control of the definition, of the code, or as last seen."""
    arm = _control_arm(slug, experiment)
    value: ArmValue = None
    try:
        value = value_of(arm) if arm else None
    except Unknown as refusal:
        log.warning("%s: %s %s", slug, refusal.message, refusal.hint)
    return Choice(slug, arm.name if arm else "", value, How.CONTROL, why)


def shown(experiment: Experiment, name: str, *, how: How, why: str) -> Choice:
    """An arm of the version in force by its name. Unknown if the version has none, or its function is gone."""
    blueprint = blueprint_now(experiment)
    arm = blueprint.arms.get(name)
    if arm is None:
        raise Unknown(f"“{experiment.title}” has no arm “{name}” any more.", hint="Newcomers get the others.")
    return Choice(experiment.slug, arm.name, value_of(arm), how, why, arms=tuple(blueprint.arms))


def is_learning(experiment: Experiment) -> bool:
    """Whether its policy is an adaptive one. NotOpen for an experiment without a version."""
    blueprint = _blueprint(experiment)
    if blueprint is None:
        raise NotOpen.because_of(experiment)
    return learns(blueprint.allocation)


def _decided(experiment: Experiment, asked: Asked, *, now: datetime) -> Choice:
    decision, is_new = decide(experiment, asked, now=now)
    how, why = (How.NEW, "decided now") if is_new else (How.KEPT, "decided at an earlier visit")
    choice = shown(experiment, arm_name(decision.arm_id), how=how, why=why)
    return replace(
        choice,
        decision=decision.uuid,
        propensity=decision.propensity,
        policy_version=decision.policy_version,
    )


def _bucketed(experiment: Experiment, asked: Asked, *, now: datetime) -> Choice | None:
    """By a hash alone: no place, no lock, any number of visitors. None where more than a hash decides.

    Who has an arm keeps it, also when the weights have changed.
    """
    units = Assignment.objects.filter(unit__key=asked.key, unit__is_rehearsal=experiment.is_rehearsal)
    kept = units.filter(experiment=experiment).select_related("arm").first()
    if kept is not None:
        choice = shown(experiment, kept.arm.name, how=How.KEPT, why="assigned at an earlier visit")
        return replace(choice, unit=kept.unit_id, propensity=kept.propensity)
    try:
        buckets = buckets_of(experiment)
    except Conflict:
        return None
    require_admitted(experiment, asked.key, asked.context)
    name = buckets.arm(asked.key, asked.context)
    if name is None:
        raise NotInExperiment("The hash leaves this visitor out.", hint="The policy's coverage says how many it takes.")
    chance = buckets.table.propensities[name]
    place = (experiment.pk, experiment.is_rehearsal, asked.key)
    store([Exposure(*place, buckets.version_id, buckets.arm_ids[name], chance, now)])
    stored = units.values_list("unit_id", flat=True).get(experiment=experiment)
    return replace(
        shown(experiment, name, how=How.NEW, why="assigned now, by the hash of the visitor"),
        unit=stored,
        propensity=chance,
    )


def _assigned(experiment: Experiment, asked: Asked, *, now: datetime) -> Choice:
    """By a fixed policy. A visitor's place is filled at once: it is seen, and nobody waits for an end."""
    bucketed = _bucketed(experiment, asked, now=now)
    if bucketed is not None:
        return bucketed
    assignment, is_new = assign_unit(experiment, Asking(asked.key, asked.context), now=now)
    if is_new:
        complete_unit(assignment.unit)
    how, why = (How.NEW, "assigned now") if is_new else (How.KEPT, "assigned at an earlier visit")
    choice = shown(experiment, assignment.arm.name, how=how, why=why)
    return replace(choice, unit=assignment.unit_id, propensity=assignment.propensity)


def _control_arm(slug: str, experiment: Experiment | None) -> ArmSpec | None:
    blueprint = blueprint_now(experiment) if experiment else None
    if blueprint and blueprint.arms:
        return control_of(blueprint)
    declared = DECLARED.get(slug)
    return _LAST_CONTROL.get(slug) or (control_of(declared.blueprint) if declared else None)


def control_of(blueprint: Blueprint) -> ArmSpec:
    """The arm that is marked so; else the first that is enabled."""
    arms = [*blueprint.arms.values()]
    return next((arm for arm in arms if arm.is_control), None) or next((arm for arm in arms if arm.is_enabled), arms[0])


def _remember_control(experiment: Experiment) -> None:
    """For the time when the database is away."""
    blueprint = _blueprint(experiment)
    if blueprint and blueprint.arms:
        _LAST_CONTROL[experiment.slug] = control_of(blueprint)


def _trace(experiment: Experiment, asked: Asked) -> tuple[str, ...]:
    """The rules of the audience, with their outcome for this visitor."""
    return tuple(step.sentence for step in verdict_of(experiment, asked.key, asked.context).steps)


def blueprint_now(experiment: Experiment) -> Blueprint:
    """Of the version in force; of what stands in the tables for an experiment that was never published."""
    return _blueprint(experiment) or _draft(experiment)


def _draft(experiment: Experiment) -> Blueprint:
    """What stands in the tables, for an experiment that was never published."""
    return Blueprint.parse(definition_of(experiment))


def _blueprint(experiment: Experiment) -> Blueprint | None:
    return blueprint_of(experiment.version_id) if experiment.version_id else None
