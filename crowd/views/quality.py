"""Quality of a campaign's work: the registered rule, what was found, and both analyses."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from crowd.quality.rule import rule_of
from crowd.reads.campaigns import terms_of
from crowd.reads.quality import both_analyses, glance_of
from crowd.views.doors import find_campaign, page, refusing_in_words
from experiments.access import Right
from experiments.console.rights import has_right


@require_GET
@login_required
@refusing_in_words
def quality(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Looking judges nobody."""
    found = find_campaign(request, campaign)
    may_see = has_right(request, Right.DOWNLOAD, found.experiment.study_id)
    context: dict[str, object] = {
        "campaign": found,
        "rule": rule_of(terms_of(found).quality),
        "glance": glance_of(found),
        "lines": both_analyses(found.experiment) if may_see else [],
        "may_see": may_see,
    }
    return page(request, "crowd/quality.html", f"Quality of {found.title}", context)
