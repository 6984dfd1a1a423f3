"""A run that trained under constraints is over: its report becomes rows, once, whoever comes first."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from analysis.assurance.events import SafetyEvent
from analysis.assurance.models import SafetyResult, SafetySet, SafetyTest, SafetyUse
from analysis.assurance.services.counting import rank_of
from analysis.runs.events import Said, append_to_run
from analysis.runs.models import Batch, Run, Status
from analysis.safety.report import Found, Report
from experiments.blueprint import json_object
from experiments.types import JsonObject

log = logging.getLogger(__name__)
KEY: Final = "safety"
"""Where a run's result has the report."""
MOST: Final = 200
LONGEST: Final = 2_000
NOT_COUNTED: Final = "Its use of the safety set was never counted."
NOT_KEPT: Final = "The file of the model that passed is not there."


def record_test(run: Run, *, now: datetime) -> SafetyTest | None:
    """The test of a completed run's attempt; None if it made none. Twice is as good as once.

    A report is believed only as far as the record bears it out: without the counted use, or without the model's file,
    nothing has passed.
    """
    report = report_of(run)
    if report is None:
        return None
    try:
        with transaction.atomic():
            return _record(run, report, now=now)
    except IntegrityError:  # somebody else came first
        return SafetyTest.objects.get(run=run, attempt=run.attempt)


def report_of(run: Run) -> Report | None:
    """What the run says that it found; None if it says nothing of the kind."""
    written = json_object(run.result).get(KEY) if run.status == Status.COMPLETED else None
    if written is None:
        return None
    try:
        return Report.parse(written)
    except ValueError as error:
        log.warning("Run %s: %s", run.pk, error)
        return None


def record_missing(*, now: datetime) -> int:
    """What nobody recorded, because a worker died between a result and its rows. How many tests."""
    there = SafetyTest.objects.filter(run=OuterRef("pk"), attempt=OuterRef("attempt"))
    safe = Batch.objects.filter(procedure=SAFE)
    runs = Run.objects.filter(batch__in=safe, status=Status.COMPLETED, result__has_key=KEY)
    found = runs.exclude(Exists(there)).select_related("batch__experiment").order_by("-pk")[:MOST]
    return sum(record_test(run, now=now) is not None for run in found)


SAFE: Final = "safe"


class RecordingFollower:
    """Registered with those who follow batches."""

    def run_is_over(self, run: Run) -> None:
        """Record, if there is anything to record."""
        if run.batch.procedure == SAFE:
            record_test(run, now=timezone.now())

    def batch_is_over(self, batch: Batch) -> None:
        """Nothing."""


def _record(run: Run, report: Report, *, now: datetime) -> SafetyTest:
    use = _use(report)
    missing = _missing(run, report, use)
    passed = report.passed and all(found.passed for found in report.constraints) and not missing
    test = SafetyTest.objects.create(
        run=run,
        attempt=run.attempt,
        safety_set=SafetySet.objects.filter(sha256=report.origin.safety).first(),
        use=use,
        passed=passed,
        reason=missing or report.reason,
        regime=report.regime,
        mode=report.mode,
        data_sha256=report.origin.data,
        model_sha256=report.model if passed else "",
        uses=rank_of(use) if use else 0,
        overall_delta=report.overall_delta,
        report=report.as_json(),
        created_at=now,
    )
    SafetyResult.objects.bulk_create([_row(test, place, found) for place, found in enumerate(report.constraints)])
    append_to_run(run.pk, [Said(SafetyEvent.TESTED, _payload(test), now, key=f"safety.{run.attempt}")])
    return test


def _use(report: Report) -> SafetyUse | None:
    if not report.candidate:
        return None
    return SafetyUse.objects.filter(safety_set__sha256=report.origin.safety, candidate=report.candidate).first()


def _missing(run: Run, report: Report, use: SafetyUse | None) -> str:
    """What a pass wants that the record has not; empty: nothing."""
    if not report.passed:
        return ""
    if use is None:
        return NOT_COUNTED
    is_kept = bool(report.model) and run.artifacts.filter(sha256=report.model).exists()
    return "" if is_kept and report.constraints else NOT_KEPT


def _row(test: SafetyTest, place: int, found: Found) -> SafetyResult:
    written = json_object(test.report)["constraints"]
    readings = json_object(written[place])["readings"] if isinstance(written, list) else []
    return SafetyResult(
        test=test,
        position=place,
        text=found.text[:LONGEST],
        normalised=found.normalised[:LONGEST],
        delta=found.delta,
        estimate=found.estimate,
        upper=found.upper,
        n=found.n,
        methods=", ".join(found.methods)[:200],
        is_exact=found.exact,
        passed=found.passed,
        reason=found.reason,
        readings=readings,
    )


def _payload(test: SafetyTest) -> JsonObject:
    return {"passed": test.passed, "reason": test.reason, "uses": test.uses, "test": str(test.uuid)}
