"""What every room's API shares of RFC 9457. The site turns errors into these documents."""

from __future__ import annotations

from typing import Final

from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer

PROBLEM_TYPE: Final = "application/problem+json"


class ProblemRenderer(JSONRenderer):
    """JSON under the media type of problems."""

    media_type = PROBLEM_TYPE
    format = "problem"


class TooLarge(APIException):
    """The body is larger than anybody needs."""

    status_code = 413
    default_detail = "The body is larger than 10 MB."
    default_code = "too-large"


class LengthRequired(APIException):
    """A body of unknown length is not read."""

    status_code = 411
    default_detail = "The body came in chunks, without its length."
    default_code = "length-required"
