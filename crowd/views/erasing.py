"""Erase a person, and see whose time is coming."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crowd.forms.erasing import EraseForm, PersonForm
from crowd.reads.erasure import Traces, clock_of, person_named, traces_of
from crowd.services.erasing import erase_confirmed
from crowd.views.doors import page, posted, refusing_in_words, telling
from experiments.access import Right
from experiments.console.finding import require_in
from experiments.console.rights import sees_everything, studies_with
from experiments.errors import Unknown
from experiments.models import Study
from participants.models import Participant

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_GET
@login_required
def retention(request: HttpRequest) -> HttpResponse:
    """For how long each study keeps personal data, and for whom it is over soon."""
    return _show(request, PersonForm(studies=_managed(request)))


@posted("crowd:retention")
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """What there is of one person. A POST, so that no id stands in an address or a log; nothing is changed."""
    form = PersonForm(request.POST, studies=_managed(request))
    if not form.is_valid():
        return _show(request, form, status=422)
    study = Study.objects.get(slug=form.cleaned_data["study"])
    found = person_named(study, form.cleaned_data["name"].strip(), platform=form.cleaned_data["platform"])
    if found is None:
        form.add_error("name", "Nobody in this study goes by that.")
        return _show(request, form, status=404)
    return _show(request, PersonForm(studies=_managed(request)), traces=traces_of(found))


@posted("crowd:retention")
@login_required
@refusing_in_words
def erase(request: HttpRequest) -> HttpResponse:
    """Erase them, if what was typed names them."""
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _show(request, PersonForm(studies=_managed(request)), status=422)
    person = Participant.objects.filter(uuid=form.cleaned_data["participant"]).first()
    if person is None:
        raise Unknown("There is no such person.")
    with telling(request):
        require_in(request, Right.MANAGE, person.study)
        typed, with_answers = form.cleaned_data["typed"], form.cleaned_data["with_answers"]
        is_new = erase_confirmed(person, typed, with_answers=with_answers, now=timezone.now())
        messages.success(request, "Erased: nobody can tell any more who it was." if is_new else "Erased already.")
    return HttpResponseRedirect(reverse("crowd:retention"))


def _managed(request: HttpRequest) -> list[Study]:
    """The studies in which one may erase people."""
    rows = Study.objects.order_by("title")
    return list(rows if sees_everything(request) else rows.filter(pk__in=studies_with(request, Right.MANAGE)))


def _seen(request: HttpRequest) -> list[Study]:
    rows = Study.objects.order_by("title")
    return list(rows if sees_everything(request) else rows.filter(memberships__user=cast("User", request.user)))


def _show(request: HttpRequest, form: PersonForm, *, status: int = 200, traces: Traces | None = None) -> HttpResponse:
    now = timezone.now()
    context: dict[str, object] = {
        "clocks": [clock_of(study, now) for study in _seen(request)],
        "form": form,
        "traces": traces,
        "erase_form": EraseForm(initial={"participant": traces.participant.uuid}) if traces else None,
        "may_erase": bool(_managed(request)),
    }
    return page(request, "crowd/retention.html", "Personal data", context, status=status)
