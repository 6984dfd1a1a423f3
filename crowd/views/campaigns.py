"""Campaigns: all that one may see, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from crowd.campaign_rows import rows_of
from crowd.models import Campaign
from crowd.views.doors import page

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHOWN: Final = 60


@require_GET
@login_required
def campaigns(request: HttpRequest) -> HttpResponse:
    """The newest of one's studies, those that run first."""
    visible = Campaign.objects.visible_to(cast("User", request.user))
    return page(request, "crowd/campaigns.html", "Campaigns", {"rows": rows_of(visible, most=SHOWN), "most": SHOWN})
