"""The money of a study: its budget, and every campaign of it beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from crowd.models import Campaign
from crowd.reads.budgets import room_of
from crowd.reads.money import reports_of, together
from crowd.showing.payment_rows import STEPS, rows_of, sums_of
from crowd.views.doors import page, refusing_in_words
from experiments.console.finding import find_study

if TYPE_CHECKING:
    pass


@require_GET
@login_required
@refusing_in_words
def money(request: HttpRequest, slug: str) -> HttpResponse:
    """All its campaigns together, and one by one."""
    study = find_study(request, slug)
    campaigns = list(Campaign.objects.filter(experiment__study=study).select_related("account", "experiment"))
    reports = reports_of(campaigns, study)
    report, room = together(reports.values(), study), room_of(study)
    context: dict[str, object] = {
        "study": study,
        "currency": report.currency,
        "report": report,
        "room": room,
        "spent_share": room.share(room.spent),
        "held_share": room.share(room.held),
        "campaigns": [(each, reports[each.pk]) for each in campaigns],
        "rows": rows_of(report),
        "sums": sums_of(report),
        "steps": STEPS,
    }
    return page(request, "crowd/study_money.html", f"Money of {study.title}", context)
