"""Decisions and rewards: ask an experiment that learns, and tell it what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.api.decision_shapes import (
    DecisionAsked,
    DecisionsAsked,
    DecisionShown,
    DecisionsMade,
    RewardReceipt,
    RewardSent,
    RewardShown,
    RewardsSent,
)
from bandits.models import Decision, Reward
from bandits.services.deciding import Asked, decide, decide_many
from bandits.services.rewarding import Sent, reward_many
from experiments.access import Right
from experiments.api import examples
from experiments.api.access import find_experiment
from experiments.api.base import ApiView, ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import wants_rehearsal
from experiments.api.serializers import RowsQuery
from experiments.api.shapes import page_of
from experiments.errors import Unknown
from experiments.models import Experiment
from experiments.published import arm_name, blueprint_of
from experiments.types import Json, JsonObject


@extend_schema(tags=["decisions"])
class DecisionsView(ExperimentView):
    """/experiments/<slug>/decisions/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.RUN}
    is_hot = True

    @extend_schema(
        operation_id="list_decisions",
        parameters=[RowsQuery, PageQuery],
        responses=page_of(DecisionShown, examples.DECISION),
    )
    def get(self, request: Request, slug: str) -> Response:
        """What was decided, with what chance, on what, in the order in which it was."""
        rows = Decision.objects.of(self.experiment, is_rehearsal=wants_rehearsal(request))
        return page_response(request, rows, lambda page: shown(self.experiment, page))

    @extend_schema(
        operation_id="decide",
        request=DecisionAsked,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: DecisionShown, 201: DecisionShown},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Decide for a visitor or a request. The same key gets the same decision for ever: 200 instead of 201."""
        asked = _asked(DecisionAsked.read(request.data))
        decision, is_new = decide(self.experiment, asked, now=timezone.now())
        return Response(shown(self.experiment, [decision])[0], status=201 if is_new else 200)


@extend_schema(tags=["decisions"])
class BulkDecisionsView(ExperimentView):
    """/experiments/<slug>/decisions/bulk/"""

    rights: ClassVar = {"POST": Right.RUN}
    is_hot = True

    @extend_schema(
        operation_id="decide_many",
        request=DecisionsAsked,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: DecisionsMade, 201: DecisionsMade},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Decide up to 10,000 times from one state: all, or none."""
        sent = cast("list[dict[str, object]]", DecisionsAsked.read(request.data)["decisions"])
        made = decide_many(self.experiment, [_asked(one) for one in sent], now=timezone.now())
        new = sum(is_new for _, is_new in made)
        rows = shown(self.experiment, [decision for decision, _ in made])
        return Response({"decisions": rows, "new": new}, status=201 if new else 200)


@extend_schema(tags=["decisions"])
class RewardsView(ExperimentView):
    """/experiments/<slug>/rewards/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.RUN}
    is_hot = True

    @extend_schema(
        operation_id="list_rewards", parameters=[RowsQuery, PageQuery], responses=page_of(RewardShown, examples.REWARD)
    )
    def get(self, request: Request, slug: str) -> Response:
        """What came of decisions, and which state learnt it."""
        rows = Reward.objects.of(self.experiment, is_rehearsal=wants_rehearsal(request))
        return page_response(request, rows.select_related("decision"), RewardShown.many_of)

    @extend_schema(
        operation_id="reward_many",
        request=RewardsSent,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: RewardReceipt, 201: RewardReceipt},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Take up to 10,000 rewards: all, or none. Every one that cannot be is named."""
        sent = cast("list[dict[str, object]]", RewardsSent.read(request.data)["rewards"])
        return _taken(self.experiment, [_sent(one, cast(uuid.UUID, one["decision"])) for one in sent])


@extend_schema(tags=["decisions"])
class DecisionRewardView(ApiView):
    """/decisions/<id>/reward/"""

    rights: ClassVar = {"POST": Right.RUN}
    is_hot = True
    experiment: Experiment

    def open(self, request: Request, right: Right) -> None:
        """404 for a decision of a study that the caller may not know of."""
        identity = self.kwargs["decision"]
        slug = Decision.objects.filter(uuid=identity).values_list("experiment__slug", flat=True).first()
        try:
            self.experiment = find_experiment(request, slug or "", right)
        except Unknown as error:
            raise Unknown(f"There is no decision {identity} that you can see.") from error

    @extend_schema(
        operation_id="reward",
        request=RewardSent,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: RewardReceipt, 201: RewardReceipt},
    )
    @idempotent
    def post(self, request: Request, decision: uuid.UUID) -> Response:
        """Say what came of a decision, until it is due. The same value again changes nothing: 200 instead of 201."""
        return _taken(self.experiment, [_sent(RewardSent.read(request.data), decision)])


def _asked(sent: Mapping[str, object]) -> Asked:
    return Asked(key=str(sent["key"]), context=cast(JsonObject, sent["context"]))


def _sent(sent: Mapping[str, object], decision: uuid.UUID) -> Sent:
    measures = cast(JsonObject, sent["measures"])
    return Sent(decision, cast(Json, sent.get("value")), correct=bool(sent["correct"]), measures=measures)


def _taken(experiment: Experiment, sent: list[Sent]) -> Response:
    taken = reward_many(experiment, sent, now=timezone.now())
    return Response({"taken": taken, "known": len(sent) - taken}, status=201 if taken else 200)


def shown(experiment: Experiment, decisions: Iterable[Decision]) -> list[dict[str, object]]:
    """Rows as `DecisionShown` says; by hand, since ten thousand at once are shown. Payloads are those in force now."""
    arms = blueprint_of(experiment.version_id).arms if experiment.version_id else {}
    rows: list[dict[str, object]] = []
    for decision in decisions:
        name = arm_name(decision.arm_id)
        arm = arms.get(name)
        rows.append(
            {
                "id": decision.uuid,
                "key": decision.key,
                "arm": name,
                "levels": arm.levels if arm else {},
                "payload": arm.payload if arm else {},
                "propensity": decision.propensity,
                "policy_version": decision.policy_version,
                "among": decision.among,
                "excluded": decision.excluded,
                "context": decision.context,
                "is_rehearsal": decision.is_rehearsal,
                "decided_at": decision.decided_at,
                "due": decision.due,
            }
        )
    return rows
