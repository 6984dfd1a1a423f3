"""What every view of the API does: refuse by default, say how often one may still ask, answer 304 to who has it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import ClassVar, Protocol, cast

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from experiments.access import Right
from experiments.api.access import find_experiment, find_study
from experiments.api.problems import LengthRequired, TooLarge
from experiments.errors import Forbidden
from experiments.models import Experiment, Study


class TellingThrottle(Protocol):
    """A throttle that says what is left."""

    def headers(self) -> dict[str, str]:
        """RateLimit-*."""


class ApiView(APIView):
    """rights: what each method asks for; a method without one is refused to everybody.

    is_hot: whether a POST comes with each request of somebody's app, and is counted by the limit for those.
    """

    http_method_names = ["get", "head", "post", "put"]  # noqa: RUF012 (Django declares it as a list on the instance)
    rights: ClassVar[Mapping[str, Right]] = {}
    is_hot: ClassVar[bool] = False

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Who, how often, how much, and whether they may."""
        super().initial(request, *args, **kwargs)
        if request.method is None or not hasattr(self, request.method.lower()):
            raise MethodNotAllowed(str(request.method))
        _require_readable(request)
        right = self.rights.get("GET" if request.method == "HEAD" else request.method)
        if right is None:
            raise Forbidden("Nobody may do this.")
        self.open(request, right)

    def open(self, request: Request, right: Right) -> None:
        """Find what the address names, or refuse."""

    def get_throttles(self) -> list[BaseThrottle]:
        """Kept, so that the response can tell what is left."""
        self._throttles = super().get_throttles()
        return self._throttles

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: object, **kwargs: object
    ) -> Response:
        """Add the headers; problems keep their own media type."""
        final = super().finalize_response(request, cast(Response, response), *args, **kwargs)
        problem_renderer = getattr(final, "force_renderer", None)
        if problem_renderer is not None:
            final.accepted_renderer, final.accepted_media_type = problem_renderer, problem_renderer.media_type
        for throttle in getattr(self, "_throttles", ()):
            for name, value in cast(TellingThrottle, throttle).headers().items():
                final[name] = value
        patch_vary_headers(final, ["Authorization", "Cookie", "Accept"])
        final["Cache-Control"] = "private, no-cache"
        if request.method in ("GET", "HEAD") and isinstance(final, Response):
            final.add_post_render_callback(partial(_not_modified, request))
        return final


class StudyView(ApiView):
    """Below /studies/<slug>/."""

    study: Study

    def open(self, request: Request, right: Right) -> None:
        """404 for a foreign study, 403 for too low a role."""
        self.study = find_study(request, str(self.kwargs["slug"]), right)


class ExperimentView(ApiView):
    """Below /experiments/<slug>/."""

    experiment: Experiment

    def open(self, request: Request, right: Right) -> None:
        """404 for a foreign experiment, 403 for too low a role."""
        self.experiment = find_experiment(request, str(self.kwargs["slug"]), right)


def _require_readable(request: Request) -> None:
    """The body has a length, and not too much of it; it is looked at before a byte is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired
    if int(length or 0) > settings.API_LARGEST_BODY:
        raise TooLarge


def _not_modified(request: Request, response: HttpResponse) -> HttpResponseBase | None:
    """304 with no body if the caller has this very answer."""
    if response.status_code != 200:
        return None
    if "ETag" not in response:
        response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request._request, etag=response["ETag"], response=response)
