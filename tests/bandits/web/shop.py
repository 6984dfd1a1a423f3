"""A small shop's addresses and views, for the tests of this folder. Its experiments: color, button-text."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import cache_page
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.web import (
    BanditsRequest,
    areward_and_redirect,
    choose_arm,
    reward,
    reward_and_redirect,
)


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing is tried here")


@choose_arm("color")
@choose_arm("button-text")
def home(request: HttpRequest, color: str, button_text: str) -> JsonResponse:
    return JsonResponse({"color": color, "text": button_text})


@choose_arm("color")
async def ahome(request: HttpRequest, color: str) -> JsonResponse:
    return JsonResponse({"color": color})


@reward("color", 1.0)
@reward("button-text", 1.0)
def buy(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=int(request.GET.get("status", 200)))


@reward("color", 1.0)
async def abuy(request: HttpRequest) -> HttpResponse:
    return HttpResponse("thanks")


def order(request: HttpRequest) -> HttpResponse:
    return reward_and_redirect(request, "thanks", {"color": 1.0, "button-text": 1.0})


async def aorder(request: HttpRequest) -> HttpResponse:
    return await areward_and_redirect(request, "/thanks/", {"color": 1.0})


def inline(request: BanditsRequest) -> JsonResponse:
    choice = request.bandits.arm("color")
    again = request.bandits.choose("color")
    return JsonResponse({"color": choice.value, "again": again, "why": choice.why, "how": choice.how})


@choose_arm("color")
def broken(request: HttpRequest, color: str) -> HttpResponse:
    raise RuntimeError("the view is broken")


@choose_arm("color")
async def abroken(request: HttpRequest, color: str) -> HttpResponse:
    raise RuntimeError("the view is broken")


@cache_page(60)
@choose_arm("color")
def cached(request: HttpRequest, color: str) -> HttpResponse:
    return HttpResponse(color)


@cache_page(60)
def cached_inline(request: BanditsRequest) -> HttpResponse:
    return HttpResponse(str(request.bandits.choose("color")))


def public(request: BanditsRequest) -> HttpResponse:
    response = HttpResponse(str(request.bandits.choose("color")))
    response.headers["Cache-Control"] = "public, max-age=60, s-maxage=600"
    return response


async def forgotten_await(request: BanditsRequest) -> HttpResponse:
    return HttpResponse(str(request.bandits.choose("color")))


def send_reward(request: BanditsRequest) -> JsonResponse:
    return JsonResponse({"is_new": request.bandits.reward("color", json.loads(request.GET["value"]))})


@choose_arm("ranking")
def called(request: HttpRequest, ranking: Callable[[str], str]) -> HttpResponse:
    return HttpResponse(ranking("hello"))


@method_decorator(choose_arm("color"), name="get")
class Page(View):
    def get(self, request: HttpRequest, color: str) -> JsonResponse:
        return JsonResponse({"color": color})


@api_view(["GET"])
@choose_arm("color")
def api_inside(request: Request, color: str) -> Response:
    return Response({"color": color})


@choose_arm("color")
@api_view(["GET"])
def api_outside(request: Request, color: str) -> Response:
    return Response({"color": color})


def template(request: HttpRequest) -> HttpResponse:
    text = request.GET["text"]
    return HttpResponse(engines["django"].from_string("{% load bandits %}" + text).render({}, request))


urlpatterns = [
    path("plain/", plain),
    path("", home),
    path("a/", ahome),
    path("buy/", buy),
    path("abuy/", abuy),
    path("order/", order),
    path("aorder/", aorder),
    path("thanks/", plain, name="thanks"),
    path("inline/", inline),
    path("broken/", broken),
    path("abroken/", abroken),
    path("cached/", cached),
    path("cached-inline/", cached_inline),
    path("template/", template),
    path("called/", called),
    path("page/", Page.as_view()),
    path("api-inside/", api_inside),
    path("api-outside/", api_outside),
    path("public/", public),
    path("forgotten-await/", forgotten_await),
    path("reward/", send_reward),
]
