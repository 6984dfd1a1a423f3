"""The money of a campaign and of a study over the API: the report, the payments, and what is let go out."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.campaigns import CampaignView
from crowd.api.money_shapes import (
    PAYMENT,
    ApprovedShown,
    ByHandQuery,
    ByHandSent,
    ByHandShown,
    HourlyShown,
    MarkedShown,
    MoneyShown,
    PaymentPlanShown,
    PaymentShown,
    TotalSent,
)
from crowd.reads.money import payments_of, report_of, report_of_study
from crowd.services.approving import Confirmed, approve_plan, plan_of_payments, top_up_pay
from crowd.services.paying_elsewhere import pay_elsewhere, plan_elsewhere
from crowd.showing.money_documents import hourly_document, plan_document
from experiments.access import Right
from experiments.api.base import StudyView
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of
from experiments.api.shapes import page_of
from experiments.errors import BadValue

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@extend_schema(tags=["crowd"])
class StudyMoneyView(StudyView):
    """/studies/<slug>/crowd/money/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_study_money", responses=MoneyShown)
    def get(self, request: Request, slug: str) -> Response:
        """The money of all campaigns of a study together."""
        return Response(report_of_study(self.study).as_json())


@extend_schema(tags=["crowd"])
class CampaignMoneyView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/money/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_campaign_money", responses=MoneyShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What is planned, reserved, sent and confirmed, the fees, and what nothing explains."""
        return Response(report_of(self.campaign).as_json())


@extend_schema(tags=["crowd"])
class PaymentsView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/payments/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="list_payments", parameters=[PageQuery], responses=page_of(PaymentShown, PAYMENT))
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Every payment of a campaign; people by their pseudonyms."""
        rows = payments_of(self.campaign).order_by("pk")
        return page_response(request, rows, PaymentShown.many_of)


@extend_schema(tags=["crowd"])
class PaymentPlanView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/payments/plan/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SPEND}

    @extend_schema(operation_id="plan_payments", responses=PaymentPlanShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What is owed beside base pay and approved by nobody: how many payments, and their total."""
        return Response(plan_document(plan_of_payments(self.campaign)))

    @extend_schema(operation_id="approve_payments", request=TotalSent, responses=ApprovedShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Let all of it go out; takes the total and digest that GET showed.

        409 `not-confirmed` if it is another plan by now, `budget-exceeded` if the study lacks the money.
        """
        n = approve_plan(self.campaign, _confirmed(request), at=timezone.now())
        return Response({"approved": n})


@extend_schema(tags=["crowd"])
class ByHandView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/payments/by-hand/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.SPEND}

    @extend_schema(operation_id="list_payments_by_hand", parameters=[ByHandQuery], responses=ByHandShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What is owed and no platform pays for us: all of a plain link, and what has no work to be paid through."""
        plan = plan_elsewhere(self.campaign, _named(str(query_of(request, ByHandQuery)["payments"])))
        shown = PaymentShown.many_of(plan.payments)
        return Response({"payments": shown, "total": str(plan.total), "sha256": plan.sha256})

    @extend_schema(operation_id="mark_paid_by_hand", request=ByHandSent, responses=MarkedShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Say that somebody paid them by hand, and how. Nothing is sent; it is booked as spent, in your name.

        409 `not-confirmed` if it is another plan by now.
        """
        sent = ByHandSent.read(request.data)
        confirmed = Confirmed(cast(Decimal, sent["total"]), str(sent["sha256"]), by=cast("User", request.user))
        chosen = cast("list[uuid.UUID]", sent["payments"])
        n = pay_elsewhere(self.campaign, confirmed, str(sent["how"]), at=timezone.now(), chosen=chosen)
        return Response({"paid": n})


@extend_schema(tags=["crowd"])
class HourlyView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/hourly-pay/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SPEND}

    @extend_schema(operation_id="show_hourly_pay", responses=HourlyShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What an hour earns in each arm (median of who completed), which arm is below fair pay, what it lacks."""
        return Response(hourly_document(self.campaign))

    @extend_schema(operation_id="top_up_pay", request=TotalSent, responses=ApprovedShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Owe and pay what brings every arm up to fair pay; takes the total and digest that GET showed, once."""
        n = top_up_pay(self.campaign, _confirmed(request), at=timezone.now())
        return Response({"approved": n})


def _named(ids: str) -> list[uuid.UUID]:
    """BadValue for what is no id."""
    try:
        return [uuid.UUID(each.strip()) for each in ids.split(",") if each.strip()]
    except ValueError:
        raise BadValue("payments are ids, apart by commas.", hint="GET …/payments/ lists them.") from None


def _confirmed(request: Request) -> Confirmed:
    sent = TotalSent.read(request.data)
    return Confirmed(cast(Decimal, sent["total"]), str(sent["sha256"]), by=cast("User", request.user))
