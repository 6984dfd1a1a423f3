"""The headers of every answer: what Django's own middleware would put there."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from machina_site.middleware import PagePolicyMiddleware


@lru_cache(maxsize=2)
def fixed_headers(is_secure: bool) -> tuple[tuple[str, str], ...]:
    """Asked of the middleware once."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/v1/", "wsgi.input": BytesIO(), "SERVER_NAME": "localhost"}
    if is_secure and settings.SECURE_PROXY_SSL_HEADER:
        environ |= dict([settings.SECURE_PROXY_SSL_HEADER])
    request = WSGIRequest({**environ, "wsgi.url_scheme": "https" if is_secure else "http"})

    def plain(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(content_type="application/json")
        response["Vary"], response["Cache-Control"] = "Authorization, Cookie, Accept", "private, no-cache"
        return response

    answer = plain(request)
    XFrameOptionsMiddleware(plain).process_response(request, answer)
    PagePolicyMiddleware(plain).process_response(request, answer)
    SecurityMiddleware(plain).process_response(request, answer)
    return tuple(answer.items())
