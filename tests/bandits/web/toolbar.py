"""The shop's addresses, with those of the debug toolbar."""

from debug_toolbar.toolbar import debug_toolbar_urls
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bandits.web import choose_arm, reward
from tests.bandits.web.shop import urlpatterns as shop


@choose_arm("color")
@choose_arm("button-text")
@reward("color", 1.0)
def both(request: HttpRequest, color: str, button_text: str) -> HttpResponse:
    return HttpResponse(f"<html><body>{color} {button_text}</body></html>")


@choose_arm("color")
def one(request: HttpRequest, color: str) -> HttpResponse:
    return HttpResponse(f"<html><body>{color}</body></html>")


@choose_arm("color")
async def aone(request: HttpRequest, color: str) -> HttpResponse:
    return HttpResponse(f"<html><body>{color}</body></html>")


def none(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<html><body>nothing</body></html>")


urlpatterns = [
    *shop,
    path("both/", both),
    path("one/", one),
    path("aone/", aone),
    path("none/", none),
    *debug_toolbar_urls(),
]
