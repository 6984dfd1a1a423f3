"""What an experiment requires of models, and whether data could suffice for a training, over the API."""

from __future__ import annotations

from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.assurance.api.shapes import RehearsalShown, RequirementsSent, RequirementsShown
from analysis.assurance.models import Requirement
from analysis.assurance.rehearsing import rehearse_here
from analysis.assurance.services.requiring import Wanted, require_constraints
from analysis.learning.document import check_document
from analysis.runs.api.documents import DocumentSent
from analysis.runs.services.ordering import invalid
from experiments.access import Right
from experiments.api.base import ExperimentView, StudyView
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.shapes import document_in
from experiments.errors import BadValue
from experiments.types import JsonObject


@extend_schema(tags=["safety"])
class RequirementsView(ExperimentView):
    """/experiments/<slug>/constraints/"""

    rights: ClassVar = {"GET": Right.VIEW, "PUT": Right.EDIT}

    @extend_schema(operation_id="list_required_constraints", responses=RequirementsShown)
    def get(self, request: Request, slug: str) -> Response:
        """What every model that its arms serve must have passed."""
        return Response(RequirementsShown.of(list(Requirement.objects.filter(experiment=self.experiment))))

    @extend_schema(operation_id="require_constraints", request=RequirementsSent, responses=RequirementsShown)
    def put(self, request: Request, slug: str) -> Response:
        """These and no others. The gate asks for them when newcomers are next let in."""
        sent = cast("list[dict[str, object]]", RequirementsSent.read(request.data)["constraints"])
        wanted = [_wanted(one) for one in sent]
        return Response(RequirementsShown.of(require_constraints(self.experiment, wanted, now=timezone.now())))


def _wanted(sent: dict[str, object]) -> Wanted:
    meaning = cast(JsonObject, sent.get("meaning") or {})
    return Wanted(str(sent["text"]), float(str(sent["delta"])), str(sent["regime"]), meaning, sent["exact"] is True)


@extend_schema(tags=["safety"])
class RehearsalView(StudyView):
    """/studies/<slug>/safety/rehearsal/"""

    rights: ClassVar = {"POST": Right.RUN}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(
        operation_id="rehearse_training",
        request={"application/json": DocumentSent, "application/yaml": DocumentSent},
        responses={200: RehearsalShown},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Could the data of a document suffice? They are read and divided; the safety set is not looked into."""
        document, positions = document_in(request.data)
        checked = check_document(document, positions)
        if checked.problems or checked.design is None:
            raise invalid(checked.problems)
        if checked.design.procedure != "safe":
            raise BadValue("Only trainings under constraints are rehearsed.", hint="Write procedure: safe.")
        settings = [each.setting for each in checked.design.proposals()[:MOST]]
        return Response({"settings": [rehearse_here(each).as_json() for each in settings]})


MOST = 20
