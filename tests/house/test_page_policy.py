"""What a browser may do is decided by the page's place: strict everywhere, looser only in the console."""

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from machina_site.middleware import PagePolicyMiddleware


def answer(path: str) -> HttpResponseBase:
    """A page at this path, as the two middlewares send it out."""
    inner = PagePolicyMiddleware(lambda _request: HttpResponse("page"))
    response = XFrameOptionsMiddleware(inner)(RequestFactory().get(path))
    assert isinstance(response, HttpResponseBase)
    return response


def policy(path: str) -> dict[str, str]:
    """Directive to sources."""
    header = answer(path)["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


@pytest.mark.parametrize("path", ["/", "/s/trust/", "/p/token/"])
def test_no_inline_script_or_style_runs_outside_the_console(path: str) -> None:
    assert policy(path)["script-src"] == "'self'"
    assert policy(path)["style-src"] == "'self'"


@pytest.mark.parametrize("path", ["/", "/p/token/", "/admin/"])
def test_no_page_may_ask_a_third_party(path: str) -> None:
    ours = ("frame-ancestors", "connect-src")
    assert "http" not in " ".join(sources for name, sources in policy(path).items() if name not in ours)


def test_only_the_console_may_ask_our_own_event_streams() -> None:
    assert policy("/admin/")["connect-src"].split() == ["'self'", f"http://localhost:{django_settings.LIVE_PORT}"]
    assert "connect-src" not in policy("/p/token/")


def test_the_console_may_evaluate_scripts() -> None:
    assert "'unsafe-eval'" in policy("/admin/")["script-src"]


def test_a_participants_page_may_be_framed_by_the_platforms_named_in_the_settings(settings: Settings) -> None:
    settings.FRAME_ANCESTORS = ["'self'", "https://*.platform.example"]

    assert policy("/p/token/")["frame-ancestors"] == "'self' https://*.platform.example"
    assert "X-Frame-Options" not in answer("/p/token/")


def test_as_shipped_only_the_sites_on_which_workers_work_may_frame_a_participants_page() -> None:
    shipped = "'self' https://worker.mturk.com https://workersandbox.mturk.com https://www.mturk.com"

    assert policy("/p/token/")["frame-ancestors"] == shipped


def test_any_other_page_may_not_be_framed_by_others() -> None:
    assert policy("/admin/")["frame-ancestors"] == "'self'"
    assert answer("/admin/")["X-Frame-Options"] == "SAMEORIGIN"


def test_the_site_sends_the_policy(client: Client) -> None:
    assert "script-src 'self'" in client.get("/healthz")["Content-Security-Policy"]
