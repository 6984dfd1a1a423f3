"""Results as files over the API: pictures, and frozen reports as papers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.registered.reads import find_report
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.queries import query_of, wants_rehearsal
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import ObjectField, Shape, Shown, example

SVG = OpenApiResponse(OpenApiTypes.BINARY, description="The picture.")
PAPER = OpenApiResponse(OpenApiTypes.BINARY, description="The report.")
PICTURE = {"key": "course-wish-1", "title": "Wish: “vivid” against “plain”, over time", "note": "As it stood."}


@example("pictures", {"pictures": [PICTURE]})
class PicturesShown(Shown):
    """Every picture of an experiment's results."""

    pictures = serializers.ListField(child=ObjectField(), help_text="key, title, and how to read it.")


class PictureQuery(RowsQuery):
    """In which form."""

    form = serializers.ChoiceField(choices=("svg", "png"), required=False, default="svg", help_text="svg or png.")


class ReportQuery(Shape):
    """In which form."""

    form = serializers.ChoiceField(
        choices=("pdf", "html", "tex", "json"), required=False, default="pdf", help_text="pdf, html, tex or json."
    )


@extend_schema(tags=["results"])
class PicturesView(ExperimentView):
    """/experiments/<slug>/results/pictures/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="list_pictures", parameters=[RowsQuery], responses=PicturesShown)
    def get(self, request: Request, slug: str) -> Response:
        """Which pictures there are: forests, courses, spreads, factors together, single units."""
        from analysis.results.showing.gathering import pictures_of  # NumPy: only when somebody asks

        found = pictures_of(self.experiment, is_rehearsal=wants_rehearsal(request))
        return Response({"pictures": [{"key": each.key, "title": each.title, "note": each.note} for each in found]})


@extend_schema(tags=["results"])
class PictureView(ExperimentView):
    """/experiments/<slug>/results/pictures/<key>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_picture", parameters=[PictureQuery], responses={(200, "image/svg+xml"): SVG})
    def get(self, request: Request, slug: str, key: str) -> HttpResponse:
        """One picture, in colours for paper that the colour-blind tell apart."""
        from analysis.results.showing.files import picture_file

        form = str(query_of(request, PictureQuery)["form"])
        found = picture_file(self.experiment, key, form, is_rehearsal=wants_rehearsal(request))
        return HttpResponse(found.content, content_type=found.content_type)


@extend_schema(tags=["results"])
class ReportFileView(ExperimentView):
    """/experiments/<slug>/reports/<uuid>/file/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(
        operation_id="show_report_file", parameters=[ReportQuery], responses={(200, "application/pdf"): PAPER}
    )
    def get(self, request: Request, slug: str, report: uuid.UUID) -> HttpResponse:
        """A frozen report to read: answers, tables, pictures, methods, references."""
        from analysis.results.showing.papers.printing import report_as

        form = str(query_of(request, ReportQuery)["form"])
        row = find_report(self.experiment, report)
        found = report_as(row, form)
        name = f'attachment; filename="{slug}-report-{row.number}.{form}"'
        return HttpResponse(found.content, content_type=found.content_type, headers={"Content-Disposition": name})
