"""The API's front door, and what is said behind doors that do not exist."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import is_valid_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api.base import ApiView
from machina_site.api.catalogue import PublicView

LINKS = ("studies/", "experiments/", "study-schema/")
BELOW = (
    "definition/",
    "versions/",
    "arms/",
    "measures/",
    "units/",
    "assignments/",
    "bucket/",
    "decisions/",
    "decisions/bulk/",
    "rewards/",
    "learning/",
    "measurements/",
    "measurements/bulk/",
    "sessions/",
    "events/",
    "exports/",
    "campaigns/",
)


class RootView(ApiView):
    """/api/v1/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Where to go from here."""
        here = request.build_absolute_uri("/api/v1/")
        links = {name.strip("/"): f"{here}{name}" for name in LINKS}
        one = {name.strip("/"): f"{here}experiments/{{slug}}/{name}" for name in BELOW}
        docs = {"docs": request.build_absolute_uri("/api/docs/"), "schema": request.build_absolute_uri("/api/schema/")}
        return Response({**links, "experiment": one, **docs})


class NowhereView(PublicView):
    """Every other address below /api/: a problem, or the way to the same address with its slash."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """308 keeps method and body, which Django's own redirect would drop."""
        if not request.path.endswith("/") and _leads_somewhere(request.path_info + "/"):
            query = request.META.get("QUERY_STRING", "")
            response = HttpResponseRedirect(f"{request.path}/{'?' + query if query else ''}")
            response.status_code = 308
            return response
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Nothing is here for anybody."""
        super().initial(request, *args, **kwargs)
        raise NotFound(f"There is nothing at {request.path}.")


def _leads_somewhere(path: str) -> bool:
    match = is_valid_path(path)
    return bool(match) and getattr(match, "url_name", "") != "nowhere"
