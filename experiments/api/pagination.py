"""Lists, page by page. A page starts after the last row of the one before: new rows never shift it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

Row = TypeVar("Row", bound=Model)
LARGEST_KEY = 2**63 - 1


class PageQuery(serializers.Serializer[None]):
    """What every list takes."""

    cursor = serializers.CharField(required=False, default="", max_length=60, help_text="From `next`; opaque.")
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that was asked for: rows with a key above `after`."""

    after: int
    limit: int

    @classmethod
    def by(cls, request: Request) -> Asked:
        """ValidationError names the parameter."""
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        cursor = query.validated_data["cursor"]
        return cls(_key_in(cursor) if cursor else 0, query.validated_data["limit"])


def page_response(
    request: Request, rows: QuerySet[Row], show: Callable[[Iterable[Row]], list[dict[str, object]]]
) -> Response:
    """{"results": […], "next": address or null}, in the order in which rows were made. One query."""
    asked = Asked.by(request)
    found = list(rows.filter(pk__gt=asked.after).order_by("pk")[: asked.limit + 1])
    page, has_more = found[: asked.limit], len(found) > asked.limit
    address = _address(request, _cursor(page[-1].pk)) if has_more else None
    return Response({"results": show(page), "next": address})


def _address(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _cursor(key: int) -> str:
    return base64.urlsafe_b64encode(f"after {key}".encode()).decode().rstrip("=")


def _key_in(cursor: str) -> int:
    """The key in a cursor that we gave out."""
    try:
        text = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        word, key = text.split(" ")
        number = int(key) if word == "after" and key.isdecimal() and len(key) < 20 else -1
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if not 0 <= number <= LARGEST_KEY:
        raise _bad_cursor()
    return number


def _bad_cursor() -> serializers.ValidationError:
    return serializers.ValidationError({"cursor": "This is no cursor of ours: take it from `next`."})
