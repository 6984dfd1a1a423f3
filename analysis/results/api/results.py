"""Results over the API: answers, how they came about, how measures are spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.results.api import examples
from analysis.results.showing.tables import as_csv
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.queries import query_of, wants_rehearsal
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import ObjectField, Shown, example
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.results.asking.series import Point
    from analysis.results.services.looking import Look

NOTHING_HELD: Mapping[str, Json] = {"validity": None, "promise": None}
CSV = OpenApiResponse(OpenApiTypes.STR, description="A row for each question.")


@example("results", examples.RESULTS)
class ResultsShown(Shown):
    """An analysis: the plan's questions with their answers, and what they rest on."""

    experiment = serializers.CharField()
    title = serializers.CharField()
    is_rehearsal = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True, help_text="When the tally was counted; null: read from the record.")
    tally = ObjectField(help_text="Digest, cursor and counts of what was counted.")
    plan = ObjectField(help_text="The analysis plan that was asked, and its hash.")
    arms = serializers.ListField(child=ObjectField(), help_text="Units assigned, measured and kept.")
    left_out = serializers.ListField(child=ObjectField(), help_text="Whom the plan's rules leave out, and why.")
    remarks = serializers.ListField(child=serializers.CharField())
    answers = serializers.ListField(child=ObjectField(), help_text="Verdict, sentence, estimate with its promise.")


class SeriesQuery(RowsQuery):
    """Which question."""

    question = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=300,
        help_text="Of the plan; empty: the first.",
    )


@example("series", examples.SERIES)
class SeriesShown(Shown):
    """An answer after ever more units; null where there was none yet, or no bound."""

    question = serializers.CharField()
    points = serializers.ListField(
        child=ObjectField(), help_text="n, at, value, low, high, and what the interval promises (validity, promise)."
    )


class DistributionsQuery(RowsQuery):
    """Which measure."""

    measure = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=60, help_text="A measure; empty: the first."
    )


@example("distribution", examples.DISTRIBUTION)
class DistributionShown(Shown):
    """Counts of units' means in bins that all arms share; of a choice the shares of its options."""

    measure = serializers.CharField()
    edges = serializers.ListField(child=serializers.FloatField(), required=False)
    values = serializers.ListField(child=serializers.FloatField(), required=False)
    options = serializers.ListField(child=serializers.CharField(), required=False)
    arms = serializers.ListField(child=ObjectField())


@extend_schema(tags=["results"])
class ResultsView(ExperimentView):
    """/experiments/<slug>/results/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="analyse_experiment", parameters=[RowsQuery], responses=ResultsShown)
    def get(self, request: Request, slug: str) -> Response:
        """Every question of the analysis plan with its answer, valid however often you ask unless it says otherwise.

        From a tally that is seconds old: `at` says when.
        """
        from analysis.results.asking.document import to_json  # NumPy: only when somebody asks
        from analysis.results.services.analysing import analyse

        return Response(to_json(analyse(self.experiment, is_rehearsal=wants_rehearsal(request))))


@extend_schema(tags=["results"])
class ResultsTableView(ExperimentView):
    """/experiments/<slug>/results/table/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_results_table", parameters=[RowsQuery], responses={(200, "text/csv"): CSV})
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The same answers as CSV: a row for each question, with the figures of its planned answer."""
        from analysis.results.asking.document import flat  # NumPy: only when somebody asks
        from analysis.results.services.analysing import analyse

        found = analyse(self.experiment, is_rehearsal=wants_rehearsal(request))
        response = HttpResponse(as_csv([flat(each) for each in found.answers]), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{slug}-results.csv"'
        return response


@extend_schema(tags=["results"])
class SeriesView(ExperimentView):
    """/experiments/<slug>/results/series/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_results_series", parameters=[SeriesQuery], responses=SeriesShown)
    def get(self, request: Request, slug: str) -> Response:
        """How one answer came about: the estimate with its interval after ever more units."""
        look = _look(self, request)
        asked = str(query_of(request, SeriesQuery)["question"])
        name = asked or next((each.name for each in look.plan.questions), "")
        return Response({"question": name, "points": [_point(each) for each in look.series(name)]})


@extend_schema(tags=["results"])
class DistributionsView(ExperimentView):
    """/experiments/<slug>/results/distributions/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(
        operation_id="show_results_distribution", parameters=[DistributionsQuery], responses=DistributionShown
    )
    def get(self, request: Request, slug: str) -> Response:
        """How one measure is spread over the units of each arm."""
        look = _look(self, request)
        asked = str(query_of(request, DistributionsQuery)["measure"])
        return Response(asdict(look.distribution(asked or next(iter(look.measures), ""))))


def _look(view: ExperimentView, request: Request) -> Look:
    from analysis.results.services.looking import Look  # NumPy: only when somebody asks

    return Look.at(view.experiment, is_rehearsal=wants_rehearsal(request))


def _point(point: Point) -> Mapping[str, Json]:
    from analysis.results.asking.document import figure

    found = point.estimate
    at = datetime.fromtimestamp(point.at, tz=UTC).isoformat()
    ends = {name: figure(getattr(found, name)) if found else None for name in ("value", "low", "high")}
    held = {"validity": str(found.validity), "promise": found.validity.sentence} if found else NOTHING_HELD
    return {"n": point.n, "at": at, **ends, **held}
