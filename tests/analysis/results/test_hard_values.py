"""Numbers at the edge of what can be written, contexts nobody thought of: a sentence at every door, never a fall."""

from __future__ import annotations

import json

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from analysis.registered.models import Report
from analysis.results.asking.document import to_json
from analysis.results.asking.verdicts import Verdict
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.services.reporting import freeze_report
from analysis.results.services.reproducing import reproduce
from analysis.results.services.trusting import trust_in
from analysis.results.showing.gathering import pictures_of
from analysis.results.sums import by_unit
from experiments.errors import BadValue, Invalid
from experiments.models import Experiment, Measurement, Role
from experiments.types import Json
from tests.analysis.results.conftest import assigned, measure, measured
from tests.factories import make_experiment, make_user

pytestmark = pytest.mark.django_db
HUGE = [9e299, -9e299, 9e299]


def test_a_units_mean_is_known_though_the_sum_of_its_values_is_beyond_every_number() -> None:
    found = by_unit(np.array([1, 2]), [1, 1, 1, 2], [1.5e308, 1.5e308, 1.5e308, 3.0])

    assert found["mean"] == pytest.approx([1.5e308, 3.0])


@pytest.mark.parametrize("values", [HUGE * 12, [1e74, -1e74, 3e73] * 12, [1e-300, 5e-324, 3e-308] * 12])
def test_what_cannot_be_computed_with_is_said_at_every_door(
    experiment: Experiment, client: Client, values: list[float]
) -> None:
    measured(experiment, "seconds", {"plain": values, "vivid": values[::-1]})
    fold(experiment, now=timezone.now())
    user = make_user()
    experiment.study.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)

    found = analyse(experiment)
    about = next(each for each in found.answers if each.question.measure == "seconds")

    assert about.verdict == Verdict.NONE
    assert "another unit" in about.sentence
    json.dumps(to_json(found), allow_nan=False)
    assert pictures_of(experiment, is_rehearsal=False) is not None
    assert client.get("/console/experiments/soup/results/").status_code == 200
    assert client.get("/api/v1/experiments/soup/results/distributions/?measure=seconds").status_code == 409
    assert reproduce(freeze_report(experiment, now=timezone.now())).holds
    json.dumps(Report.objects.get().fingerprint, allow_nan=False)


@pytest.mark.parametrize("value", [10**400, 1e301, -(10**305)])
def test_numbers_that_no_column_has_room_for_are_refused(experiment: Experiment, value: float) -> None:
    (unit,) = assigned(experiment, "plain")

    with pytest.raises((Invalid, BadValue), match="is a number"):
        measure(experiment, unit, "seconds", value)

    assert not Measurement.objects.exists()


def test_attributes_that_cannot_be_computed_with_are_no_covariates(experiment: Experiment) -> None:
    for age in (1e308, -1e308, 7.0):
        assigned(experiment, *["plain", "vivid"] * 5, age=age)
    fold(experiment, now=timezone.now())

    assert {each.kind for each in trust_in(experiment)} >= {"balance"}


def test_a_context_that_names_no_levels_is_passed_over(db: None) -> None:
    stew = make_experiment(
        slug="stew",
        factors=[{"name": "set", "scope": "within", "levels": ["easy", "hard"]}],
        measures=[{"name": "score", "kind": "number", "role": "primary"}],
    )
    (unit,) = assigned(stew, stew.arms.get().name)
    said: list[Json] = ["text", [], None, 3, {"set": "easy"}]
    for within in said:
        measure(stew, unit, "score", 3, context={"within": within})
    fold(stew, now=timezone.now())

    assert analyse(stew).answers
