"""One small signed cookie, for those who were assigned alone; what is not ours is a new visitor, never an error."""

import json
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from bandits.models import Decision, Reward
from bandits.web.visitors import SALT
from experiments.models import Experiment

pytestmark = pytest.mark.django_db


def test_it_is_small_signed_and_out_of_reach_of_scripts(visitor: Client, color: Experiment, text: Experiment) -> None:
    cookie = visitor.get("/").cookies["bandits"]

    assert len(cookie.value) < 110
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert signing.loads(cookie.value, salt=SALT)["v"] == Decision.objects.filter(experiment=color).get().key
    assert not {"color", "button-text", "green", "red"} & {cookie.value}


@pytest.mark.parametrize("is_secure", [True, False])
def test_it_is_secure_as_the_request_is_so_that_it_always_comes_back(
    visitor: Client, color: Experiment, is_secure: bool
) -> None:
    first = visitor.get("/inline/", secure=is_secure)
    again = visitor.get("/inline/", secure=is_secure)

    assert bool(first.cookies["bandits"]["secure"]) == is_secure
    assert (first.json()["how"], again.json()["how"]) == ("new", "kept")


def test_it_is_set_once_and_never_where_nothing_was_assigned(visitor: Client, color: Experiment) -> None:
    assert "bandits" not in visitor.get("/plain/").cookies
    assert "bandits" not in visitor.get("/buy/").cookies
    assert "bandits" in visitor.get("/inline/").cookies
    assert "bandits" not in visitor.get("/inline/").cookies
    assert not Reward.objects.exists()


def forged(content: object) -> str:
    return signing.dumps(content, key="somebody else's key", salt=SALT)


def signed(content: object, *, salt: str = SALT) -> str:
    return signing.dumps(content, salt=salt)


BAD = {
    "empty": lambda: "",
    "no JSON": lambda: "{not json",
    "flask_mab's": lambda: json.dumps({"color": ["green", True]}),
    "flask_mab's, a removed arm": lambda: json.dumps({"color": ["purple", True]}),
    "flask_mab's, a removed bandit": lambda: json.dumps({"colour": ["green", True]}),
    "a list": lambda: "[1, 2]",
    "colons": lambda: ":::",
    "not ASCII": lambda: "bändits:é:ü",
    "huge": lambda: "a" * 100_000,
    "NUL": lambda: "a\0b",
    "forged": lambda: forged({"v": "aaaaaaaaaaaaaaaaaaaaaa"}),
    "signed for something else": lambda: signed({"v": "aaaaaaaaaaaaaaaaaaaaaa"}, salt="sessions"),
    "signed, a list": lambda: signed(["aaaaaaaaaaaaaaaaaaaaaa"]),
    "signed, no name": lambda: signed({"w": 1}),
    "signed, a name of ten thousand characters": lambda: signed({"v": "a" * 1000}),
    "signed, a name that is none": lambda: signed({"v": ["a"]}),
    "signed, forced nonsense": lambda: signed({"v": "a" * 22, "f": [1]}),
}


@pytest.mark.parametrize("cookie", BAD.values(), ids=BAD)
def test_a_cookie_that_is_not_ours_is_a_new_visitor(visitor: Client, color: Experiment, cookie: object) -> None:
    visitor.cookies["bandits"] = cookie()  # type: ignore[operator]  # each makes a text

    response = visitor.get("/inline/")

    assert response.status_code == 200
    assert response.json()["how"] == "new"
    assert Decision.objects.count() == 1


def test_a_changed_letter_is_a_forgery(visitor: Client, color: Experiment) -> None:
    ours = visitor.get("/inline/").cookies["bandits"].value
    visitor.cookies["bandits"] = ("A" if ours[3] != "A" else "B").join((ours[:3], ours[4:]))

    assert visitor.get("/inline/").json()["how"] == "new"
    assert Decision.objects.count() == 2


def test_a_cookie_past_its_age_is_a_new_visitor_and_one_past_half_of_it_is_renewed(
    visitor: Client, color: Experiment, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BANDITS = {"COOKIE_AGE": 1000}
    visitor.get("/inline/")
    begun = timezone.now().timestamp()

    monkeypatch.setattr("django.core.signing.time.time", lambda: begun + 600)
    renewed = visitor.get("/inline/")
    monkeypatch.setattr("django.core.signing.time.time", lambda: begun + 1500)
    kept = visitor.get("/inline/")
    monkeypatch.setattr("django.core.signing.time.time", lambda: begun + 600 + timedelta(seconds=5000).total_seconds())
    late = visitor.get("/inline/")

    assert (renewed.json()["how"], "bandits" in renewed.cookies) == ("kept", True)
    assert kept.json()["how"] == "kept"
    assert late.json()["how"] == "new"


def test_an_old_key_still_reads_while_the_project_lists_it(
    visitor: Client, color: Experiment, settings: Settings
) -> None:
    visitor.get("/inline/")
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key of fifty characters, all of them different?", [old]
    kept = visitor.get("/inline/").json()["how"]
    settings.SECRET_KEY_FALLBACKS = []

    assert (kept, visitor.get("/inline/").json()["how"]) == ("kept", "new")


def test_a_project_may_name_its_visitors_itself_and_no_name_of_its_own_is_stored(
    color: Experiment, settings: Settings
) -> None:
    settings.BANDITS = {"VISITOR": "tests.bandits.web.people.account_of"}
    first = Client(headers={"x-account": "ann@example.org"}).get("/inline/")
    again = Client(headers={"x-account": "ann@example.org"}).get("/inline/")
    other = Client(headers={"x-account": "ben@example.org"}).get("/inline/")

    assert [one.json()["how"] for one in (first, again, other)] == ["new", "kept", "new"]
    assert first.json()["color"] == again.json()["color"]
    assert "bandits" not in first.cookies
    assert not any("@" in key for key in Decision.objects.values_list("key", flat=True))


def test_who_may_not_be_remembered_gets_the_control_and_leaves_no_trace(color: Experiment, settings: Settings) -> None:
    settings.BANDITS = {"ALLOWS": "tests.bandits.web.people.has_consented"}
    response = Client().get("/inline/")
    Client().get("/buy/")

    assert (response.json()["color"], response.json()["how"]) == ("green", "control")
    assert "bandits" not in response.cookies
    assert not Decision.objects.exists()
    assert Client(headers={"x-consent": "yes"}).get("/inline/").json()["how"] == "new"
