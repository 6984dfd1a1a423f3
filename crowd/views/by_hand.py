"""What was paid by hand is marked as paid: who, how, a plan with its total, and the total that means it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from crowd.forms.by_hand import ByHandForm
from crowd.forms.confirming import AmountForm
from crowd.models import Campaign
from crowd.services.approving import Confirmed
from crowd.services.paying_elsewhere import pay_elsewhere, plan_elsewhere
from crowd.views.doors import find_campaign, page, posted, refusing_in_words, telling
from experiments.access import Right

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@posted("crowd:money")
@login_required
@refusing_in_words
def plan(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Whom it would mark as paid, and how much that is. Nothing is changed."""
    found = find_campaign(request, campaign, Right.SPEND)
    form = ByHandForm(request.POST)
    if form.is_valid():
        return _plan_page(request, found, form)
    for wrong in form.errors.values():
        messages.error(request, f"How they were paid: {wrong[0]}")
    return _back(found)


@posted("crowd:money")
@login_required
@refusing_in_words
def confirm(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Mark them, if the total that was typed is that of the plan that was looked at."""
    found = find_campaign(request, campaign, Right.SPEND)
    form, amount = ByHandForm(request.POST), AmountForm(request.POST)
    if not form.is_valid():
        return _back(found)
    if not amount.is_valid():
        return _plan_page(request, found, form, amount=amount, status=422)
    confirmed = Confirmed(amount.total, amount.cleaned_data["sha256"], by=cast("User", request.user))
    sent = form.cleaned_data
    with telling(request):
        n = pay_elsewhere(found, confirmed, sent["how"], at=timezone.now(), chosen=sent["payments"])
        messages.success(request, f"Marked as paid by hand: {n} payment{'' if n == 1 else 's'}.")
    return _back(found)


def _plan_page(
    request: HttpRequest, campaign: Campaign, form: ByHandForm, *, amount: AmountForm | None = None, status: int = 200
) -> HttpResponse:
    sent = form.cleaned_data
    planned = plan_elsewhere(campaign, sent["payments"])
    context: dict[str, object] = {
        "campaign": campaign,
        "currency": campaign.experiment.study.currency,
        "plan": planned,
        "how": sent["how"],
        "chosen": sent["payments"],
        "form": amount or AmountForm(initial={"sha256": planned.sha256}),
    }
    return page(request, "crowd/by_hand.html", f"Paid by hand: {campaign.title}", context, status=status)


def _back(campaign: Campaign) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("crowd:money", args=[campaign.uuid]))
