"""Safe switch over the API: propose a policy, let it in, send it back; the kill switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.api.switch_shapes import SWITCH, HaltAsked, Reason, ServingShown, SwitchAsked, SwitchShown
from bandits.errors import BadSpec, SwitchRefused
from bandits.models import Switch
from bandits.policies import PolicyError
from bandits.ramps import Plan
from bandits.services.halting import halt_policy, unhalt_policy
from bandits.services.ramping import roll_back_switch, start_switch
from bandits.services.switching import Proposal, propose_switch, stop_switch
from bandits.serving import serving
from experiments.access import Right
from experiments.api.access import find_experiment
from experiments.api.base import ExperimentView
from experiments.api.pagination import PageQuery, page_response
from experiments.api.shapes import page_of
from experiments.errors import Unknown
from experiments.models import Experiment
from experiments.types import Json, JsonObject


@extend_schema(tags=["policies"])
class SwitchesView(ExperimentView):
    """/experiments/<slug>/switches/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.RUN}

    @extend_schema(operation_id="list_switches", parameters=[PageQuery], responses=page_of(SwitchShown, SWITCH))
    def get(self, request: Request, slug: str) -> Response:
        """Every policy that was ever proposed, what it was judged by and how it went on; the oldest first."""
        rows = Switch.objects.filter(experiment=self.experiment)
        return page_response(
            request, rows.select_related("version_from", "version_to", "version_back"), SwitchShown.many_of
        )

    @extend_schema(operation_id="propose_switch", request=SwitchAsked, responses={201: SwitchShown})
    def post(self, request: Request, slug: str) -> Response:
        """Judge a candidate on the running policy's log. If its lower bound is above 0 it is let in, step by step.

        409 `switch-refused` otherwise, with `numbers`; the refusal is kept, and the next challenge needs more evidence.
        """
        sent = SwitchAsked.read(request.data)
        proposal = _proposal(sent)
        if proposal.because:
            find_experiment(request, slug, Right.MANAGE)
        switch = propose_switch(self.experiment, proposal, now=timezone.now())
        if switch.status == Switch.Status.REFUSED:
            raise SwitchRefused(switch.ended_for, number=switch.number, numbers=switch.numbers)
        if sent["start"]:
            switch = start_switch(switch, now=timezone.now())
        return Response(SwitchShown.one(switch), status=201)


@extend_schema(tags=["policies"])
class SwitchView(ExperimentView):
    """/experiments/<slug>/switches/<number>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_switch", responses=SwitchShown)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """One of them."""
        return Response(SwitchShown.one(_switch(self.experiment, number)))


@dataclass(frozen=True, slots=True)
class Action:
    """A step of a switch's life. sentence: for the documentation."""

    act: Callable[[Switch, str], Switch]
    sentence: str


ACTIONS = {
    "start": Action(lambda switch, _: start_switch(switch, now=timezone.now()), "Let a proposed policy in."),
    "stop": Action(
        lambda switch, why: stop_switch(switch, why or "Withdrawn.", now=timezone.now()), "Withdraw a proposal."
    ),
    "roll-back": Action(
        lambda switch, why: roll_back_switch(switch, why or "Rolled back by hand.", now=timezone.now()),
        "Let the old policy decide alone again.",
    ),
}


class SwitchActionView(ExperimentView):
    """/experiments/<slug>/switches/<number>/<action>/"""

    rights: ClassVar = {"POST": Right.RUN}


def switch_action_view(name: str, action: Action) -> type[SwitchActionView]:
    """The view of one action, under its own name in the documentation."""

    @extend_schema(
        tags=["policies"],
        operation_id=f"{name.replace('-', '_')}_switch",
        description=f"{action.sentence} Twice is as good as once.",
        request=Reason,
        responses=SwitchShown,
    )
    def post(view: SwitchActionView, request: Request, slug: str, number: int) -> Response:
        because = str(Reason.read(request.data)["because"])
        switch = action.act(_switch(view.experiment, number), because)
        return Response(SwitchShown.one(_switch(view.experiment, switch.number)))

    return type(f"Switch{name.title().replace('-', '')}View", (SwitchActionView,), {"post": post})


@extend_schema(tags=["policies"])
class PolicyView(ExperimentView):
    """/experiments/<slug>/policy/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_policy", responses=ServingShown)
    def get(self, request: Request, slug: str) -> Response:
        """What decides at the moment: which policy, with what share, or the arms that everybody gets."""
        return Response(ServingShown.one(serving(self.experiment)))


@extend_schema(tags=["policies"])
class HaltView(ExperimentView):
    """/experiments/<slug>/policy/halt/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="halt_policy", request=HaltAsked, responses=ServingShown)
    def post(self, request: Request, slug: str) -> Response:
        """The kill switch: everybody gets the control, within two seconds. Nothing is learnt from it."""
        sent = HaltAsked.read(request.data)
        halt_policy(self.experiment, to=str(sent["to"]), because=str(sent["because"]), now=timezone.now())
        return Response(ServingShown.one(serving(self.experiment)))


@extend_schema(tags=["policies"])
class UnhaltView(ExperimentView):
    """/experiments/<slug>/policy/unhalt/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="unhalt_policy", request=Reason, responses=ServingShown)
    def post(self, request: Request, slug: str) -> Response:
        """Let the policy decide again, with all that it knew."""
        unhalt_policy(self.experiment, because=str(Reason.read(request.data)["because"]), now=timezone.now())
        return Response(ServingShown.one(serving(self.experiment)))


def _proposal(sent: dict[str, object]) -> Proposal:
    try:
        plan = Plan.parse(cast(Json, sent["plan"]))
    except PolicyError as error:
        raise BadSpec(error) from error
    return Proposal(
        allocation=cast("JsonObject | None", sent["allocation"]),
        confidence=cast(float, sent["confidence"]),
        plan=plan,
        because=str(sent["because"]),
    )


def _switch(experiment: Experiment, number: int) -> Switch:
    rows = Switch.objects.filter(experiment=experiment, number=number)
    found = rows.select_related("version_from", "version_to", "version_back").first()
    if found is None:
        raise Unknown(f"There is no switch {number} of “{experiment.title}”.", hint="GET …/switches/ lists them.")
    return found
