"""What is done with a campaign by a button: each a POST that calls one service."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crowd.forms.confirming import AmountForm, BecauseForm, ExtendForm, TopUpForm
from crowd.links import campaign_url
from crowd.models import Campaign
from crowd.reads.budgets import room_of
from crowd.services.closing import close_campaign, extend_campaign, pause_campaign, resume_campaign, settle_campaign
from crowd.services.compensating import post_compensation
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.topping_up import plan_top_up, top_up_campaign
from crowd.views.campaigns import show
from crowd.views.doors import find_campaign, page, posted, refusing_in_words, telling
from experiments.access import Right

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@posted("crowd:campaign")
@login_required
@refusing_in_words
def publish(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Reserve and post, if the amount that was typed is that of the plan that was looked at."""
    found = find_campaign(request, campaign, Right.SPEND)
    form = AmountForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=422, amount_form=form)
    with telling(request):
        publish_campaign(found, _confirmation(request, form), now=timezone.now())
        messages.success(request, "Published. Its postings go up in a moment.")
    return HttpResponseRedirect(campaign_url(found))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusing_in_words
def top_up(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """How many more, what that costs, and then the typed amount."""
    found = find_campaign(request, campaign, Right.SPEND)
    asked = TopUpForm(request.POST if request.method == "POST" else request.GET)
    if not asked.is_valid():
        return _top_up_page(request, found, asked, status=422 if request.method == "POST" else 200)
    wanted = plan_top_up(found, **_more(asked))
    form = AmountForm(request.POST if request.method == "POST" else None, initial={"sha256": wanted.sha256})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _top_up_page(request, found, asked, wanted=wanted, amount_form=form, status=status)
    with telling(request):
        top_up_campaign(found, _confirmation(request, form), **_more(asked), now=timezone.now())
        messages.success(request, "Topped up. More places go up in a moment.")
    return HttpResponseRedirect(campaign_url(found))


@dataclass(frozen=True, slots=True)
class Button:
    """act: what it does with the campaign and what was sent along. said: afterwards. right: of who may press it."""

    act: Callable[[Campaign, QueryDict, datetime], object]
    said: str
    right: Right = Right.RUN


def _pause(campaign: Campaign, _sent: QueryDict, now: datetime) -> object:
    return pause_campaign(campaign, now=now)


def _resume(campaign: Campaign, _sent: QueryDict, now: datetime) -> object:
    return resume_campaign(campaign, now=now)


def _extend(campaign: Campaign, sent: QueryDict, now: datetime) -> object:
    form = ExtendForm(sent)
    return extend_campaign(campaign, hours=form.cleaned_data["hours"] if form.is_valid() else 0, now=now)


def _close(campaign: Campaign, sent: QueryDict, now: datetime) -> object:
    form = BecauseForm(sent)
    because = form.cleaned_data["because"] if form.is_valid() else ""
    return close_campaign(campaign, because or "Closed by hand.", now=now)


def _settle(campaign: Campaign, _sent: QueryDict, now: datetime) -> object:
    return settle_campaign(campaign, now=now)


def _compensate(campaign: Campaign, _sent: QueryDict, now: datetime) -> object:
    return post_compensation(campaign, now=now)


BUTTONS = {
    "pause": Button(_pause, "Paused: nobody new comes. Whoever holds a place may finish."),
    "resume": Button(_resume, "It goes on."),
    "extend": Button(_extend, "Postings that have places stay up as long."),
    "close": Button(_close, "Closed for good: nobody new comes. Review and pay what comes in."),
    "compensate": Button(_compensate, "Posted for them alone: they hand it in, and are paid through it.", Right.SPEND),
    "settle": Button(_settle, "Settled. Its postings are removed from the platform."),
}


def act(request: HttpRequest, campaign: uuid.UUID, name: str) -> HttpResponseBase:
    """One button. Those that move no money but what was confirmed may be pressed by whoever runs the experiment."""
    if name not in BUTTONS:
        raise Http404
    return _press(request, campaign=campaign, name=name)


@posted("crowd:campaign")
@login_required
@refusing_in_words
def _press(request: HttpRequest, campaign: uuid.UUID, name: str) -> HttpResponse:
    found = find_campaign(request, campaign, BUTTONS[name].right)
    with telling(request):
        BUTTONS[name].act(found, request.POST, timezone.now())
        messages.success(request, BUTTONS[name].said)
    return HttpResponseRedirect(campaign_url(found))


def _confirmation(request: HttpRequest, form: AmountForm) -> Confirmation:
    return Confirmation(form.total, form.cleaned_data["sha256"], by=cast("User", request.user))


def _more(asked: TopUpForm) -> dict[str, int]:
    return {name: int(asked.cleaned_data[name]) for name in ("completes", "spare")}


def _top_up_page(
    request: HttpRequest, campaign: Campaign, asked: TopUpForm, *, status: int, **more: object
) -> HttpResponse:
    context: dict[str, object] = {
        "campaign": campaign,
        "asked": asked,
        "room": room_of(campaign.experiment.study),
        "currency": campaign.experiment.study.currency,
        **more,
    }
    return page(request, "crowd/top_up.html", f"Top up {campaign.title}", context, status=status)
