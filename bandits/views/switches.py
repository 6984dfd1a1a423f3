"""The page on which a policy is switched or halted, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bandits.forms.switch import HaltForm, SwitchForm
from bandits.learning import learning_of
from bandits.models import Switch
from bandits.services.halting import EVEN, halt_policy, unhalt_policy
from bandits.services.ramping import roll_back_switch, start_switch
from bandits.services.states import require_learning
from bandits.services.switching import propose_switch, stop_switch
from bandits.serving import serving
from bandits.views.presenting import SwitchSeen, seen
from experiments.access import Right, may
from experiments.console.finding import find_experiment
from experiments.console.refusals import refused
from experiments.definition import normalise
from experiments.errors import Refusal, Unknown
from experiments.models import Experiment
from experiments.published import blueprint_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 50  # switches in the table; the list in the record has all


@require_GET
@login_required
def policy_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What decides now, the switch that is on its way or was the last, and the form for the next."""
    try:
        experiment = find_experiment(request, slug, Right.VIEW)
        version_id = require_learning(experiment)
    except Refusal as refusal:
        return _refused(request, refusal)
    return _page(request, experiment, version_id)


@require_POST
@login_required
def policy_action(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """POST only: one service, one sentence."""
    if name not in ACTIONS:
        raise Http404("There is no such button.")
    try:
        experiment = find_experiment(request, slug, Right.RUN)
        version_id = require_learning(experiment)
    except Refusal as refusal:
        return _refused(request, refusal)
    try:
        answer = ACTIONS[name](request, experiment, version_id)
    except Refusal as refusal:
        refused(request, refusal, about=f"“{experiment.title}”")
        answer = None
    return answer or HttpResponseRedirect(reverse("bandits:policy", args=[slug]))


def _propose(request: HttpRequest, experiment: Experiment, version_id: int) -> HttpResponse | None:
    form = _form(request, experiment, version_id)
    if not form.is_valid():
        return _page(request, experiment, version_id, form=form, status=422)
    try:
        switch = propose_switch(experiment, form.proposal(), now=timezone.now())
    except Refusal as refusal:
        refused(request, refusal, about="Not proposed")
        return _page(request, experiment, version_id, form=form, status=refusal.status)
    if switch.status == Switch.Status.REFUSED:
        messages.error(request, f"Refused. {switch.ended_for}")
        return _page(request, experiment, version_id, form=form, status=409)
    messages.success(request, "It may go live: look at the numbers, then let it in.")
    return None


def _start(request: HttpRequest, experiment: Experiment, _version_id: int) -> None:
    switch = start_switch(_named(request, experiment), now=timezone.now())
    share = "it decides alone" if switch.status == Switch.Status.LIVE else "step by step, beside the old one"
    messages.success(request, f"The new policy is let in: {share}.")


def _stop(request: HttpRequest, experiment: Experiment, _version_id: int) -> None:
    stop_switch(_named(request, experiment), "Withdrawn in the console.", now=timezone.now())
    messages.success(request, "The proposal is withdrawn. Nothing was changed.")


def _roll_back(request: HttpRequest, experiment: Experiment, _version_id: int) -> None:
    roll_back_switch(_named(request, experiment), "Rolled back by hand.", now=timezone.now())
    messages.success(request, "The old policy decides alone again, with all that it learnt meanwhile.")


def _halt(request: HttpRequest, experiment: Experiment, version_id: int) -> HttpResponse | None:
    form = HaltForm(request.POST, choices=_targets(version_id))
    if not form.is_valid():
        messages.error(request, "Nothing was halted: choose an arm.")
        return None
    said = form.cleaned_data
    halt_policy(experiment, to=said["to"], because=said["because"], now=timezone.now())
    messages.success(request, "Halted. Within two seconds everybody gets what you chose; nothing is learnt from it.")
    return None


def _unhalt(_request: HttpRequest, experiment: Experiment, _version_id: int) -> None:
    unhalt_policy(experiment, now=timezone.now())
    messages.success(_request, "The policy decides again.")


Action = Callable[[HttpRequest, Experiment, int], HttpResponse | None]
ACTIONS: dict[str, Action] = {
    "propose": _propose,
    "start": _start,
    "stop": _stop,
    "roll-back": _roll_back,
    "halt": _halt,
    "unhalt": _unhalt,
}


def _page(
    request: HttpRequest, experiment: Experiment, version_id: int, *, form: SwitchForm | None = None, status: int = 200
) -> HttpResponse:
    user = cast("User", request.user)
    may_run, may_read = (may(user, right, experiment.study) for right in (Right.RUN, Right.DOWNLOAD))
    now = timezone.now()
    rows = list(Switch.objects.of(experiment).select_related("version_from", "version_to", "version_back")[:MOST])
    shown = [seen(row, now=now) for row in rows] if may_read else []
    current = _chosen(request, shown)
    running = next((row for row in rows if row.status == Switch.Status.RAMPING), None)
    context = {
        **admin.site.each_context(request),
        "title": f"Policy: {experiment.title}",
        "experiment": experiment,
        "serving": serving(experiment),
        "current": current,
        "switches": shown,
        "running": running,
        "may_run": may_run,
        "may_read": may_read,
        "form": form or _form(request, experiment, version_id),
        "halt_form": HaltForm(None, choices=_targets(version_id)),
        "can_propose": may_run and experiment.is_open and running is None,
    }
    response = render(request, "bandits/policy.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _chosen(request: HttpRequest, shown: list[SwitchSeen]) -> SwitchSeen | None:
    """The one that the address names, else the newest."""
    asked = request.GET.get("switch", "")
    return next((one for one in shown if str(one.switch.number) == asked), shown[0] if shown else None)


def _form(request: HttpRequest, experiment: Experiment, version_id: int) -> SwitchForm:
    running = normalise({"allocation": blueprint_of(version_id).allocation}, complete=False)["allocation"]
    edited = normalise({"allocation": experiment.allocation}, complete=False)["allocation"]
    is_owner = may(cast("User", request.user), Right.MANAGE, experiment.study)
    given = request.POST if request.method == "POST" and "stages" in request.POST else None
    return SwitchForm(given, is_edited=edited != running, is_owner=is_owner)


def _targets(version_id: int) -> list[tuple[str, str]]:
    """What everybody may be sent to."""
    arms, blueprint = learning_of(version_id).arms, blueprint_of(version_id)
    names = [arm.name for arm in arms if arm.weight]
    controls = [name for name in names if blueprint.arms[name].is_control]
    first = [("", f"the control, {' or '.join(controls)}")] if controls else []
    return [*first, *((name, name) for name in names if name not in controls), (EVEN, "every arm, evenly")]


def _named(request: HttpRequest, experiment: Experiment) -> Switch:
    number = request.POST.get("number", "")
    found = Switch.objects.filter(experiment=experiment, number=int(number) if number.isdecimal() else 0).first()
    if found is None:
        raise Unknown("There is no such switch.")
    return found


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Policy", "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)
