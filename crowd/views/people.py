"""Messages to people of a campaign, and blocks: what became of each, a plan of a new one, the words that mean it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crowd.forms.reviewing import MeantForm
from crowd.forms.writing import WriteForm
from crowd.models import Campaign, Errand
from crowd.platforms import PLATFORMS
from crowd.reads.errands import ErrandPlan, blocked_at, errands_of, plan_of_errand, possible_kinds, states_of
from crowd.reads.reviews import chosen, tallies_of
from crowd.services.errands import DECISIONS, order_errand
from crowd.services.reviewing import Meant
from crowd.views.doors import find_campaign, page, posted, refusing_in_words, telling
from experiments.access import Right
from experiments.console.refusals import refused as say_no
from experiments.console.rights import has_right
from experiments.errors import Refusal, Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AT_ONCE: Final = 50
SAID: Final = {
    "done": "Kept as done.",
    "again": "It is sent in a moment.",
    "off": "Called off: nobody is asked.",
}


@require_GET
@login_required
@refusing_in_words
def people(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """What was sent to whom, and the form of a new one; looking sends nothing."""
    return show(request, find_campaign(request, campaign), WriteForm(initial=request.GET.dict()))


@posted("crowd:people")
@login_required
@refusing_in_words
def write(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """The form again, for people who were ticked on another page. Nothing is sent."""
    found = find_campaign(request, campaign, Right.SPEND)
    return show(request, found, WriteForm(request.POST), ticked=request.POST.getlist("submission"))


@posted("crowd:people")
@login_required
@refusing_in_words
def plan(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Who would be reached, who is left out and why. Nothing is sent."""
    found = find_campaign(request, campaign, Right.SPEND)
    form, ticked = WriteForm(request.POST), request.POST.getlist("submission")
    if not form.is_valid():
        return show(request, found, form, ticked=ticked, status=422)
    try:
        planned = _planned(found, form)
    except Refusal as refusal:
        say_no(request, refusal)
        return show(request, found, form, ticked=ticked, status=422)
    context: dict[str, object] = {
        "campaign": found,
        "plan": planned,
        "ask": form.cleaned_data,
        "title_of_kind": Errand.Kind(planned.kind).label,
        "meant": MeantForm(initial={"sha256": planned.sha256}),
    }
    return page(request, "crowd/people_plan.html", f"{Errand.Kind(planned.kind).label}: {found.title}", context)


@posted("crowd:people")
@login_required
@refusing_in_words
def confirm(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Have it done, if what was typed is what the plan asks for."""
    found = find_campaign(request, campaign, Right.SPEND)
    form, meant = WriteForm(request.POST), MeantForm(request.POST)
    if not form.is_valid() or not meant.is_valid():
        return show(request, found, form, ticked=request.POST.getlist("submission"), status=422)
    said = Meant(meant.cleaned_data["typed"], meant.cleaned_data["sha256"], by=cast("User", request.user))
    with telling(request):
        n = order_errand(found, _planned(found, form), said, now=timezone.now())
        people = f"{n} {'person' if n == 1 else 'people'}"
        messages.success(request, f"Ordered for {people}. The platform is told in a moment.")
    return _back(campaign)


@posted("crowd:people")
@login_required
@refusing_in_words
def decide(request: HttpRequest, campaign: uuid.UUID, errand: uuid.UUID, name: str) -> HttpResponse:
    """One row: "done" or "again" of one that is unknown, "again" of one that failed, "off" of one that waits."""
    if name not in DECISIONS:
        raise Http404
    found = find_campaign(request, campaign, Right.SPEND)
    row = Errand.objects.filter(campaign=found, uuid=errand).first()
    if row is None:
        raise Unknown("There is no such message or block in this campaign.")
    with telling(request):
        DECISIONS[name](row, by=cast("User", request.user), now=timezone.now())
        messages.success(request, SAID[name])
    return _back(campaign)


def show(
    request: HttpRequest, campaign: Campaign, form: WriteForm, *, ticked: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with the form as it was filled in, and with how many are ticked."""
    state = request.GET.get("state", "")
    states = states_of(campaign)
    kinds = possible_kinds(campaign)
    context: dict[str, object] = {
        "campaign": campaign,
        "platform": PLATFORMS[campaign.account.platform],
        "kinds": kinds,
        "lists": [each for each in tallies_of(campaign) if each.n],
        "form": form,
        "is_wrong": status != 200 and form.is_bound,
        "ticked": ticked or [],
        "state": state,
        "states": states,
        "n": sum(n for _, _, n in states),
        "rows": Paginator(errands_of(campaign, state), AT_ONCE).get_page(request.GET.get("page")),
        "blocked": blocked_at(campaign.account) if kinds else set(),
        "may_spend": has_right(request, Right.SPEND, campaign.experiment.study_id),
    }
    return page(request, "crowd/people.html", f"Messages and blocks of {campaign.title}", context, status=status)


def _planned(campaign: Campaign, form: WriteForm) -> ErrandPlan:
    """BadValue where the words do not suffice."""
    sent = form.cleaned_data
    rows = chosen(campaign, sent["submissions"], sent["show"])
    return plan_of_errand(campaign, sent["kind"], rows, subject=sent["subject"], text=sent["text"])


def _back(campaign: uuid.UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("crowd:people", args=[campaign]))
