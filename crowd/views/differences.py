"""Where the platforms and we disagree; empty is the good state."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crowd.models import Campaign
from crowd.reads.differences import MOST, Line, accounts_of, differences
from crowd.services.mending import look_now, try_row_again
from crowd.views.doors import page, posted, telling
from experiments.access import Right
from experiments.console.rights import sees_everything, studies_with

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TITLES: Final = {
    "posting": "Postings",
    "decision": "Decisions",
    "person": "People",
    "payment": "Payments",
}


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Every difference of one's studies, with what to do."""
    now = timezone.now()
    visible = Campaign.objects.visible_to(cast("User", request.user))
    lines = differences(visible, now)
    context: dict[str, object] = {
        "groups": _grouped(lines),
        "n": len(lines),
        "accounts": accounts_of(visible, now),
        "most": MOST,
        "may_act": _steered(request).exists(),
    }
    return page(request, "crowd/differences.html", "Differences", context)


@posted("crowd:differences")
@login_required
def look(request: HttpRequest) -> HttpResponse:
    """Read the accounts next."""
    if n := look_now(_steered(request), now=timezone.now()):
        messages.success(request, f"{n} account{'' if n == 1 else 's'} will be read within seconds.")
    else:
        messages.info(request, "There is no account that you may have read.")
    return HttpResponseRedirect(reverse("crowd:differences"))


@posted("crowd:differences")
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """Call for one row again."""
    with telling(request):
        try_row_again(request.POST.get("subject", ""), _steered(request), now=timezone.now())
        messages.success(request, "It is tried again within seconds.")
    return HttpResponseRedirect(reverse("crowd:differences"))


def _steered(request: HttpRequest) -> QuerySet[Campaign]:
    """Campaigns of the studies in which one may run things."""
    visible = Campaign.objects.visible_to(cast("User", request.user))
    if sees_everything(request):
        return visible
    return visible.filter(experiment__study__in=studies_with(request, Right.RUN))


def _grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    def heading(line: Line) -> str:
        kind = line.difference.kind.partition("_")[0]
        return TITLES.get(kind, TITLES["person"])

    return [(title, list(group)) for title, group in groupby(lines, heading)]
