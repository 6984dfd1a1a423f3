"""The console speaks English throughout: half of it in the browser's language would help nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation

PATHS: Final = ("/admin/", "/console/")
LANGUAGE: Final = "en"


class ConsoleLanguageMiddleware:
    """Below LocaleMiddleware, which goes by the browser: right for participants, not for the console."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Templates are rendered by the time this returns."""
        if not request.path.startswith(PATHS):
            return self.get_response(request)
        with translation.override(LANGUAGE):
            request.LANGUAGE_CODE = LANGUAGE
            return self.get_response(request)
