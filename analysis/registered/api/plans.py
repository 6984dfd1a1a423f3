"""Analysis plans over the API: look, write, check, amend."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.registered.api.shapes import AmendmentSent, CheckedPlanShown, PlanSent, RegisteredShown
from analysis.registered.document import parse, problems_of
from analysis.registered.reads import definition_of, registered
from analysis.registered.services.writing import amend_plan, write_plan
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.shapes import document_in
from experiments.types import Json

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BODY: dict[str, type[PlanSent]] = {"application/json": PlanSent, "application/yaml": PlanSent}


@extend_schema(tags=["results"])
class AnalysisPlanView(ExperimentView):
    """/experiments/<slug>/analysis-plan/"""

    rights: ClassVar = {"GET": Right.VIEW, "PUT": Right.EDIT}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(operation_id="show_analysis_plan", responses=RegisteredShown)
    def get(self, request: Request, slug: str) -> Response:
        """What is asked of the data: the plan of its own, or the one read off the measures; with every amendment."""
        return Response(RegisteredShown.of(registered(self.experiment)))

    @extend_schema(operation_id="write_analysis_plan", request=BODY, responses=RegisteredShown)
    def put(self, request: Request, slug: str) -> Response:
        """This is the plan. 409 once the experiment has started: amend it then."""
        document, _ = document_in(request.data)
        write_plan(self.experiment, document, by=_user(request), now=timezone.now())
        return Response(RegisteredShown.of(registered(self.experiment)))


@extend_schema(tags=["results"])
class CheckPlanView(ExperimentView):
    """/experiments/<slug>/analysis-plan/check/"""

    rights: ClassVar = {"POST": Right.VIEW}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(operation_id="check_analysis_plan", request=BODY, responses=CheckedPlanShown)
    def post(self, request: Request, slug: str) -> Response:
        """What is wrong with a document, each with its path. Nothing is stored."""
        document, positions = document_in(request.data)
        definition = definition_of(self.experiment)
        found = problems_of(document, definition, positions)
        if found:
            return Response({"sha256": None, "document": None, "problems": [each.as_error() for each in found]})
        plan = parse(document, definition)
        return Response({"sha256": plan.sha256, "document": plan.as_json(), "problems": []})


@extend_schema(tags=["results"])
class AmendmentsView(ExperimentView):
    """/experiments/<slug>/analysis-plan/amendments/"""

    rights: ClassVar = {"POST": Right.EDIT}

    @extend_schema(
        operation_id="amend_analysis_plan",
        parameters=[IDEMPOTENCY_KEY],
        request=AmendmentSent,
        responses={201: RegisteredShown},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Another plan beside the frozen one, with its reason. The first stays, and both are analysed."""
        sent = AmendmentSent.read(request.data)
        document, reason = cast(Json, sent["document"]), str(sent["reason"])
        amend_plan(self.experiment, document, reason=reason, by=_user(request), now=timezone.now())
        return Response(RegisteredShown.of(registered(self.experiment)), status=201)


def _user(request: Request) -> User:
    return cast("User", request.user)
