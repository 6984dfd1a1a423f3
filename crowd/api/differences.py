"""Where the platforms and we disagree, over the API; an empty list is the good state."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.difference_shapes import CrowdDifferencesShown, CrowdLookShown, CrowdRetryAsked, CrowdRetryShown
from crowd.models import Campaign
from crowd.reads.differences import accounts_of, differences
from crowd.services.mending import look_now, try_row_again
from experiments.access import Right
from experiments.api.base import StudyView


class CrowdView(StudyView):
    """Below /studies/<slug>/crowd/."""

    def campaigns(self) -> QuerySet[Campaign]:
        """The study's."""
        return Campaign.objects.filter(experiment__study=self.study)


@extend_schema(tags=["crowd"])
class DifferencesView(CrowdView):
    """/studies/<slug>/crowd/differences/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_differences", responses=CrowdDifferencesShown)
    def get(self, request: Request, slug: str) -> Response:
        """Every posting, decision, person and payment that a platform has otherwise than we do, and its accounts.

        At most 200 of each kind. `comes_by_itself`: it is tried again; otherwise somebody has to do what `advice` says.
        """
        now = timezone.now()
        lines, accounts = differences(self.campaigns(), now), accounts_of(self.campaigns(), now)
        return Response(CrowdDifferencesShown.one({"differences": lines, "accounts": accounts}))


@extend_schema(tags=["crowd"])
class RetryView(CrowdView):
    """/studies/<slug>/crowd/retry/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="retry_difference", request=CrowdRetryAsked, responses={202: CrowdRetryShown})
    def post(self, request: Request, slug: str) -> Response:
        """Call the platform again for one row that it refused or that has to wait. Nothing else about it changes."""
        subject = str(CrowdRetryAsked.read(request.data)["subject"])
        try_row_again(subject, self.campaigns(), now=timezone.now())
        return Response({"subject": subject}, status=202)


@extend_schema(tags=["crowd"])
class LookView(CrowdView):
    """/studies/<slug>/crowd/look/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="look_at_platforms", request=None, responses={202: CrowdLookShown})
    def post(self, request: Request, slug: str) -> Response:
        """Read the accounts of the study's campaigns within seconds, also those that are left alone for a while."""
        return Response({"accounts": look_now(self.campaigns(), now=timezone.now())}, status=202)
