"""The page on which a training under constraints is filled in, looked at beforehand, and queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from analysis.assurance.forms.policy import PolicyForm
from analysis.assurance.forms.training import TrainedConstraints, TrainingForm
from analysis.assurance.rehearsing import rehearse_here
from analysis.assurance.views.doors import page
from analysis.learning.document import check_document
from analysis.runs.designer.studies import address_of, studies_for
from analysis.runs.services.ordering import Sent, order_batch
from analysis.runs.tasks import wake
from experiments.console.refusals import refused as say_no
from experiments.errors import BadValue, Refusal
from experiments.models import Study
from experiments.problems import Problem
from experiments.types import JsonObject
from experiments.yaml_file import dump

PREFIX: Final = "constraint"
FIRST: Final = {"text": "abs((PR | [B]) - (PR | [W])) <= 0.15", "delta": 0.05}
BEGIN: Final = "B: colour = Black\nW: colour = White"


@dataclass(frozen=True)
class Kind:
    """One of the forms: a model over rows, or a policy over decisions. begins: the first constraint."""

    form: type[TrainingForm] | type[PolicyForm]
    page: str
    title: str
    begins: list[dict[str, object]]


MODELS: Final = Kind(TrainingForm, "assurance/new.html", "Train under constraints", [FIRST])
POLICIES: Final = Kind(
    PolicyForm, "assurance/new_policy.html", "Train a better policy", [{"text": "J_gain_IS >= 0", "delta": 0.05}]
)


@dataclass(frozen=True)
class Typed:
    """What was typed: forms, and the document if they are complete."""

    form: TrainingForm | PolicyForm
    constraints: object
    document: JsonObject | None

    @property
    def text(self) -> str:
        """The document as YAML."""
        return dump(self.document) if self.document is not None else ""

    @property
    def problems(self) -> list[Problem]:
        """What nothing but the whole document shows."""
        return check_document(self.document).problems if self.document is not None else []


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent and sound, it becomes a batch of the study."""
    return _new(request, MODELS)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_policy(request: HttpRequest) -> HttpResponse:
    """The same for a policy, from an experiment's decisions."""
    return _new(request, POLICIES)


@require_POST
@login_required
def check(request: HttpRequest) -> HttpResponse:
    """The document as it stands and what is wrong with it; or, asked for, whether the data could suffice."""
    return _check(request, MODELS)


@require_POST
@login_required
def check_policy(request: HttpRequest) -> HttpResponse:
    """The same of a policy."""
    return _check(request, POLICIES)


def _new(request: HttpRequest, kind: Kind) -> HttpResponse:
    typed = _typed(request, kind)
    if request.method == "POST" and typed.document is not None and not typed.problems:
        answer = _queued(request, typed)
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    context = {"form": typed.form, "constraints": typed.constraints, "typed": typed, "begin": BEGIN}
    return page(request, kind.page, kind.title, context, status=status)


def _check(request: HttpRequest, kind: Kind) -> HttpResponse:
    typed = _typed(request, kind)
    if "rehearse" in request.POST:
        response = render(request, "assurance/rehearsed.html", _rehearsed(typed))
    else:
        response = render(request, "assurance/checked.html", {"typed": typed})
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: HttpRequest, kind: Kind) -> Typed:
    given = request.POST if request.method == "POST" else None
    form = kind.form(given, studies=studies_for(request))
    if kind is MODELS:
        form.initial.setdefault("groups", BEGIN)
    constraints = TrainedConstraints(given, prefix=PREFIX, initial=None if given else kind.begins)
    for row in constraints if kind is POLICIES else ():
        row.fields["text"].widget.attrs["placeholder"] = "(J_gain_IS | [MENU]) >= 0"
    if given is None or not (form.is_valid() & constraints.is_valid()):
        return Typed(form, constraints, None)
    entries = [one.entry() for one in constraints if one.has_changed() and one.cleaned_data]
    return Typed(form, constraints, form.document(entries))


def _queued(request: HttpRequest, typed: Typed) -> HttpResponse | None:
    study: Study = typed.form.cleaned_data["study"]
    try:
        ready = order_batch(study, Sent(cast(JsonObject, typed.document), source=typed.text), now=timezone.now())
    except Refusal as refusal:
        say_no(request, refusal, about="Not queued")
        return None
    wake(ready.queued + ready.retried)
    return HttpResponseRedirect(address_of(ready.batch))


def _rehearsed(typed: Typed) -> dict[str, object]:
    from analysis.learning.search.design import read_design
    from analysis.safety.constraints.picture import draw

    if typed.document is None or typed.problems:
        return {"unready": True}
    try:
        rehearsal = rehearse_here(read_design(typed.document).proposals()[0].setting)
    except BadValue as refusal:
        return {"cannot": f"{refusal.message} {refusal.hint or ''}".strip()}
    return {"rehearsal": rehearsal, "previews": [(one, draw(one.tree)) for one in rehearsal.constraints]}
