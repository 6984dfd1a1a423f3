"""What an experiment requires of the models that its arms serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from analysis.assurance.events import SafetyEvent
from analysis.assurance.models import Requirement
from experiments import events
from experiments.errors import BadValue, Invalid
from experiments.models import Experiment
from experiments.services.editing import require_editable

LARGEST = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A constraint, and how often a model that breaks it may have passed, at most."""

    text: str
    delta: float = 0.05
    regime: str = "binary_classification"


@transaction.atomic
def require_constraints(experiment: Experiment, wanted: Sequence[Wanted], *, now: datetime) -> list[Requirement]:
    """These, in this order, and no others. The same again changes nothing.

    Invalid with every text that is no constraint, or said twice; Frozen if the experiment is over. What is live stays
    so until the next publication: the gate looks at it then.
    """
    locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    require_editable(locked)
    rows = _rows(locked, wanted)
    before = list(Requirement.objects.filter(experiment=locked).values_list("normalised", "delta", "regime"))
    if before == [(row.normalised, row.delta, row.regime) for row in rows]:
        return list(Requirement.objects.filter(experiment=locked))
    Requirement.objects.filter(experiment=locked).delete()
    Requirement.objects.bulk_create(rows)
    payload = {"constraints": [row.text for row in rows]}
    events.record(SafetyEvent.REQUIRED, experiment=locked, payload=payload, at=now)
    return list(Requirement.objects.filter(experiment=locked))


def normalised_text(text: str, regime: str) -> str:
    """Everything on one side, as tests are found by it. BadValue with the column of what is wrong."""
    from analysis.safety.constraints import ConstraintError, Vocabulary, parse_constraint

    try:
        vocabulary = Vocabulary.of(regime, groups=None)
        return parse_constraint(text, vocabulary, delta=0.05).normalised
    except ConstraintError as error:
        raise BadValue(f"Column {error.column}: {error.sentence}", hint=error.hint) from error
    except ValueError as error:
        raise BadValue(str(error)) from error


def _rows(experiment: Experiment, wanted: Sequence[Wanted]) -> list[Requirement]:
    rows, faults, seen = list[Requirement](), list[dict[str, str | int]](), dict[str, int]()
    for place, one in enumerate(wanted):
        try:
            if not 0 < one.delta <= LARGEST:
                raise BadValue(f"delta is {one.delta:g}; it must be above 0 and at most {LARGEST:g}.")
            normalised = normalised_text(one.text, one.regime)
            if seen.setdefault(normalised, place) != place:
                raise BadValue(f"This is constraint {seen[normalised] + 1} again.")
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
            )
        )
    if faults:
        said = f"{faults[0]['message']} {faults[0]['hint']}".strip()
        raise Invalid("These constraints cannot be required.", hint=said, errors=tuple(faults))
    return rows
