"""ETag and If-Match of definitions: the hash of their canonical JSON, the same in JSON and YAML."""

from __future__ import annotations

import re

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

ETAG = re.compile(r'"([0-9a-f]{64})(?:-yaml)?"')
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what you read. If somebody changed it since, nothing is written: 412.",
)


def etag_of(sha256: str, request: Request) -> str:
    """Its ETag in the representation that the request accepts."""
    is_yaml = getattr(request.accepted_renderer, "format", "") == "yaml"
    return f'"{sha256}-yaml"' if is_yaml else f'"{sha256}"'


def expected_in(request: Request) -> str:
    """The hash that If-Match asks for; "" without that header (or with *)."""
    header = request.headers.get("If-Match", "")
    if header in ("", "*"):
        return ""
    found = ETAG.fullmatch(header.strip())
    if found is None:
        raise ValidationError({"If-Match": "Send the ETag as you got it, in its quotes."})
    return found[1]
