"""Sessions: list, invite, return, withdraw."""

from __future__ import annotations

import uuid
from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api import examples
from experiments.api.base import ExperimentView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of, wants_rehearsal
from experiments.api.shapes import page_of
from experiments.errors import Unknown
from experiments.models import Experiment
from participants.api.serializers import (
    InvitationAsked,
    InvitationShown,
    SessionShown,
    SessionsQuery,
    WithdrawalAsked,
)
from participants.capability import token_of
from participants.invitation import invitation_of
from participants.models import Session
from participants.services.inviting import Invitation, invite
from participants.services.leaving import DataChoice, return_session, withdraw

RELATED = ("participant", "unit", "version", "assignment__arm")


def find_session(experiment: Experiment, session: uuid.UUID) -> Session:
    """The session; Unknown if it is not of this experiment."""
    found = Session.objects.of(experiment).select_related(*RELATED).filter(uuid=session).first()
    if found is None:
        raise Unknown(f"“{experiment.title}” has no session {session}.", code="unknown-session")
    return found


@extend_schema(tags=["sessions"])
class SessionsView(ExperimentView):
    """/experiments/<slug>/sessions/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "POST": Right.RUN}

    @extend_schema(
        operation_id="list_sessions",
        parameters=[SessionsQuery, PageQuery],
        responses=page_of(SessionShown, examples.SESSION),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Who takes part, by pseudonym, in the order in which they came."""
        query = query_of(request, SessionsQuery)
        rows = Session.objects.of(self.experiment).filter(is_rehearsal=wants_rehearsal(request))
        rows = rows.filter(status=str(query["status"])) if query["status"] else rows
        return page_response(request, rows.select_related(*RELATED).defer("answers"), SessionShown.many_of)

    @extend_schema(
        operation_id="invite",
        request=InvitationAsked,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: InvitationShown, 201: InvitationShown},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Invite a person: the answer has their own link. Inviting twice gives the same link: 200 instead of 201.

        The session begins, and a place is taken, when they open it and agree.
        """
        sent = InvitationAsked.read(request.data)
        invitation = invite(
            self.experiment, platform=str(sent["platform"]), external_id=str(sent["external_id"]), now=timezone.now()
        )
        return Response(_shown(self.experiment, invitation), status=201 if invitation.is_new else 200)


@extend_schema(tags=["sessions"])
class SessionView(ExperimentView):
    """/experiments/<slug>/sessions/<id>/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD}

    @extend_schema(operation_id="show_session", responses=SessionShown)
    def get(self, request: Request, slug: str, session: uuid.UUID) -> Response:
        """One session."""
        return Response(SessionShown.one(find_session(self.experiment, session)))


@extend_schema(tags=["sessions"])
class ReturnView(ExperimentView):
    """/experiments/<slug>/sessions/<id>/return/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="return_session", request=None, responses=SessionShown)
    def post(self, request: Request, slug: str, session: uuid.UUID) -> Response:
        """Give the person's place back, as when a platform says that they returned. Twice is as good as once."""
        found = find_session(self.experiment, session)
        return_session(token_of(found.uuid), now=timezone.now())
        return Response(SessionShown.one(find_session(self.experiment, session)))


@extend_schema(tags=["sessions"])
class WithdrawView(ExperimentView):
    """/experiments/<slug>/sessions/<id>/withdraw/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="withdraw_session", request=WithdrawalAsked, responses=SessionShown)
    def post(self, request: Request, slug: str, session: uuid.UUID) -> Response:
        """Withdraw a person who asked for it, keeping their answers or deleting them. Twice is as good as once."""
        found = find_session(self.experiment, session)
        choice = DataChoice(str(WithdrawalAsked.read(request.data)["data"]))
        withdraw(token_of(found.uuid), choice, now=timezone.now())
        return Response(SessionShown.one(find_session(self.experiment, session)))


def _shown(experiment: Experiment, invitation: Invitation) -> dict[str, object]:
    if invitation.session is not None:
        path = reverse("participants:page", args=[token_of(invitation.session.uuid)])
    else:
        query = urlencode({"participant": invitation_of(invitation.participant)})
        path = f"{reverse('participants:enter', args=[experiment.slug])}?{query}"
    session = find_session(experiment, invitation.session.uuid) if invitation.session else None
    return {
        "participant": str(invitation.participant.uuid),
        "link": f"{settings.PUBLIC_URL}{path}",
        "session": SessionShown.one(session) if session else None,
    }
