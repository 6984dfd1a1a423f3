"""What every page of this room does first: find what the address names, and refuse in words."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analysis.assurance.models import SafetyTest
from experiments.access import Right
from experiments.console.finding import require_in
from experiments.errors import Refusal, Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def find_test(request: HttpRequest, identity: uuid.UUID, right: Right = Right.VIEW) -> SafetyTest:
    """Unknown if it is of a study that the user does not belong to; Forbidden for too low a role."""
    user = cast("User", request.user)
    related = ("run__batch__experiment__study", "safety_set", "use")
    found = SafetyTest.objects.visible_to(user).select_related(*related).filter(uuid=identity).first()
    if found is None:
        raise Unknown("There is no such safety test that you can see.", hint="Ask a member of its study.")
    require_in(request, right, found.run.batch.experiment.study)
    return found


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the console that no cache keeps."""
    whole = {**admin.site.each_context(request), "title": title, **context}
    response = render(request, template, whole, status=status)
    response["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """In words, with the status."""
    context = {**admin.site.each_context(request), "title": "Safety", "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)
