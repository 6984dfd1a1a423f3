"""What an experiment requires of the models that its arms serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from analysis.assurance.events import SafetyEvent
from analysis.assurance.models import Requirement, SafetyTest
from analysis.safety.meaning import PARTS, of_names, undefined
from experiments import events
from experiments.blueprint import json_object
from experiments.errors import BadValue, Invalid
from experiments.models import Experiment
from experiments.services.editing import require_editable
from experiments.types import JsonObject

LARGEST = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A constraint, and how often a model that breaks it may have passed, at most.

    meaning: what its words stand for; groups that it leaves out are those of the newest test of the study that passed
    that constraint. exact: only bounds that are theorems will do.
    """

    text: str
    delta: float = 0.05
    regime: str = "binary_classification"
    meaning: JsonObject = field(default_factory=dict)
    exact: bool = True


@transaction.atomic
def require_constraints(experiment: Experiment, wanted: Sequence[Wanted], *, now: datetime) -> list[Requirement]:
    """These, in this order, and no others. The same again changes nothing.

    Invalid with every text that is no constraint, or said twice; Frozen if the experiment is over. What is live stays
    so until the next publication: the gate looks at it then.
    """
    locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    require_editable(locked)
    rows = _rows(locked, wanted)
    compared = ("normalised", "delta", "regime", "meaning", "exact")
    before = list(Requirement.objects.filter(experiment=locked).values_list(*compared))
    if before == [tuple(getattr(row, name) for name in compared) for row in rows]:
        return list(Requirement.objects.filter(experiment=locked))
    Requirement.objects.filter(experiment=locked).delete()
    Requirement.objects.bulk_create(rows)
    payload = {"constraints": [row.text for row in rows]}
    events.record(SafetyEvent.REQUIRED, experiment=locked, payload=payload, at=now)
    return list(Requirement.objects.filter(experiment=locked))


def parsed(text: str, regime: str) -> tuple[str, tuple[str, ...]]:
    """Everything on one side, as tests are found by it, and the groups that it names. BadValue with the column of what
    is wrong.
    """
    from analysis.safety.constraints import ConstraintError, Vocabulary, parse_constraint

    try:
        vocabulary = Vocabulary.of(regime, groups=None)
        constraint = parse_constraint(text, vocabulary, delta=0.05)
    except ConstraintError as error:
        raise BadValue(f"Column {error.column}: {error.sentence}", hint=error.hint) from error
    except ValueError as error:
        raise BadValue(str(error)) from error
    return constraint.normalised, tuple(dict.fromkeys(name for one in constraint.quantities for name in one.where))


def _meaning(experiment: Experiment, one: Wanted, normalised: str, names: tuple[str, ...]) -> JsonObject:
    """As it was said, and where that is silent as the newest test has it. BadValue for groups of nobody knows whom."""
    if stray := [part for part in one.meaning if part not in PARTS]:
        raise BadValue(f"A meaning has no “{stray[0]}”.", hint=f"It has {', '.join(PARTS)}.")
    said = of_names(one.meaning, names)
    if not undefined(said, names):
        return said
    shown = meaning_shown(experiment, normalised, one.regime)
    found: JsonObject = {**of_names(shown, names), **one.meaning}
    groups = {**json_object(of_names(shown, names)["groups"]), **json_object(said["groups"])}
    if missing := undefined({"groups": groups}, names):
        raise BadValue(
            f"Nobody says who is in {' and '.join(missing)}.",
            hint=f"Add who is meant, such as {missing[0]}: {{column: sex, equals: Female}}; "
            "or let a test of this study pass that constraint first.",
        )
    return {**found, "groups": groups}


def meaning_shown(experiment: Experiment, normalised: str, regime: str) -> JsonObject:
    """What the words of that constraint stand for in the study's newest standing test that passed it; or nothing."""
    tests = SafetyTest.objects.filter(
        run__batch__experiment__study=experiment.study_id, passed=True, standing="stands", regime=regime
    )
    test = tests.filter(results__normalised=normalised, results__passed=True).order_by("-pk").first()
    return {} if test is None else meaning_of(test)


def meaning_of(test: SafetyTest) -> JsonObject:
    """As its report has it; of reports from before, as its document."""
    written = json_object(test.report).get("meaning")
    if written:
        return json_object(written)
    setting = json_object(test.run.setting)
    return {part: setting[part] for part in PARTS if setting.get(part)}


def _rows(experiment: Experiment, wanted: Sequence[Wanted]) -> list[Requirement]:
    rows, faults, seen = list[Requirement](), list[dict[str, str | int]](), dict[str, int]()
    for place, one in enumerate(wanted):
        try:
            if not 0 < one.delta <= LARGEST:
                raise BadValue(f"delta is {one.delta:g}; it must be above 0 and at most {LARGEST:g}.")
            normalised, names = parsed(one.text, one.regime)
            if seen.setdefault(normalised, place) != place:
                raise BadValue(f"This is constraint {seen[normalised] + 1} again.")
            meaning = _meaning(experiment, one, normalised, names)
        except BadValue as refusal:
            faults.append({"path": f"constraints[{place}]", "message": refusal.message, "hint": refusal.hint})
            continue
        rows.append(
            Requirement(
                experiment=experiment,
                position=place,
                text=one.text,
                normalised=normalised,
                delta=one.delta,
                regime=one.regime,
                meaning=meaning,
                exact=one.exact,
            )
        )
    if faults:
        said = f"{faults[0]['message']} {faults[0]['hint']}".strip()
        raise Invalid("These constraints cannot be required.", hint=said, errors=tuple(faults))
    return rows
