"""Campaigns over the API: draft, look at the plan, publish it with its total, steer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.campaign_shapes import (
    CAMPAIGN,
    LIST,
    POSTING,
    CampaignDetailShown,
    CampaignPlanShown,
    CampaignSent,
    CampaignShown,
    CloseSent,
    ConfirmationSent,
    HoursSent,
    NothingSent,
    PeopleListShown,
    PostingShown,
    TopUpQuery,
    TopUpSent,
    TopUpShown,
)
from crowd.models import Account, Campaign, Posting
from crowd.reads.campaign_money import glance_at
from crowd.reads.campaigns import plan_of, standing_of
from crowd.reads.exclusions import lists_shown
from crowd.services.campaigns import Draft, create_campaign, edit_campaign
from crowd.services.closing import close_campaign, extend_campaign, pause_campaign, resume_campaign, settle_campaign
from crowd.services.compensating import post_compensation
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.topping_up import plan_top_up, top_up_campaign
from crowd.showing.campaign_documents import campaign_document, detail_document, plan_document, top_up_document
from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of
from experiments.api.shapes import Shape, page_of
from experiments.errors import Unknown
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@extend_schema(tags=["crowd"])
class CampaignsView(ExperimentView):
    """/experiments/<slug>/campaigns/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.EDIT}

    @extend_schema(operation_id="list_campaigns", parameters=[PageQuery], responses=page_of(CampaignShown, CAMPAIGN))
    def get(self, request: Request, slug: str) -> Response:
        """The campaigns that recruit for an experiment, the oldest first."""
        rows = Campaign.objects.filter(experiment=self.experiment).select_related("account")
        return page_response(request, rows, lambda found: [dict(campaign_document(each)) for each in found])

    @extend_schema(
        operation_id="create_campaign",
        parameters=[IDEMPOTENCY_KEY],
        request=CampaignSent,
        responses={201: CampaignShown},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Draft a campaign. Nothing is posted and nothing reserved before it is published."""
        sent = CampaignSent.read(request.data)
        by = cast("User", request.user)
        made = create_campaign(self.experiment, self._account(sent), _draft(sent), by=by, now=timezone.now())
        return Response(campaign_document(made), status=201)

    def _account(self, sent: dict[str, object]) -> Account:
        """The one that is named, or the only one that the study may spend through."""
        accounts = Account.objects.filter(studies=self.experiment.study_id)
        if sent["account"] is not None:
            accounts = accounts.filter(uuid=str(sent["account"]))
        found = list(accounts[:2])
        if len(found) != 1:
            raise Unknown(
                f"The study “{self.experiment.study.title}” may spend through {'no' if not found else 'several'} "
                "such account.",
                hint="Name its account by id: GET /crowd/accounts/ lists them.",
            )
        return found[0]


class CampaignView(ExperimentView):
    """Below /experiments/<slug>/campaigns/<campaign>/."""

    campaign: Campaign

    def open(self, request: Request, right: Right) -> None:
        """404 for a campaign of another experiment."""
        super().open(request, right)
        rows = Campaign.objects.filter(experiment=self.experiment, uuid=uuid.UUID(str(self.kwargs["campaign"])))
        found = rows.select_related("account", "experiment__study", "experiment__version").first()
        if found is None:
            raise Unknown("There is no such campaign of this experiment.", hint="GET …/campaigns/ lists them.")
        self.campaign = found

    def shown(self) -> Response:
        """As it was found."""
        return Response(
            detail_document(self.campaign, standing_of(self.campaign, now=timezone.now()), glance_at(self.campaign))
        )

    def shown_after(self, _done: object) -> Response:
        """As it is by now."""
        self.campaign.refresh_from_db()
        return self.shown()


@extend_schema(tags=["crowd"])
class CampaignDetailView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/"""

    rights: ClassVar = {"GET": Right.VIEW, "PUT": Right.EDIT}

    @extend_schema(operation_id="show_campaign", responses=CampaignDetailShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """One of them: its terms, how many completed, what it holds and what it paid."""
        return self.shown()

    @extend_schema(operation_id="edit_campaign", request=CampaignSent, responses=CampaignDetailShown)
    def put(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Change a draft as a whole; its account stays. Published terms are frozen."""
        sent = CampaignSent.read(request.data)
        return self.shown_after(edit_campaign(self.campaign, _draft(sent), now=timezone.now()))


@extend_schema(tags=["crowd"])
class CampaignPlanView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/plan/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="plan_campaign", responses=CampaignPlanShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What it will post and cost at worst, what people earn in an hour, and what to think of before publishing."""
        return Response(plan_document(plan_of(self.campaign)))


@extend_schema(tags=["crowd"])
class CampaignPublishView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/publish/"""

    rights: ClassVar = {"POST": Right.SPEND}

    @extend_schema(operation_id="publish_campaign", request=ConfirmationSent, responses=CampaignDetailShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Reserve the plan's total and want its first round posted; takes the total and digest of the plan.

        409 `not-confirmed` if the plan is another by now; `budget-exceeded` if the study lacks the money. Nothing has
        happened then. Publishing it twice publishes once.
        """
        confirmation = _confirmation(request, ConfirmationSent.read(request.data))
        return self.shown_after(publish_campaign(self.campaign, confirmation, now=timezone.now()))


@extend_schema(tags=["crowd"])
class CampaignTopUpView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/top-up/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SPEND}

    @extend_schema(operation_id="plan_top_up", parameters=[TopUpQuery], responses=TopUpShown)
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """What so many more completes, or places for the same goal, would cost at worst. Nothing is changed."""
        asked = query_of(request, TopUpQuery)
        wanted = plan_top_up(self.campaign, completes=cast(int, asked["completes"]), spare=cast(int, asked["spare"]))
        return Response(top_up_document(wanted))

    @extend_schema(operation_id="top_up_campaign", request=TopUpSent, responses=CampaignDetailShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Reserve that and post it; takes the total and digest of what GET showed, which hold once."""
        sent = TopUpSent.read(request.data)
        more = {name: cast(int, sent[name]) for name in ("completes", "spare")}
        confirmation = _confirmation(request, sent)
        return self.shown_after(top_up_campaign(self.campaign, confirmation, **more, now=timezone.now()))


@extend_schema(tags=["crowd"])
class CampaignCompensateView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/compensate/"""

    rights: ClassVar = {"POST": Right.SPEND}

    @extend_schema(operation_id="compensate_campaign", request=NothingSent, responses=CampaignDetailShown)
    def post(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Post what pays people who finished and whom no other way reaches.

        A place for each, seen by them alone, for a cent beside what they are owed. Twice posts nothing more.
        """
        return self.shown_after(post_compensation(self.campaign, now=timezone.now()))


@extend_schema(tags=["crowd"])
class CampaignListsView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/lists/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_people_lists", parameters=[PageQuery], responses=page_of(PeopleListShown, LIST))
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """The lists by which the platform keeps people out, or shows a posting to them alone; nobody is named."""
        return page_response(request, lists_shown(self.campaign), PeopleListShown.many_of)


@extend_schema(tags=["crowd"])
class CampaignPostingsView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/postings/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_postings", parameters=[PageQuery], responses=page_of(PostingShown, POSTING))
    def get(self, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        """Its postings: what we want of each, and what the platform showed last."""
        return page_response(request, Posting.objects.filter(campaign=self.campaign), PostingShown.many_of)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a campaign's life. sentence: for the documentation."""

    act: Callable[[Campaign, dict[str, object], datetime], object]
    shape: type[Shape]
    sentence: str


STEPS = {
    "pause": Step(
        lambda campaign, _, now: pause_campaign(campaign, now=now),
        NothingSent,
        "Nobody new comes; whoever holds a place may finish. Twice is as good as once.",
    ),
    "resume": Step(
        lambda campaign, _, now: resume_campaign(campaign, now=now),
        NothingSent,
        "A paused campaign goes on with what was confirmed. Twice changes nothing.",
    ),
    "extend": Step(
        lambda campaign, sent, now: extend_campaign(campaign, hours=cast(int, sent["hours"]), now=now),
        HoursSent,
        "Keep open postings up for so many hours from now, if that is later. It never shortens.",
    ),
    "close": Step(
        lambda campaign, sent, now: close_campaign(campaign, str(sent["because"]) or "Closed over the API.", now=now),
        CloseSent,
        "Nobody new comes, for good. Who is at it may finish, and is reviewed and paid.",
    ),
    "settle": Step(
        lambda campaign, _, now: settle_campaign(campaign, now=now),
        NothingSent,
        "Remove a closed campaign's postings from the platform, once everything on them is decided.",
    ),
}


class CampaignStepView(CampaignView):
    """/experiments/<slug>/campaigns/<campaign>/<step>/"""

    rights: ClassVar = {"POST": Right.RUN}


def step_view(name: str, step: Step) -> type[CampaignStepView]:
    """The view of one step, under its own name in the documentation."""

    @extend_schema(
        tags=["crowd"],
        operation_id=f"{name}_campaign",
        description=step.sentence,
        request=step.shape,
        responses=CampaignDetailShown,
    )
    def post(view: CampaignStepView, request: Request, slug: str, campaign: uuid.UUID) -> Response:
        return view.shown_after(step.act(view.campaign, step.shape.read(request.data), timezone.now()))

    return type(f"Campaign{name.title()}View", (CampaignStepView,), {"post": post})


def _draft(sent: dict[str, object]) -> Draft:
    return Draft(cast(JsonObject, sent["terms"]), cast(int, sent["goal"]), str(sent["title"]))


def _confirmation(request: Request, sent: dict[str, object]) -> Confirmation:
    return Confirmation(cast(Decimal, sent["total"]), str(sent["sha256"]), by=cast("User", request.user))
