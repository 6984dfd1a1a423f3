"""The money of a campaign: what is owed, sent, confirmed; what an hour earns; and what a person lets go out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crowd import tasks
from crowd.forms.confirming import AmountForm
from crowd.models import Campaign, Payment
from crowd.platforms import NOT_READ
from crowd.reads.budgets import room_of
from crowd.reads.campaigns import terms_of
from crowd.reads.hourly import hourly_of
from crowd.reads.money import last_check, payments_of, report_of
from crowd.reconcile.words import PaymentState
from crowd.services.approving import Confirmed, approve_plan, plan_of_payments, plan_of_top_up, top_up_pay
from crowd.services.paying_elsewhere import plan_elsewhere
from crowd.services.payments import approve_payment, cancel_payment
from crowd.services.sending import say_not_paid, say_paid
from crowd.showing.money_csv import payments_csv
from crowd.showing.payment_rows import STEPS, kinds_of, rows_of, sums_of, waiting_payments
from crowd.views.doors import find_campaign, page, posted, refusing_in_words, telling
from experiments.access import Right
from experiments.console.rights import has_right
from experiments.errors import IllegalTransition, Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User


SHOWN: Final = 50
FAILED: Final = (PaymentState.FAILED,)
UNKNOWN: Final = (PaymentState.UNKNOWN,)
NOT_SENT: Final = (PaymentState.FAILED, PaymentState.APPROVED)
NEWEST: Final = 15


@require_GET
@login_required
@refusing_in_words
def money(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """The report of one campaign."""
    return show(request, find_campaign(request, campaign))


@require_GET
@login_required
@refusing_in_words
def download(request: HttpRequest, campaign: uuid.UUID) -> HttpResponseBase:
    """All payments as CSV; people by their pseudonyms."""
    return payments_csv(find_campaign(request, campaign, Right.DOWNLOAD))


@posted("crowd:money")
@login_required
@refusing_in_words
def approve(request: HttpRequest, campaign: uuid.UUID, name: str) -> HttpResponse:
    """The plan "payments" or "top-up", if the total that was typed is that of the plan that was looked at."""
    if name not in PLANS:
        raise Http404
    found = find_campaign(request, campaign, Right.SPEND)
    form = AmountForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=422, wrong={name: form})
    confirmed = Confirmed(form.total, form.cleaned_data["sha256"], by=cast("User", request.user))
    with telling(request):
        n = PLANS[name](found, confirmed)
        messages.success(request, f"Approved: {n} payment{'' if n == 1 else 's'}. They are sent in a moment.")
    return HttpResponseRedirect(reverse("crowd:money", args=[found.uuid]))


@posted("crowd:money")
@login_required
@refusing_in_words
def compare(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Ask the platform what it paid; a worker does it."""
    found = find_campaign(request, campaign, Right.SPEND)
    transaction.on_commit(partial(tasks.compare_money.delay, found.pk))
    messages.success(request, "The platform is asked. Look again in a moment.")
    return HttpResponseRedirect(reverse("crowd:money", args=[found.uuid]))


@posted("crowd:money")
@login_required
@refusing_in_words
def steer(request: HttpRequest, campaign: uuid.UUID, payment: uuid.UUID, name: str) -> HttpResponse:
    """One payment: "again" of one that failed, "cancel" of one not sent, "paid" and "not-paid" of one unknown."""
    if name not in DEEDS:
        raise Http404
    found = find_campaign(request, campaign, Right.SPEND)
    row = Payment.objects.filter(obligation__campaign=found, uuid=payment).first()
    if row is None:
        raise Unknown("There is no such payment in this campaign.")
    deed, said, offered = DEEDS[name]
    with telling(request):
        if row.state not in offered:
            raise IllegalTransition(f"The payment is {row.state} by now: nothing was done.", hint="Look at it again.")
        deed(row, cast("User", request.user))
        messages.success(request, said)
    return HttpResponseRedirect(reverse("crowd:money", args=[found.uuid]))


def show(
    request: HttpRequest, campaign: Campaign, *, status: int = 200, wrong: dict[str, AmountForm] | None = None
) -> HttpResponse:
    """The page, with the forms that were filled in wrongly."""
    report, plan, top_up = report_of(campaign), plan_of_payments(campaign), plan_of_top_up(campaign)
    forms = {"payments": _form(plan.sha256), "top-up": _form(top_up.sha256), **(wrong or {})}
    context: dict[str, object] = {
        "campaign": campaign,
        "currency": report.currency,
        "report": report,
        "room": room_of(campaign.experiment.study),
        "rows": rows_of(report),
        "sums": sums_of(report),
        "steps": STEPS,
        "plan": plan,
        "kinds": kinds_of(plan),
        "plan_form": forms["payments"],
        "top_up": top_up,
        "top_up_form": forms["top-up"],
        **_hourly(campaign),
        "waiting": waiting_payments(campaign)[:SHOWN],
        "by_hand": plan_elsewhere(campaign),
        "is_paid_by_hand": campaign.account.platform in NOT_READ,
        "newest": payments_of(campaign)[:NEWEST],
        "check": last_check(campaign),
        "may_spend": has_right(request, Right.SPEND, campaign.experiment.study_id),
    }
    return page(request, "crowd/campaign_money.html", f"Money of {campaign.title}", context, status=status)


def _hourly(campaign: Campaign) -> dict[str, object]:
    """What people earn an hour by arm, and where it is less than fair."""
    arms = hourly_of(campaign)
    alarms = [line for line in arms if line.is_alarm]
    return {"arms": arms, "alarms": alarms, "floor": terms_of(campaign).fair_hourly}


def _form(sha256: str) -> AmountForm:
    return AmountForm(initial={"sha256": sha256})


PLANS: Final[dict[str, Callable[[Campaign, Confirmed], int]]] = {
    "payments": lambda campaign, confirmed: approve_plan(campaign, confirmed, at=timezone.now()),
    "top-up": lambda campaign, confirmed: top_up_pay(campaign, confirmed, at=timezone.now()),
}
DEEDS: Final[dict[str, tuple[Callable[[Payment, User], object], str, tuple[PaymentState, ...]]]] = {
    "again": (lambda row, by: approve_payment(row, by=by, at=timezone.now()), "It is tried again in a moment.", FAILED),
    "cancel": (lambda row, by: cancel_payment(row, at=timezone.now()), "Called off; what it held is free.", NOT_SENT),
    "paid": (lambda row, by: say_paid(row, by=by, at=timezone.now()), "Booked as paid.", UNKNOWN),
    "not-paid": (lambda row, by: say_not_paid(row, by=by, at=timezone.now()), "It is sent again in a moment.", UNKNOWN),
}
