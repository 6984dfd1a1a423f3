"""Frozen reports over the API: freeze, list, look, compute again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.registered.models import Report
from analysis.registered.reads import find_report
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.shapes import ObjectField, Shape, Shown, example, page_of
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REPORT: JsonObject = {
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "number": 1,
    "title": "For the referees",
    "at": "2026-11-22T15:20:00Z",
    "sha256": "56af80ad38a6e023" + "0" * 48,
    "plan_sha256": "c3ab8ff13720e8ad" + "0" * 48,
    "fingerprint_sha256": "9f86d081884c7d65" + "0" * 48,
    "code_version": "1b4f0e985197 numpy-2.3 scipy-1.17.1 statsmodels-0.15.0",
    "seed": 18,
    "deviations": ['Not as planned: question “wish”: winsor none → {"high":0.99,"low":0}.'],
}
WHOLE: JsonObject = {
    **REPORT,
    "document": {"answers": []},
    "plan": {"questions": []},
    "fingerprint": {"n_units": 412},
    "seen": {"status": "completed"},
}
AGAIN: JsonObject = {"holds": True, "same_data": True, "same_code": True, "differences": [], "reasons": []}


@example("report", REPORT)
class ReportShown(Shown):
    """A frozen report: what it was computed from, and what was not as planned."""

    uuid = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of what came out.")
    plan_sha256 = serializers.CharField()
    fingerprint_sha256 = serializers.CharField(help_text="Of what the data were.")
    code_version = serializers.CharField()
    seed = serializers.IntegerField()
    deviations = serializers.ListField(child=serializers.CharField())


@example("report", WHOLE)
class WholeReportShown(ReportShown):
    """The same with the analysis, the plan and the data's fingerprint."""

    document = ObjectField()
    plan = ObjectField()
    fingerprint = ObjectField()
    seen = ObjectField(help_text="What stood beside it: status, how far units had got, findings on the record.")


@example("freeze", {"title": "For the referees"})
class ReportSent(Shape):
    """What it is for."""

    title = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


@example("again", AGAIN)
class ReproductionShown(Shown):
    """Whether the same came out."""

    holds = serializers.BooleanField(help_text="Every figure is the same, to the last bit.")
    same_data = serializers.BooleanField()
    same_code = serializers.BooleanField()
    differences = serializers.ListField(child=serializers.CharField())
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Sentences: why something differs.")


@extend_schema(tags=["results"])
class ReportsView(ExperimentView):
    """/experiments/<slug>/reports/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.DOWNLOAD}

    @extend_schema(operation_id="list_reports", parameters=[PageQuery], responses=page_of(ReportShown, REPORT))
    def get(self, request: Request, slug: str) -> Response:
        """Every frozen report, the oldest first."""
        return page_response(request, Report.objects.filter(experiment=self.experiment), ReportShown.many_of)

    @extend_schema(
        operation_id="freeze_report", parameters=[IDEMPOTENCY_KEY], request=ReportSent, responses={201: ReportShown}
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Analyse what is recorded now by the plan that stands, and keep it for good. Of real units only."""
        from analysis.results.services.reporting import freeze_report  # NumPy: only when somebody asks

        title = str(ReportSent.read(request.data)["title"])
        report = freeze_report(self.experiment, title=title, by=cast("User", request.user), now=timezone.now())
        return Response(ReportShown.one(report), status=201)


@extend_schema(tags=["results"])
class ReportView(ExperimentView):
    """/experiments/<slug>/reports/<uuid>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_report", responses=WholeReportShown)
    def get(self, request: Request, slug: str, report: uuid.UUID) -> Response:
        """One report as it was kept."""
        return Response(WholeReportShown.one(find_report(self.experiment, report)))


@extend_schema(tags=["results"])
class ReproduceView(ExperimentView):
    """/experiments/<slug>/reports/<uuid>/reproduce/"""

    rights: ClassVar = {"POST": Right.DOWNLOAD}

    @extend_schema(operation_id="reproduce_report", request=None, responses=ReproductionShown)
    def post(self, request: Request, slug: str, report: uuid.UUID) -> Response:
        """Compute it again from the record as it was then, and compare every figure. Nothing is written."""
        from analysis.results.services.reproducing import reproduce

        found = reproduce(find_report(self.experiment, report))
        return Response(
            {
                "holds": found.holds,
                "same_data": found.data,
                "same_code": found.code,
                "differences": list(found.differences),
                "reasons": list(found.reasons),
            }
        )
