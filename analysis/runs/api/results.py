"""What came out of a batch, as one table."""

from __future__ import annotations

from typing import ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from analysis.runs.api.finding import BatchView
from analysis.runs.exports.lines import FORMS, lines_of
from experiments.access import Right
from experiments.errors import BadValue


@extend_schema(tags=["runs"])
class BatchResultsView(BatchView):
    """/batches/<id>/results/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(
        operation_id="show_results",
        parameters=[OpenApiParameter("form", enum=list(FORMS), default="jsonl", description="CSV or JSON Lines.")],
        responses={(200, "application/jsonl"): OpenApiTypes.STR, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, batch: str) -> StreamingHttpResponse:
        """A row for each run, or for each output of a long series: the setting, what came out, seconds, error."""
        form = request.query_params.get("form", "jsonl")
        if form not in FORMS:
            raise BadValue(f"There is no form “{form}”.", hint=f"Forms: {', '.join(FORMS)}.")
        answer = StreamingHttpResponse(lines_of(self.batch, form), content_type=FORMS[form])
        answer["Content-Disposition"] = f'attachment; filename="{self.batch.slug}.{form}"'
        return answer
