"""Pages on which a campaign is written, with its plan beside it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from crowd.forms.campaign import CampaignForm
from crowd.links import campaign_url
from crowd.models import Account, Campaign
from crowd.reads.budgets import room_of
from crowd.reads.campaigns import plan_of, terms_of
from crowd.services.campaigns import Draft, checked_terms, create_campaign, discard_campaign, edit_campaign
from crowd.showing.campaign_page import plan_shown
from crowd.views.doors import find_campaign, page, posted, refusing_in_words, telling
from experiments.access import Right
from experiments.console.finding import find_experiment
from experiments.errors import Invalid
from experiments.models import Experiment, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusing_in_words
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; sent and sound, it becomes a draft. Nothing is posted."""
    experiment = find_experiment(request, slug, Right.EDIT)
    form = _form(request, experiment)
    if form.is_bound and form.is_valid():
        account: Account = form.cleaned_data["account"]
        try:
            made = create_campaign(experiment, account, form.draft(), by=cast("User", request.user), now=timezone.now())
        except Invalid as refusal:
            form.show(refusal)
        else:
            return HttpResponseRedirect(campaign_url(made))
    return _written(request, form, experiment, "New campaign")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@refusing_in_words
def edit(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """The same for a draft that exists."""
    found = find_campaign(request, campaign, Right.EDIT)
    form = _form(request, found.experiment, campaign=found)
    if form.is_bound and form.is_valid():
        try:
            edit_campaign(found, form.draft(), now=timezone.now())
        except Invalid as refusal:
            form.show(refusal)
        else:
            messages.success(request, "Saved. Nothing is posted yet.")
            return HttpResponseRedirect(campaign_url(found))
    return _written(request, form, found.experiment, f"Edit {found.title}", campaign=found)


@require_POST
@login_required
@refusing_in_words
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan of what is typed, or what is still missing. Nothing is stored."""
    experiment = find_experiment(request, slug, Right.EDIT)
    named = _uuid(request.POST.get("campaign"))
    campaign = Campaign.objects.filter(experiment=experiment, uuid=named).first() if named else None
    form = _form(request, experiment, campaign=campaign)
    response = render(request, "crowd/planned.html", _planned(form, experiment, campaign))
    response["Cache-Control"] = "no-store"
    return response


@posted("crowd:campaign")
@login_required
@refusing_in_words
def discard(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    found = find_campaign(request, campaign, Right.EDIT)
    onward = campaign_url(found)
    with telling(request):
        discard_campaign(found)
        onward = reverse("crowd:of_experiment", args=[found.experiment.slug])
        messages.success(request, f"“{found.title}” was thrown away.")
    return HttpResponseRedirect(onward)


def _form(request: HttpRequest, experiment: Experiment, *, campaign: Campaign | None = None) -> CampaignForm:
    given = request.POST if request.method == "POST" else None
    accounts = None if campaign else Account.objects.filter(studies=experiment.study_id).order_by("is_production", "pk")
    studies = Study.objects.visible_to(cast("User", request.user)).exclude(pk=experiment.study_id).order_by("title")
    form = CampaignForm(given, accounts=accounts, studies=studies)
    if campaign is not None and given is None:
        form.fill(terms_of(campaign), campaign.goal)
    elif given is None:
        form.initial = {"title": experiment.title, "goal": experiment.target}
    return form


def _written(
    request: HttpRequest, form: CampaignForm, experiment: Experiment, title: str, campaign: Campaign | None = None
) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "experiment": experiment,
        "campaign": campaign,
        "currency": experiment.study.currency,
        "has_accounts": campaign is not None or Account.objects.filter(studies=experiment.study_id).exists(),
    }
    if campaign is not None and not form.is_bound:
        context["shown"] = plan_shown(plan_of(campaign), room_of(experiment.study))
    return page(request, "crowd/campaign_form.html", title, context, status=422 if form.errors else 200)


def _planned(form: CampaignForm, experiment: Experiment, campaign: Campaign | None) -> dict[str, object]:
    if not form.is_valid():
        return {"form": form, "currency": experiment.study.currency}
    account = campaign.account if campaign else form.cleaned_data["account"]
    draft: Draft = form.draft()
    try:
        terms = checked_terms(draft, account, experiment)
    except Invalid as refusal:
        form.show(refusal)
        return {"form": form, "currency": experiment.study.currency}
    typed = Campaign(experiment=experiment, account=account, terms=terms.as_json(), goal=draft.goal)
    shown = plan_shown(plan_of(typed), room_of(experiment.study))
    return {"shown": shown, "currency": experiment.study.currency}


def _uuid(text: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
