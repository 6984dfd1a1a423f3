"""Messages to people and blocks over the API: a plan, the words that mean it, what became of each."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.campaigns import CampaignView
from crowd.api.errand_shapes import (
    ERRAND,
    ErrandAsked,
    ErrandDecision,
    ErrandOrderedShown,
    ErrandPlanShown,
    ErrandQuery,
    ErrandSent,
    ErrandShown,
)
from crowd.models import Campaign, Errand
from crowd.reads.errands import ErrandPlan, errands_of, plan_of_errand
from crowd.reads.reviews import chosen
from crowd.services.errands import DECISIONS, order_errand
from crowd.services.reviewing import Meant
from crowd.showing.errand_documents import errand_document, plan_document
from experiments.access import Right
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of
from experiments.api.shapes import page_of
from experiments.errors import Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@extend_schema(tags=["crowd"])
class ErrandsView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/errands/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SPEND}

    @extend_schema(
        operation_id="list_errands", parameters=[PageQuery, ErrandQuery], responses=page_of(ErrandShown, ERRAND)
    )
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Messages and blocks, and what became of each; people by their pseudonyms."""
        rows = errands_of(self.campaign, str(query_of(request, ErrandQuery)["state"]))
        return page_response(request, rows, lambda found: [dict(errand_document(each)) for each in found])

    @extend_schema(operation_id="order_errand", request=ErrandSent, responses={201: ErrandOrderedShown})
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Write to everybody on the plan, block them, or let them come again; or 409 `not-confirmed`, and to nobody."""
        sent = ErrandSent.read(request.data)
        meant = Meant(str(sent["confirm"]), str(sent["sha256"]), by=cast("User", request.user))
        n = order_errand(self.campaign, _planned(self.campaign, sent), meant, now=timezone.now())
        return Response({"ordered": n}, status=201)


@extend_schema(tags=["crowd"])
class ErrandPlanView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/errands/plan/"""

    rights: ClassVar = {"POST": Right.SPEND}

    @extend_schema(operation_id="plan_errand", request=ErrandAsked, responses=ErrandPlanShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Who would be reached, and who is left out and why. Nothing is sent."""
        return Response(plan_document(_planned(self.campaign, ErrandAsked.read(request.data))))


@extend_schema(tags=["crowd"])
class DecideView(CampaignView):
    """…/errands/<errand>/decide/"""

    rights: ClassVar = {"POST": Right.SPEND}

    @extend_schema(operation_id="decide_errand", request=ErrandDecision, responses=ErrandShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID, errand: uuid.UUID) -> Response:
        """Say what became of one that is unknown, try one that failed again, call off one that waits.

        Twice is as good as once. 409 `illegal-transition` if it is in another state by then.
        """
        row = Errand.objects.filter(campaign=self.campaign, uuid=errand).first()
        if row is None:
            raise Unknown("There is no such message or block in this campaign.", hint="GET …/errands/ lists them.")
        decide = DECISIONS[str(ErrandDecision.read(request.data)["decision"])]
        return Response(errand_document(decide(row, by=cast("User", request.user), now=timezone.now())))


def _planned(campaign: Campaign, sent: dict[str, object]) -> ErrandPlan:
    rows = chosen(campaign, cast("list[uuid.UUID]", sent["submissions"]), str(sent["show"]))
    return plan_of_errand(campaign, str(sent["kind"]), rows, subject=str(sent["subject"]), text=str(sent["text"]))
