"""Whole studies through the database, looked at after every few people: no effect, so nothing may be claimed too often.

Shares change half-way while everything rises, people drop out, values come late, some are excluded.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone
from scipy import stats

from analysis.registered.document import Exclusion, Plan
from analysis.registered.reads import plan_of
from analysis.results import exclusions
from analysis.results.asking.verdicts import Verdict
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from experiments.blueprint import json_object
from experiments.models import Arm, Assignment, Experiment, Measure, Unit
from experiments.services.measuring import Reading, insert_readings
from experiments.services.snapshot import definition_of
from experiments.services.versions import publish_definition
from experiments.types import Json
from tests.analysis.results.conftest import ARMS_OF_SOUP
from tests.factories import make_experiment
from tests.proof import PROOF

pytestmark = pytest.mark.django_db
STUDIES, LOOKS, EACH = (400, 10, 24) if PROOF else (2, 4, 40)
MEASURES: list[Json] = [
    {"name": "bought", "kind": "boolean", "role": "primary", "direction": "up"},
    {"name": "score", "kind": "number", "role": "primary", "direction": "up", "low": 0, "high": 100},
    {"name": "amount", "kind": "number", "role": "primary", "direction": "up"},
    {"name": "visits", "kind": "number", "role": "primary", "direction": "down"},
]
OPEN = (Verdict.OPEN, Verdict.NONE)


def came(experiment: Experiment, shares: tuple[float, float], rng: np.random.Generator) -> list[Unit]:
    """So many people more, each with an arm by these shares."""
    arms = list(Arm.objects.filter(experiment=experiment).order_by("pk"))
    units = Unit.objects.bulk_create(Unit(experiment=experiment, kind=experiment.unit_kind) for _ in range(EACH))
    places = rng.choice(2, EACH, p=shares).tolist()
    now = timezone.now()
    Assignment.objects.bulk_create(
        Assignment(
            experiment=experiment,
            unit=unit,
            version_id=experiment.version_id or 0,
            arm=arms[place],
            propensity=shares[place],
            policy="simple",
            at=now + timedelta(seconds=second),
        )
        for second, (unit, place) in enumerate(zip(units, places, strict=True))
    )
    return units


def answered(unit: Unit, rise: float, measures: dict[str, int], rng: np.random.Generator) -> list[Reading]:
    values = {
        "bought": bool(rng.random() < 0.25 + 0.2 * rise),
        "score": float(100 * rng.beta(2 + rise, 4)),
        "amount": float(np.exp(rng.normal(2 + rise / 2, 0.8))),
        "visits": float(rng.poisson(2 + rise)),
    }
    return [
        Reading(unit.pk, measures[name], value, f"{unit.pk}:{name}", timezone.now(), number=float(value))
        for name, value in values.items()
    ]


def is_something_claimed(seed: int) -> bool:
    """In one study without any effect, at any of its looks."""
    rng, left_out = np.random.default_rng(seed), dict[int, str]()
    experiment = make_experiment(slug=f"whole-{seed}", unit_kind="visitor", measures=MEASURES, arms=ARMS_OF_SOUP)
    exclusions.register("whole_studies", lambda *_: left_out, title="By lot")
    own, measures = plan_of(experiment), dict(Measure.objects.filter(experiment=experiment).values_list("name", "pk"))
    plan, shares, late = Plan(own.questions, own.families, (Exclusion("whole_studies"),)), (0.5, 0.5), list[Reading]()
    claimed = False
    for look in range(LOOKS):
        if look == LOOKS // 2:
            weighed = zip(ARMS_OF_SOUP, (1, 3), strict=True)
            arms: list[Json] = [{**json_object(arm), "weight": weight} for arm, weight in weighed]
            publish_definition(experiment, {**definition_of(experiment), "arms": arms})
            experiment, shares = (
                Experiment.objects.select_related("study", "version").get(pk=experiment.pk),
                (0.25, 0.75),
            )
        stayed = [unit for unit in came(experiment, shares, rng) if rng.random() > 0.15]
        left_out.update({unit.pk: "by lot" for unit in stayed if rng.random() < 0.1})
        read = [reading for unit in stayed for reading in answered(unit, look / LOOKS, measures, rng)]
        on_time = rng.random(len(read)) > 0.2
        insert_readings(experiment, [*late, *(each for each, soon in zip(read, on_time, strict=True) if soon)])
        late = [each for each, soon in zip(read, on_time, strict=True) if not soon]
        fold(experiment, now=timezone.now())
        claimed |= any(answer.verdict not in OPEN for answer in analyse(experiment, plan).answers)
    return claimed


def test_studies_without_an_effect_claim_one_no_more_often_than_they_say() -> None:
    claimed = 0
    for seed in range(STUDIES):
        with transaction.atomic():
            claimed += is_something_claimed(seed)
            transaction.set_rollback(True)

    assert claimed <= stats.binom.ppf(0.999, STUDIES, 0.05)
