"""Rows of safety tests, as pages, commands and the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from analysis.assurance.models import SafetyTest
from analysis.runs.models import Batch, Run
from analysis.safety.report import Report


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of a batch that trains under constraints, and its newest test; None: it made none."""

    run: Run
    test: SafetyTest | None
    report: Report | None

    @property
    def passed(self) -> bool:
        """Whether the record bears it out."""
        return self.test is not None and self.test.passed


def ended_in(batch: Batch) -> list[Ended]:
    """Every run that the document asks for, in order. Two queries."""
    runs = list(Run.objects.filter(batch=batch, is_wanted=True).order_by("number"))
    tests = newest_tests(runs)
    return [Ended(run, tests.get(run.pk), report_in(tests.get(run.pk))) for run in runs]


def newest_tests(runs: Iterable[Run]) -> dict[int, SafetyTest]:
    """By run."""
    newest = SafetyTest.objects.filter(run__in=list(runs)).values("run").annotate(newest=Max("pk")).values("newest")
    return {test.run_id: test for test in SafetyTest.objects.filter(pk__in=newest)}


def report_in(test: SafetyTest | None) -> Report | None:
    """As the run wrote it; None for what this version cannot read."""
    if test is None:
        return None
    try:
        return Report.parse(test.report)
    except ValueError:
        return None
