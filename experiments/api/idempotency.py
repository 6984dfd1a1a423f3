"""The header Idempotency-Key, for views that create."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.api.access import caller_of
from experiments.api.base import ApiView
from experiments.api.parsers import YamlBody
from experiments.definition import sha256_of
from experiments.services.idempotency import Answer, Asked, once
from experiments.types import Json

KEY = re.compile(r"[\x21-\x7e]{1,200}")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A name of your own for this request, such as a UUID. Sent again within a day, with the same body, it "
    "is answered as before and does nothing; with another body: 422.",
)


def idempotent(post: Callable[..., Response]) -> Callable[..., Response]:
    """Answer a repeated POST as the first time."""

    @wraps(post)
    def answer(view: ApiView, request: Request, *args: object, **kwargs: object) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return post(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise ValidationError({"Idempotency-Key": "Up to 200 visible ASCII characters, without blanks."})
        asked = Asked(caller_of(request), f"{request.method} {request.path}", key, _digest(request.data))
        answer, is_repeated = once(asked, lambda: _kept(post(view, request, *args, **kwargs)), now=timezone.now())
        headers = {"Idempotent-Replayed": "true"} if is_repeated else {}
        return Response(answer.body, status=answer.status, headers=headers)

    return answer


def _digest(body: object) -> str:
    document = body.document if isinstance(body, YamlBody) else body
    return sha256_of(cast(Json, document))


def _kept(response: Response) -> Answer:
    return Answer(response.status_code, json.loads(JSONRenderer().render(response.data)))
