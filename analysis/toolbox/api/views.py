"""The methods: which there are, what each reads, and its answer to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.statistics.methods import METHODS, Method
from analysis.statistics.methods.door import Cell, Default, NoDoor
from analysis.toolbox.api.shapes import (
    MethodAnswered,
    MethodSent,
    MethodShown,
    MethodsQuery,
    MethodsShown,
    described,
    listed,
)
from analysis.toolbox.computing.calling import found_by
from analysis.toolbox.computing.problems import BadInput
from analysis.toolbox.computing.table import Table
from analysis.toolbox.limits import require_small
from experiments.access import Right
from experiments.api.base import ApiView
from experiments.api.queries import query_of
from experiments.errors import Invalid, Refusal, Unknown
from experiments.problems import did_you_mean


@extend_schema(tags=["methods"])
class MethodsView(ApiView):
    """/methods/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_methods", parameters=[MethodsQuery], responses=MethodsShown)
    def get(self, request: Request) -> Response:
        """Every method of statistics there is; with `search` those that speak of all its words. Of no study."""
        words = str(query_of(request, MethodsQuery)["search"])
        return Response({"results": [listed(method) for method in found_by(words)]})


@extend_schema(tags=["methods"])
class MethodView(ApiView):
    """/methods/<key>/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.VIEW}

    @extend_schema(operation_id="show_method", responses=MethodShown)
    def get(self, request: Request, method: str) -> Response:
        """What it promises, its formula and source, the columns it reads, its settings, and an example to send."""
        return Response(described(_method(method)))

    @extend_schema(operation_id="ask_method", request=MethodSent, responses=MethodAnswered)
    def post(self, request: Request, method: str) -> Response:
        """Its answer to the table sent. Nothing is stored. 422 names the place of each value that does not fit."""
        asked, sent = _method(method), MethodSent.read(request.data)
        if isinstance(asked.door, NoDoor):
            raise Unknown(asked.door.why, hint="GET /methods/ says which may be asked here.")
        columns = cast("Mapping[str, Sequence[Cell]]", sent["columns"])
        try:
            require_small(asked.door, columns)
            return Response(_answer(asked, columns, sent))
        except BadInput as error:
            raise _invalid(error) from error


def _answer(method: Method, columns: Mapping[str, Sequence[Cell]], sent: Mapping[str, object]) -> dict[str, object]:
    from analysis.toolbox.computing.answering import answer  # SciPy: only when somebody asks
    from analysis.toolbox.computing.shapes_sent import plain_settings, roles_sent

    roles = roles_sent(cast("Mapping[str, object]", sent["roles"]))
    settings: dict[str, Default] = plain_settings(cast("Mapping[str, object]", sent["settings"]))
    return answer(method, Table(columns), roles, settings).as_json()


def _method(key: str) -> Method:
    if key not in METHODS:
        raise Unknown(f"There is no method “{key}”.", hint=did_you_mean(key, METHODS))
    return METHODS[key]


def _invalid(error: BadInput) -> Refusal:
    errors = tuple({"path": each.path, "message": each.sentence} for each in error.problems)
    return Invalid(f"{len(errors)} to mend: {errors[0]['message']}", errors=errors)
