"""Query parameters, checked like everything else."""

from __future__ import annotations

from typing import cast

from rest_framework import serializers
from rest_framework.request import Request

from experiments.api.serializers import RowsQuery


def query_of(request: Request, shape: type[serializers.Serializer[object]]) -> dict[str, object]:
    """The parameters that `shape` names; ValidationError names each bad one."""
    query = shape(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return cast("dict[str, object]", query.validated_data)


def wants_rehearsal(request: Request) -> bool:
    """Whether rehearsal rows are asked for; real ones are what a list shows by itself."""
    return bool(query_of(request, RowsQuery)["rehearsal"])
