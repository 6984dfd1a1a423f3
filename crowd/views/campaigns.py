"""Campaigns: all that one may see, and the page of one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crowd.forms.confirming import AmountForm, BecauseForm, ExtendForm, TopUpForm
from crowd.models import Account, Campaign, Errand
from crowd.planning.words import paid_otherwise, who_may_come
from crowd.reads.budgets import room_of
from crowd.reads.campaign_money import glance_at
from crowd.reads.campaign_rows import CHIPS, rows_of
from crowd.reads.campaigns import excluded_people, plan_of, publish_blocker, standing_of, terms_of
from crowd.reads.errands import errands_of
from crowd.reads.exclusions import lists_shown, people_without_way
from crowd.reads.hourly import hourly_of
from crowd.reads.reviews import listed
from crowd.showing.campaign_page import confirmed_plan, history_of, outcomes_of, plan_shown, posting_rows
from crowd.sites import is_stand_in
from crowd.views.doors import find_campaign, page, refusing_in_words
from experiments.access import Right
from experiments.console.finding import find_experiment
from experiments.console.rights import has_right
from experiments.models import Experiment, UnitKind

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHOWN: Final = 60


@require_GET
@login_required
def campaigns(request: HttpRequest) -> HttpResponse:
    """The newest of one's studies, those that run first."""
    visible = Campaign.objects.visible_to(cast("User", request.user))
    context: dict[str, object] = {"rows": rows_of(visible, most=SHOWN), "most": SHOWN}
    if not context["rows"]:
        context["experiments"] = _experiments(request)
    return page(request, "crowd/campaigns.html", "Campaigns", context)


@require_GET
@login_required
@refusing_in_words
def of_experiment(request: HttpRequest, slug: str) -> HttpResponse:
    """The campaigns of one experiment, and the way to a new one."""
    experiment = find_experiment(request, slug)
    context: dict[str, object] = {
        "rows": rows_of(Campaign.objects.filter(experiment=experiment), most=SHOWN),
        "most": SHOWN,
        "experiment": experiment,
        "may_edit": has_right(request, Right.EDIT, experiment.study_id),
        "has_accounts": Account.objects.filter(studies=experiment.study_id).exists(),
    }
    return page(request, "crowd/campaigns.html", f"Recruit for {experiment.title}", context)


@require_GET
@login_required
@refusing_in_words
def campaign(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """One campaign: a draft shows what it would cost, a published one how it goes. Looking changes nothing."""
    return show(request, find_campaign(request, campaign))


@require_GET
@login_required
@refusing_in_words
def live(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """The figures of a campaign's page again; 204 if they are as they were, and a whole page if its state changed."""
    found = find_campaign(request, campaign)
    if request.GET.get("state") != state_of(found):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {**_common(request, found), **_of_published(found), "is_live": True}
    response = render(request, "crowd/campaign_live.html", context)
    response["Cache-Control"] = "no-store"
    return response


def state_of(campaign: Campaign) -> str:
    """What the page's buttons and sentences depend on."""
    return f"{campaign.status}-{campaign.goal}-{campaign.places}-{int(bool(campaign.ended_because))}"


def show(request: HttpRequest, campaign: Campaign, *, status: int = 200, **more: object) -> HttpResponse:
    """Its page. more: a form that was sent and is wrong, instead of the empty one."""
    draft = campaign.status == Campaign.Status.DRAFT
    context = {**_common(request, campaign), **(_of_draft(campaign) if draft else _of_published(campaign)), **more}
    if not draft:
        context["unknown_errands"] = errands_of(campaign, Errand.State.UNKNOWN).count()
    if not draft and terms_of(campaign).fair_hourly:
        context["underpaid"] = [line for line in hourly_of(campaign) if line.is_alarm]
    return page(request, "crowd/campaign.html", campaign.title, context, status=status)


def _common(request: HttpRequest, campaign: Campaign) -> dict[str, object]:
    study, terms = campaign.experiment.study_id, terms_of(campaign)
    return {
        "campaign": campaign,
        "state": state_of(campaign),
        "chip": CHIPS[Campaign.Status(campaign.status)],
        "experiment": campaign.experiment,
        "account": campaign.account,
        "is_stand_in": is_stand_in(campaign.account),
        "terms": terms,
        "who": who_may_come(terms),
        "otherwise": paid_otherwise(terms),
        "excluded": excluded_people(campaign),
        "currency": campaign.experiment.study.currency,
        "may_edit": has_right(request, Right.EDIT, study),
        "may_run": has_right(request, Right.RUN, study),
        "may_spend": has_right(request, Right.SPEND, study),
        "history": history_of(campaign),
        "walk_url": reverse("walk_through", args=[campaign.experiment_id]),
    }


def _of_draft(campaign: Campaign) -> dict[str, object]:
    shown = plan_shown(plan_of(campaign), room_of(campaign.experiment.study))
    blocker = publish_blocker(campaign)
    return {"shown": shown, "blocker": blocker, "amount_form": AmountForm(initial={"sha256": shown.plan.sha256})}


def _of_published(campaign: Campaign) -> dict[str, object]:
    standing, glance = standing_of(campaign, now=timezone.now()), glance_at(campaign)
    done = min(100.0, 100 * standing.completes / campaign.goal)
    return {
        "standing": standing,
        "done_share": round(done, 2),
        "waiting_share": round(min(100 - done, 100 * standing.waiting / campaign.goal), 2),
        "glance": glance,
        "unreached": people_without_way(campaign),
        "lists": lists_shown(campaign),
        "spent_share": glance.share(glance.spent),
        "held_share": glance.share(glance.waiting),
        "held_for_people": glance.held_for("submission", "payment"),
        "room": room_of(campaign.experiment.study),
        "postings": posting_rows(campaign),
        "outcomes": outcomes_of(campaign),
        "to_review": listed(campaign, "waiting").order_by().count(),
        "plan": confirmed_plan(campaign),
        "extend_form": ExtendForm(),
        "close_form": BecauseForm(),
        "top_up_form": TopUpForm(),
    }


def _experiments(request: HttpRequest) -> list[Experiment]:
    """Where a first campaign could begin."""
    visible = Experiment.objects.visible_to(cast("User", request.user)).filter(unit_kind=UnitKind.PARTICIPANT)
    return list(visible.exclude(status=Experiment.Status.ARCHIVED).order_by("-pk")[:5])
