"""A report becomes rows once, and is believed only as far as the record bears it out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from analysis.assurance.models import SafetyResult, SafetySet, SafetyTest, SafetyUse
from analysis.assurance.services.counting import count_use
from analysis.assurance.services.recording import record_missing, record_test
from analysis.runs.models import Run, RunEvent
from tests.analysis.assurance.proofs import ORIGIN, a_test, found, report, trained

pytestmark = pytest.mark.django_db


def test_a_passed_test_keeps_what_was_found_of_every_constraint() -> None:
    test = a_test(report(found(), found(text="FPR - 0.2 <= 0", upper=-0.01)))

    assert test.vouches
    assert test.model_sha256
    assert [(row.upper, row.n, row.methods, row.is_exact) for row in test.results.all()] == [
        (-0.03, 290, "hoeffding", True),
        (-0.01, 290, "hoeffding", True),
    ]


def test_recording_twice_is_recording_once() -> None:
    run = trained()

    assert record_test(run, now=timezone.now()) == record_test(run, now=timezone.now())
    assert SafetyResult.objects.count() == 1
    assert RunEvent.objects.filter(run=run, kind="safety.tested").count() == 1


@pytest.mark.parametrize("upper", [math.nan, math.inf, 1e-12])
def test_nothing_passes_without_a_bound_of_at_most_0_whatever_the_report_claims(upper: float) -> None:
    test = a_test(report(found(upper=upper, passed=True), passed=True))

    assert not test.passed
    assert not test.results.get().passed
    assert test.model_sha256 == ""


@pytest.mark.parametrize("upper", ["NaN", "Infinity", "0.001"])
def test_the_database_itself_refuses_a_pass_without_a_bound(upper: str) -> None:
    row = a_test().results.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyResult.objects.filter(pk=row.pk).update(upper=float(upper))
    row.refresh_from_db()
    assert row.upper == -0.03


def test_a_pass_whose_use_was_never_counted_is_none() -> None:
    test = record_test(trained(is_counted=False), now=timezone.now())

    assert test is not None
    assert (test.passed, test.reason) == (False, "Its use of the safety set was never counted.")


def test_a_pass_whose_model_is_not_kept_is_none() -> None:
    test = record_test(trained(report(model="a" * 64)), now=timezone.now())

    assert test is not None
    assert (test.passed, test.reason) == (False, "The file of the model that passed is not there.")


def test_no_solution_found_is_recorded_with_its_reason() -> None:
    test = a_test(report(found(upper=0.2)))

    assert test.verdict == "No Solution Found"
    assert test.reason == "No Solution Found: a bound is above its limit."


def test_every_candidate_of_a_safety_set_is_counted_and_the_same_one_once() -> None:
    first = a_test()
    second = a_test()
    again = count_use(ORIGIN, second.use.candidate, run=None, now=timezone.now())  # type: ignore[union-attr]

    assert (first.uses, second.uses, again.number) == (1, 2, 2)
    assert SafetySet.objects.get().n_uses == 2
    assert SafetyUse.objects.count() == 2


def test_the_same_rows_divided_otherwise_are_another_safety_set_of_the_same_people() -> None:
    a_test()
    other = a_test(report(origin=replace(ORIGIN, safety="6" * 64)))

    assert other.uses == 2
    assert [one.n_uses for one in SafetySet.objects.all()] == [2, 2]
    assert SafetySet.objects.count() == 2


def test_what_a_dead_worker_left_is_recorded_by_the_sweep() -> None:
    run = trained()

    assert record_missing(now=timezone.now()) == 1
    assert record_missing(now=timezone.now()) == 0
    assert SafetyTest.objects.get().run == run


def test_a_report_that_cannot_be_read_records_nothing() -> None:
    run = trained()
    Run.objects.filter(pk=run.pk).update(result={"safety": {"version": 1, "passed": True}})
    run.refresh_from_db()

    assert record_test(run, now=timezone.now()) is None
    assert not SafetyTest.objects.exists()
