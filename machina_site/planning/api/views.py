"""What an experiment needs and costs, and what would come out, for a program."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api.base import ExperimentView
from experiments.api.queries import query_of
from experiments.errors import BadValue
from machina_site.planning.api.shapes import (
    ExperimentPlanShown,
    NextQuery,
    NextStepShown,
    PlanQuery,
    PlanSimulationShown,
    SimulationQuery,
)
from machina_site.planning.reading import Known, known_of

PLAYED = ("runs", "seed", "piece")


def _given(asked: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in asked.items() if name not in PLAYED}


@extend_schema(tags=["analysis"])
class PlanView(ExperimentView):
    """/experiments/<slug>/plan/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="plan_experiment", parameters=[PlanQuery], responses=ExperimentPlanShown)
    def get(self, request: Request, slug: str) -> Response:
        """How many people, what they cost, how long it takes, and the chance to find the effect.

        What is left out is suggested: from the definition, what was measured so far, and the campaign's prices. 422
        with a sentence where there is no such plan. Nothing is stored.
        """
        from machina_site.planning.composing import planned_of, wanted_of

        known = known_of(self.experiment, with_data=True)
        try:
            planned = planned_of(known, wanted_of(known, _given(_asked(request, PlanQuery))))
        except ValueError as error:
            raise BadValue(str(error), hint="GET /plan/ without parameters says what is suggested.") from error
        return Response({**planned.as_json(), "currency": known.currency, "measured": known.facts.measured})


@extend_schema(tags=["analysis"])
class NextStepView(ExperimentView):
    """/experiments/<slug>/plan/next/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="next_step", parameters=[NextQuery], responses=NextStepShown)
    def get(self, request: Request, slug: str) -> Response:
        """Under way: go on or stop, what the next batch is worth, and how many of its places each arm gets.

        From what was counted last. `reason` is “go on”, success, futile, value or money. 422 with a sentence while
        nobody was measured.
        """
        from analysis.planning.next_step import Ask
        from machina_site.planning.composing import wanted_of
        from machina_site.planning.standing import next_step_of

        known, asked = known_of(self.experiment, with_data=True), _asked(request, NextQuery)
        try:
            ask = Ask(size=int(str(asked.pop("size"))), target=str(asked.pop("target")))
            step = next_step_of(self.experiment, known, wanted_of(known, asked), ask)
        except ValueError as error:
            raise BadValue(str(error), hint="GET /plan/ says what is planned.") from error
        return Response(step.as_json())


@extend_schema(tags=["analysis"])
class PlanSimulationView(ExperimentView):
    """/experiments/<slug>/plan/simulation/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="simulate_plan", parameters=[SimulationQuery], responses=PlanSimulationShown)
    def get(self, request: Request, slug: str) -> Response:
        """The plan played through, with no effect and with the one planned: errors, power, choices, people, cost.

        Fewer `runs` come back than asked for where more would take too long for one request: ask for the next `piece`
        and add the sums. The same seed and piece give the same runs.
        """
        known = known_of(self.experiment, with_data=True)
        asked = _asked(request, SimulationQuery)
        return Response(_played(known, asked))


def _played(known: Known, asked: dict[str, object]) -> dict[str, object]:
    from machina_site.planning.composing import planned_of, played, runs_at_once, wanted_of

    try:
        planned = planned_of(known, wanted_of(known, _given(asked)))
        runs = min(int(str(asked["runs"])), runs_at_once(known, planned))
        seed, piece = int(str(asked["seed"])), int(str(asked["piece"]))
        report = played(known, planned, runs=runs, seed=seed, piece=piece)
    except ValueError as error:
        raise BadValue(str(error), hint="GET /plan/ without parameters says what is suggested.") from error
    return {**report.as_json(), "seed": seed, "piece": piece}


def _asked(request: Request, shape: type[serializers.Serializer[object]]) -> dict[str, object]:
    return {name: value for name, value in query_of(request, shape).items() if value is not None}
