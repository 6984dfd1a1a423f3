"""Safety tests over the API: list, look, withdraw, serve, look again at new rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.assurance.api.finding import TestView, visible_tests
from analysis.assurance.api.shapes import (
    LOOK,
    TEST,
    BecauseSent,
    RetestShown,
    RowsSent,
    ServedShown,
    ServeSent,
    TestShown,
    TestsQuery,
)
from analysis.assurance.models import SafetyTest
from analysis.assurance.services.collecting import collected
from analysis.assurance.services.pinning import pin_model
from analysis.assurance.services.retesting import deliver_rows
from analysis.assurance.services.taking_down import take_down, withdraw_test
from experiments.access import Right
from experiments.api.access import find_experiment
from experiments.api.base import ApiView
from experiments.api.pagination import PageQuery, page_response
from experiments.api.queries import query_of
from experiments.api.shapes import page_of
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@extend_schema(tags=["safety"])
class TestsView(ApiView):
    """/safety/tests/"""

    __test__ = False
    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="list_safety_tests", parameters=[TestsQuery, PageQuery], responses=page_of(TestShown, TEST)
    )
    def get(self, request: Request) -> Response:
        """The safety tests of your studies, the oldest first; `batch`, `passed` and `data_sha256` narrow the list."""
        query = query_of(request, TestsQuery)
        rows = visible_tests(request)
        wanted = {"run__batch__slug": query["batch"], "data_sha256": query["data_sha256"]}
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        if query["passed"] is not None:
            rows = rows.filter(passed=bool(query["passed"]))
        return page_response(request, rows, TestShown.many_of)


@extend_schema(tags=["safety"])
class TestDetailView(TestView):
    """/safety/tests/<id>/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_safety_test", responses=TestShown)
    def get(self, request: Request, test: str) -> Response:
        """One of them, with what was found of every constraint."""
        return Response(TestShown.one(self.test))


@extend_schema(tags=["safety"])
class TestWithdrawView(TestView):
    """/safety/tests/<id>/withdraw/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="withdraw_safety_test", request=BecauseSent, responses=TestShown)
    def post(self, request: Request, test: str) -> Response:
        """It stands no more: arms that serve its model are taken down. Twice is as good as once."""
        because = str(BecauseSent.read(request.data)["because"])
        withdrawn = withdraw_test(self.test, because=because, now=timezone.now())
        take_down(withdrawn, now=timezone.now())
        return Response(TestShown.one(_fresh(self.test)))


@extend_schema(tags=["safety"])
class TestServeView(TestView):
    """/safety/tests/<id>/serve/"""

    rights: ClassVar = {"POST": Right.EDIT}

    @extend_schema(operation_id="serve_proven_model", request=ServeSent, responses=ServedShown)
    def post(self, request: Request, test: str) -> Response:
        """Pin the model to an arm. It goes live when the experiment is published; the gate looks at it then."""
        sent = ServeSent.read(request.data)
        experiment = find_experiment(request, str(sent["experiment"]), Right.EDIT)
        return Response(ServedShown.one(pin_model(experiment, str(sent["arm"]), self.test)))


@extend_schema(tags=["safety"])
class TestRetestsView(TestView):
    """/safety/tests/<id>/retests/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.RUN}

    @extend_schema(
        operation_id="list_retests",
        parameters=[PageQuery],
        responses=page_of(RetestShown, LOOK),
    )
    def get(self, request: Request, test: str) -> Response:
        """Every look at new rows, the oldest first."""
        return page_response(request, self.test.retests.all(), RetestShown.many_of)

    @extend_schema(operation_id="retest", request=RowsSent, responses={201: RetestShown})
    def post(self, request: Request, test: str) -> Response:
        """Look again, with these rows besides all earlier ones; valid however often. The same rows count once.

        Proven broken, the test is `drifted`: arms that serve the model are taken down, hooks and diary are told.
        """
        sent, now = RowsSent.read(request.data), timezone.now()
        rows = collected(self.test, now=now) if sent["collect"] else cast("list[JsonObject]", sent["rows"])
        retest = deliver_rows(self.test, rows, now=now, user=cast("User", request.user))
        return Response(RetestShown.one(retest), status=201)


def _fresh(test: SafetyTest) -> SafetyTest:
    return SafetyTest.objects.select_related("run__batch__experiment", "safety_set").get(pk=test.pk)
