"""Review over the API: what people did, a plan, the word that means it, and what was decided."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.campaigns import CampaignView
from crowd.api.review_shapes import (
    ReviewAsked,
    ReviewPlanShown,
    ReviewSent,
    ReviewShown,
    ReviewsShown,
    RuleSent,
    RuleShown,
    WorkQuery,
    WorkShown,
)
from crowd.models import Review
from crowd.reads.reviews import Ask, reviews_of, tallies_of
from crowd.reviewing.words import Decision
from crowd.services.review_rule import switch_rule
from crowd.services.reviewing import Meant, agree, checked_plan, review_work, take_back
from crowd.showing.review_documents import plan_document, review_document, work_document
from crowd.showing.review_page import sheet_of
from experiments.access import Right
from experiments.api.queries import query_of
from experiments.errors import Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEWEST = 200


@extend_schema(tags=["crowd"])
class SubmissionsView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/submissions/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_submissions", parameters=[WorkQuery], responses=WorkShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What people did here and there, what is known of it, and what may be decided about it."""
        asked, now = query_of(request, WorkQuery), timezone.now()
        lists = {each.name: each.n for each in tallies_of(self.campaign)}
        show = str(asked["show"])
        sheet = sheet_of(self.campaign, show, cast(int, asked["page"]), n=lists[show], now=now)
        results = [work_document(row) for row in sheet.rows]
        return Response({"lists": lists, "page": sheet.number, "pages": sheet.pages, "results": results})


@extend_schema(tags=["crowd"])
class ReviewPlanView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/reviews/plan/"""

    rights: ClassVar = {"POST": Right.SPEND}

    @extend_schema(operation_id="plan_review", request=ReviewAsked, responses=ReviewPlanShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Who would be decided about, at what cost, and who is left out. Nothing is changed."""
        asked = ask_of(ReviewAsked.read(request.data))
        return Response(plan_document(checked_plan(self.campaign, asked, now=timezone.now())))


@extend_schema(tags=["crowd"])
class ReviewsView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/reviews/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SPEND}

    @extend_schema(operation_id="list_reviews", responses=ReviewsShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What was decided: by whom, why, about whom, at what cost."""
        return Response({"reviews": [review_document(each) for each in reviews_of(self.campaign, most=NEWEST)]})

    @extend_schema(operation_id="review_work", request=ReviewSent, responses={201: ReviewShown})
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Decide what the plan says about everybody on it, or 409 `not-confirmed` and about nobody."""
        sent = ReviewSent.read(request.data)
        meant = Meant(str(sent["confirm"]), str(sent["sha256"]), by=cast("User", request.user))
        return Response(
            review_document(review_work(self.campaign, ask_of(sent), meant, now=timezone.now())), status=201
        )


class ReviewView(CampaignView):
    """Below /experiments/<slug>/campaigns/<campaign>/reviews/<review>/"""

    rights: ClassVar = {"POST": Right.SPEND}

    def found(self) -> Review:
        """404 for a review of another campaign."""
        row = Review.objects.filter(campaign=self.campaign, uuid=uuid.UUID(str(self.kwargs["review"]))).first()
        if row is None:
            raise Unknown("There is no such review in this campaign.", hint="GET …/reviews/ lists them.")
        return row


@extend_schema(tags=["crowd"])
class AgreeView(ReviewView):
    """…/reviews/<review>/agree/"""

    @extend_schema(operation_id="agree_to_review", request=None, responses=ReviewShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID, review: uuid.UUID) -> Response:
        """The second person's yes to a proposed rejection. Twice is as good as once."""
        done = agree(self.found(), by=cast("User", request.user), now=timezone.now())
        return Response(review_document(done))


@extend_schema(tags=["crowd"])
class TakeBackView(ReviewView):
    """…/reviews/<review>/take-back/"""

    @extend_schema(operation_id="take_back_review", request=None, responses=ReviewShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID, review: uuid.UUID) -> Response:
        """A proposal comes to nothing. What was decided already is taken back by `override` instead."""
        return Response(review_document(take_back(self.found(), now=timezone.now())))


@extend_schema(tags=["crowd"])
class ReviewRuleView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/review-rule/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SPEND}

    @extend_schema(operation_id="show_review_rule", responses=RuleShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Whether who completed and passed the checks is approved without anybody looking."""
        return Response({"is_on": self.campaign.approves_by_rule})

    @extend_schema(operation_id="switch_review_rule", request=RuleSent, responses=RuleShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Switch it on or off. On, it also approves whoever waits already."""
        is_on = bool(RuleSent.read(request.data)["is_on"])
        return Response({"is_on": switch_rule(self.campaign, is_on=is_on, now=timezone.now()).approves_by_rule})


def ask_of(sent: dict[str, object]) -> Ask:
    """What was sent."""
    return Ask(
        Decision(str(sent["decision"])),
        tuple(cast("list[uuid.UUID]", sent["submissions"])),
        show=str(sent["show"]) if not sent["submissions"] else "",
        reason=str(sent["reason"]).strip(),
        message=str(sent["message"]).strip(),
        category=str(sent["category"]).strip(),
    )
