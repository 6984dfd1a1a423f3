"""Review: what people did, a plan of what is decided about them, and the word that means it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crowd.forms.reviewing import TITLES, AskForm, MeantForm
from crowd.models import Campaign, Review
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can
from crowd.reads.reviews import SHOWS, due_soon, reviews_of, tallies_of
from crowd.reviewing.plan import ReviewPlan
from crowd.reviewing.words import Decision
from crowd.services.review_rule import switch_rule
from crowd.services.reviewing import Meant, agree, checked_plan, review_work, take_back
from crowd.showing.review_page import sheet_of
from crowd.views.doors import find_campaign, page, posted, refusing_in_words, telling
from experiments.access import Right
from experiments.console.refusals import refused as say_no
from experiments.console.rights import has_right
from experiments.errors import Refusal, Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEWEST: Final = 12


@require_GET
@login_required
@refusing_in_words
def review(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """The work of one campaign's people; looking decides nothing."""
    return show(request, find_campaign(request, campaign))


@posted("crowd:review")
@login_required
@refusing_in_words
def plan(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """What would be decided: who, how much, why. Nothing is changed."""
    found = find_campaign(request, campaign, Right.SPEND)
    form = AskForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=422, wrong=form)
    try:
        planned = checked_plan(found, form.ask(), now=timezone.now())
    except Refusal as refusal:
        say_no(request, refusal)
        return _back(campaign, request.POST.get("show", ""))
    return _plan_page(request, found, form, planned, MeantForm(initial={"sha256": planned.sha256}))


@posted("crowd:review")
@login_required
@refusing_in_words
def confirm(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Decide it, if what was typed is what the plan asks for."""
    found = find_campaign(request, campaign, Right.SPEND)
    form, meant = AskForm(request.POST), MeantForm(request.POST)
    if not form.is_valid() or not meant.is_valid():
        return show(request, found, status=422, wrong=form)
    said = Meant(meant.cleaned_data["typed"], meant.cleaned_data["sha256"], by=cast("User", request.user))
    with telling(request):
        messages.success(request, _said(review_work(found, form.ask(), said, now=timezone.now())))
    return _back(campaign, request.POST.get("came_from", ""))


@posted("crowd:review")
@login_required
@refusing_in_words
def second(request: HttpRequest, campaign: uuid.UUID, review: uuid.UUID, name: str) -> HttpResponse:
    """The second person's "agree", or "take-back"."""
    if name not in ("agree", "take-back"):
        raise Http404
    found = find_campaign(request, campaign, Right.SPEND)
    row = Review.objects.filter(campaign=found, uuid=review).first()
    if row is None:
        raise Unknown("There is no such review in this campaign.")
    with telling(request):
        if name == "agree":
            messages.success(request, _said(agree(row, by=cast("User", request.user), now=timezone.now())))
        else:
            take_back(row, now=timezone.now())
            messages.success(request, "Taken back: nobody was decided about.")
    return _back(campaign, "")


@posted("crowd:review")
@login_required
@refusing_in_words
def rule(request: HttpRequest, campaign: uuid.UUID, name: str) -> HttpResponse:
    """Approve by rule from now on, or no longer."""
    if name not in ("on", "off"):
        raise Http404
    found = find_campaign(request, campaign, Right.SPEND)
    with telling(request):
        switch_rule(found, is_on=name == "on", now=timezone.now())
        said = "Who completed and passed the checks is approved from now on." if name == "on" else "The rule is off."
        messages.success(request, said)
    return _back(campaign, "")


def show(request: HttpRequest, campaign: Campaign, *, status: int = 200, wrong: AskForm | None = None) -> HttpResponse:
    """The page, with a form that was filled in wrongly."""
    tallies = tallies_of(campaign)
    name = request.GET.get("show", "waiting")
    name = name if name in SHOWS else "waiting"
    number = request.GET.get("page", "1")
    n = next(each.n for each in tallies if each.name == name)
    now = timezone.now()
    context: dict[str, object] = {
        "campaign": campaign,
        "currency": campaign.experiment.study.currency,
        "tallies": tallies,
        "name": name,
        "n": n,
        "sheet": sheet_of(campaign, name, int(number) if number.isdecimal() else 1, n=n, now=now),
        "form": wrong or AskForm(initial={"decision": Decision.APPROVE}),
        "titles": _titles(campaign),
        "platform": PLATFORMS[campaign.account.platform],
        "reviews": reviews_of(campaign, most=NEWEST),
        "due": due_soon(campaign, now=now),
        "reversal_days": PLATFORMS[campaign.account.platform].reversal_days,
        "may_spend": has_right(request, Right.SPEND, campaign.experiment.study_id),
        "user": request.user,
    }
    return page(request, "crowd/review.html", f"Review of {campaign.title}", context, status=status)


def _titles(campaign: Campaign) -> list[tuple[str, str]]:
    """What can be decided at its platform."""
    kind = PLATFORMS[campaign.account.platform]
    barred = set() if Can.REJECT in kind.abilities else {Decision.REJECT}
    barred |= set() if kind.reversal_days else {Decision.OVERRIDE}
    return [(each.value, title) for each, title in TITLES.items() if each not in barred]


def _plan_page(
    request: HttpRequest, campaign: Campaign, form: AskForm, planned: ReviewPlan, meant: MeantForm
) -> HttpResponse:
    context: dict[str, object] = {
        "campaign": campaign,
        "plan": planned,
        "ask": form.cleaned_data,
        "title_of_decision": TITLES[planned.decision],
        "title_of_category": dict(PLATFORMS[campaign.account.platform].categories).get(planned.category, ""),
        "meant": meant,
    }
    return page(request, "crowd/review_plan.html", f"{TITLES[planned.decision]}: {campaign.title}", context)


def _said(done: Review) -> str:
    n = done.lines.count()
    people = f"{n} {'person' if n == 1 else 'people'}"
    if done.status == Review.Status.PROPOSED:
        return f"Proposed about {people}. Nobody is rejected before another owner agrees."
    return f"Decided about {people}. The platform is told in a moment."


def _back(campaign: uuid.UUID, name: str) -> HttpResponseRedirect:
    address = reverse("crowd:review", args=[campaign])
    return HttpResponseRedirect(f"{address}?show={name}" if name in SHOWS else address)
