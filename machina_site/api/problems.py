"""RFC 9457: everything that goes wrong in the API becomes one kind of document."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from experiments.api.problems import PROBLEM_TYPE, LengthRequired, ProblemRenderer, TooLarge
from experiments.errors import Invalid, NotReady, Refusal
from experiments.problems import StudyFileError
from experiments.types import JsonObject
from machina_site.api.catalogue import CATALOGUE

log = logging.getLogger("django.request")
Error = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said of one failure. errors: {path, message, …} for each thing to mend."""

    status: int
    code: str
    detail: str
    hint: str = ""
    errors: Sequence[Error] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    details: JsonObject = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Its JSON."""
        known = CATALOGUE[self.code] if self.code in CATALOGUE else CATALOGUE["refused"]
        body: dict[str, object] = {
            "type": f"/api/problems/{self.code}/",
            "title": known.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "hint": self.hint or known.hint,
            **self.details,
        }
        return {**body, "errors": list(self.errors)} if self.errors else body


def problem_response(exc: Exception, context: Mapping[str, object]) -> Response:
    """Django REST framework calls it with whatever a view raised. Never a traceback; a bug is logged with one."""
    problem = problem_of(exc)
    if problem is None:
        log.error("The API failed.", exc_info=exc)
        problem = _fault(exc)
    set_rollback()
    return as_response(problem)


def _fault(error: Exception) -> Problem:
    """Nothing of its text goes out. What the database could not do now, it may do in a moment."""
    if isinstance(error, OperationalError | InterfaceError):
        away = "The database cannot be reached at the moment; nothing was changed."
        return Problem(503, "unavailable", away, headers={"Retry-After": "2"})
    return Problem(500, "internal", "Something failed on our side; it was logged.")


def as_response(problem: Problem) -> Response:
    """The problem, in its own media type whatever was asked for."""
    response = Response(problem.document(), status=problem.status, content_type=PROBLEM_TYPE)
    response.force_renderer = ProblemRenderer()  # type: ignore[attr-defined]  # read by ApiView
    for name, value in problem.headers.items():
        response[name] = value
    return response


def problem_of(error: Exception) -> Problem | None:
    """What to say of it; None for a bug."""
    if isinstance(error, Refusal):
        return Problem(error.status, error.code, error.message, error.hint, _errors_of(error), details=error.details)
    if isinstance(error, StudyFileError):
        first = str(error.problems[0]) if error.problems else "The file cannot be read."
        return Problem(400, "malformed", first, errors=[each.as_error() for each in error.problems])
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail, ""))
        return Problem(422, "invalid", f"{len(errors)} to mend: {_first(errors)}", errors=errors)
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    return _of_framework(error) if isinstance(error, exceptions.APIException) else None


FRAMEWORK = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not-authenticated",
    exceptions.AuthenticationFailed: "bad-token",
    exceptions.PermissionDenied: "forbidden",
    exceptions.NotFound: "unknown",
    exceptions.MethodNotAllowed: "method-not-allowed",
    exceptions.NotAcceptable: "not-acceptable",
    exceptions.UnsupportedMediaType: "unsupported-media-type",
    exceptions.Throttled: "too-many-requests",
    TooLarge: "too-large",
    LengthRequired: "length-required",
}


def _of_framework(error: exceptions.APIException) -> Problem:
    code = next((code for kind, code in FRAMEWORK.items() if isinstance(error, kind)), "refused")
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    return Problem(error.status_code, code, str(error.detail), headers=headers)


def _errors_of(refusal: Refusal) -> Sequence[Error]:
    if isinstance(refusal, NotReady):
        return [{"path": "", "message": sentence} for sentence in refusal.problems]
    return refusal.errors if isinstance(refusal, Invalid) else ()


def _flat(detail: object, path: str) -> Iterator[Error]:
    """DRF's nested errors as a list; list entries by their number."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flat(inner, f"{path}.{name}".strip("."))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _flat(inner, f"{path}[{index}]" if nested else path)
    else:
        yield {"path": path, "message": str(detail)}


def _first(errors: Sequence[Error]) -> str:
    first = errors[0] if errors else {}
    return f"{first.get('path')}: {first.get('message')}".removeprefix(": ")
