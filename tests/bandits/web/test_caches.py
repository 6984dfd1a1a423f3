"""No cache ever shows one visitor's arm to another."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from experiments.models import Experiment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def memory(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def test_an_answer_with_an_arm_is_private_and_varies_on_the_cookie(visitor: Client, color: Experiment) -> None:
    for _ in range(2):
        response = visitor.get("/inline/")
        assert "Cookie" in response.headers["Vary"]
        assert response.headers["Cache-Control"] == "private"


def test_an_answer_that_the_view_called_public_is_private_with_an_arm_in_it(visitor: Client, color: Experiment) -> None:
    given = visitor.get("/public/").headers["Cache-Control"].split(", ")

    assert "private" in given
    assert not {part for part in given if part.startswith(("public", "s-maxage"))}
    assert "max-age=60" in given


@pytest.mark.parametrize("address", ["/cached/", "/cached-inline/"])
def test_djangos_own_cache_around_the_view_keeps_no_arm(color: Experiment, address: str) -> None:
    arms = {Client().get(address).content for _ in range(30)}

    assert arms == {b"green", b"red"}


def test_djangos_cache_of_the_whole_site_keeps_no_arm(color: Experiment, settings: Settings) -> None:
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    arms = {Client().get("/inline/").json()["color"] for _ in range(30)}
    plain = [Client().get("/plain/") for _ in range(2)]

    assert arms == {"green", "red"}
    assert "Expires" in plain[1].headers  # that one was kept


def test_the_control_of_a_robot_is_no_visitors_answer_either(color: Experiment) -> None:
    response = Client(headers={"user-agent": "Googlebot/2.1"}).get("/cached/")

    assert "private" in response.headers["Cache-Control"]
    assert {Client().get("/cached/").content for _ in range(30)} == {b"green", b"red"}


def test_a_part_of_a_template_is_kept_for_each_arm(color: Experiment) -> None:
    part = "{% load cache %}{% cache 60 part request.bandits.color %}{% arm 'color' %}{% endcache %}"
    visitors = [Client() for _ in range(12)]
    for one in visitors:
        assert one.get("/template/", {"text": part}).content.decode() == one.get("/inline/").json()["color"]
