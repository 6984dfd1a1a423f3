"""What the address of a page names, for who asks, or why not: the first thing that every page of an experiment does."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from experiments.access import Right
from experiments.console.rights import has_right
from experiments.errors import Forbidden, Unknown
from experiments.models import Experiment, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def find_experiment(request: HttpRequest, slug: str, right: Right = Right.VIEW) -> Experiment:
    """With its study and version. Unknown to who does not belong to its study; Forbidden for too low a role."""
    visible = Experiment.objects.visible_to(cast("User", request.user)).select_related("study", "version")
    found = visible.filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no experiment “{slug}” that you can see.", hint="Ask a member of its study.")
    require_in(request, right, found.study)
    return found


def find_study(request: HttpRequest, slug: str, right: Right = Right.VIEW) -> Study:
    """The same for a study."""
    found = Study.objects.visible_to(cast("User", request.user)).filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no study “{slug}” that you can see.", hint="Ask a member of it.")
    require_in(request, right, found)
    return found


def require_in(request: HttpRequest, right: Right, study: Study) -> None:
    """Forbidden without that right in the study. The roles are read once per request."""
    if not has_right(request, right, study.pk):
        raise Forbidden(
            f"Your role in “{study.title}” does not include: {right}.",
            hint="Ask an owner of the study for another role.",
        )
