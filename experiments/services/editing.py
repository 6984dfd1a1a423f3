"""Definition to rows: write an experiment's definition into the tables, and generate arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from django.db import models, transaction

from experiments import events
from experiments.errors import Frozen, Invalid
from experiments.events import EventKind
from experiments.factorial import BetweenFactor, FactorialArm, FactorialError, Level, factorial_arms
from experiments.models import (
    Arm,
    Assignment,
    Experiment,
    Factor,
    Measure,
    Measurement,
    Slot,
    Status,
    Step,
    StimulusSet,
    Version,
)
from experiments.services.snapshot import ARM, EXPERIMENT, FACTOR, MEASURE, STEP
from experiments.types import Json, JsonObject

EDITABLE = (Status.DRAFT, Status.REHEARSAL, Status.RUNNING, Status.PAUSED)


@transaction.atomic
def apply_definition(experiment: Experiment, definition: JsonObject) -> Experiment:
    """Make the tables say what the (normalised) definition says. What newcomers get changes only by publishing.

    An arm or measure with data, or of a version that people may be under, is not deleted: an arm is disabled, a
    measure makes it Frozen.
    """
    locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    require_editable(locked)
    _write_columns(locked, definition)
    _replace(locked, Factor, FACTOR, _rows(definition, "factors"))
    _replace_arms(locked, _rows(definition, "arms"))
    _replace_measures(locked, _rows(definition, "measures"))
    _replace(locked, StimulusSet, ["name", "items"], _stimuli(definition))
    _replace(locked, Step, STEP, _rows(definition, "steps"))
    events.record(EventKind.EXPERIMENT_EDITED, experiment=locked)
    return locked


def require_editable(experiment: Experiment) -> None:
    """Raise Frozen for an experiment that is over."""
    if experiment.status not in EDITABLE:
        raise Frozen(
            f"“{experiment.title}” is {experiment.standing}; its definition no longer changes.",
            hint="Copy it to go on.",
        )


@transaction.atomic
def generate_arms(experiment: Experiment) -> list[Arm]:
    """Make an arm of every combination of between-levels that is not excluded; what exists keeps its settings.

    Invalid if the factors and exclusions make no usable set of arms.
    """
    locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    require_editable(locked)
    known = {arm.name: arm for arm in locked.arms.all()}
    rows = [_arm_row(arm.name, arm.levels, known.get(arm.name)) for arm in _wanted_arms(locked)]
    _replace_arms(locked, rows)
    events.record(EventKind.EXPERIMENT_EDITED, experiment=locked, payload={"arms": len(rows)})
    return list(locked.arms.all())


def _wanted_arms(experiment: Experiment) -> Sequence[FactorialArm]:
    factors = [
        BetweenFactor(factor.name, tuple(cast("list[Level]", factor.levels)))
        for factor in experiment.factors.filter(scope=Factor.Scope.BETWEEN)
    ]
    try:
        return factorial_arms(factors, cast("list[Mapping[str, Level]]", experiment.exclusions))
    except FactorialError as error:
        problem = {"path": error.path, "message": error.message, "hint": error.hint}
        raise Invalid(error.message, hint=error.hint, errors=(problem,)) from error


def _arm_row(name: str, levels: JsonObject, known: Arm | None) -> JsonObject:
    fresh: dict[str, Json] = {"name": name, "levels": levels}
    kept = {column: getattr(known, column) for column in ARM if column not in ("name", "levels")} if known else {}
    return {**fresh, **kept}


def _write_columns(experiment: Experiment, definition: JsonObject) -> None:
    columns = [name for name in EXPERIMENT if name in definition and name != "slug"]
    for name in columns:
        setattr(experiment, name, definition[name])
    experiment.save(update_fields=columns)


def _rows(definition: JsonObject, name: str) -> list[JsonObject]:
    return [cast(JsonObject, row) for row in cast("Sequence[Json]", definition.get(name) or ())]


def _stimuli(definition: JsonObject) -> list[JsonObject]:
    stimuli = cast("Mapping[str, Json]", definition.get("stimuli") or {})
    return [{"name": name, "items": items} for name, items in stimuli.items()]


def _replace(
    experiment: Experiment, model: type[models.Model], columns: Sequence[str], rows: Sequence[JsonObject]
) -> None:
    """Plain updates: the lock of `update_or_create` would be one that answers of people under way wait for."""
    manager = model._default_manager
    manager.filter(experiment=experiment).exclude(name__in=[row["name"] for row in rows]).delete()
    known = dict(manager.filter(experiment=experiment).values_list("name", "pk"))
    for position, row in enumerate(rows):
        values = {column: row[column] for column in columns if column in row and column != "name"} | {
            "position": position
        }
        if row["name"] in known:
            manager.filter(pk=known[row["name"]]).update(**values)
        else:
            manager.create(experiment=experiment, name=row["name"], **values)


def _replace_arms(experiment: Experiment, rows: Sequence[JsonObject]) -> None:
    gone = Arm.objects.filter(experiment=experiment).exclude(name__in=[row["name"] for row in rows])
    used = gone.filter(models.Exists(Assignment.objects.filter(arm=models.OuterRef("pk")))) | gone.filter(
        models.Exists(Slot.objects.filter(arm=models.OuterRef("pk")))
    )
    kept = list((used | gone.filter(name__in=promised_names(experiment, "arms"))).values_list("name", flat=True))
    disabled: list[JsonObject] = [{"name": name, "is_enabled": False} for name in kept]
    _replace(experiment, Arm, ARM, [*rows, *disabled])


def _replace_measures(experiment: Experiment, rows: Sequence[JsonObject]) -> None:
    gone = Measure.objects.filter(experiment=experiment).exclude(name__in=[row["name"] for row in rows])
    used = gone.filter(models.Exists(Measurement.objects.filter(measure=models.OuterRef("pk"))))
    for measure in (used | gone.filter(name__in=promised_names(experiment, "measures")))[:1]:
        raise Frozen(
            f"The measure “{measure.name}” has values or people under way who may give it some; it stays.",
            hint="Leave it in the definition.",
        )
    _replace(experiment, Measure, MEASURE, rows)


def promised_names(experiment: Experiment, part: str) -> set[str]:
    """Names of arms or measures in the versions that somebody may be under; none in a draft, which lets nobody in."""
    if experiment.status == Status.DRAFT:
        return set()
    versions = Version.objects.filter(experiment=experiment).values_list(f"definition__{part}", flat=True)
    return {str(row["name"]) for rows in versions for row in rows}
