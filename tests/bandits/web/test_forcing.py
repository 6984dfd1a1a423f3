"""Trying an arm out: by a signed link or a member's right, told in the diary, and in no data."""

import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core import signing
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django.fixtures import Settings

from bandits.models import Decision, Reward
from bandits.web.forcing import LINK_LASTS, SALT, force_token, key_of
from experiments.blueprint import json_object
from experiments.models import Assignment, Event, Experiment, Unit
from tests.bandits.web.conftest import make_trial
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def forced_events() -> list[tuple[str, str]]:
    found = Event.objects.filter(kind="arm.forced").order_by("pk")
    return [(event.subject, str(json_object(event.payload)["by"])) for event in found]


def nothing_is_recorded() -> bool:
    return not any(model.objects.exists() for model in (Decision, Reward, Assignment, Unit))


@pytest.mark.parametrize("arm", ["green", "red"])
def test_a_link_shows_the_arm_on_every_page_until_it_is_ended(visitor: Client, color: Experiment, arm: str) -> None:
    first = visitor.get("/inline/", {"arms": force_token({"color": arm})})
    later = visitor.get("/inline/")
    visitor.get("/buy/")

    assert [answer.json()["how"] for answer in (first, later)] == ["forced", "forced"]
    assert [answer.json()["color"] for answer in (first, later)] == [arm, arm]
    assert len(first.cookies["bandits"].value) < 150
    assert nothing_is_recorded()
    assert forced_events() == [(f"arm:{arm}", "a link")]
    assert visitor.get("/inline/", {"arms": "off"}).json()["how"] == "new"
    assert visitor.get("/inline/").json()["how"] == "kept"


def test_who_had_an_arm_has_it_again_afterwards_and_what_was_done_meanwhile_rewards_nothing(
    visitor: Client, color: Experiment
) -> None:
    own = visitor.get("/inline/").json()["color"]
    other = {"green": "red", "red": "green"}[own]
    shown = visitor.get("/inline/", {"arms": force_token({"color": other})}).json()["color"]
    visitor.get("/buy/")
    visitor.get("/inline/", {"arms": "off"})

    assert shown == other
    assert not Reward.objects.exists()
    assert visitor.get("/inline/").json()["color"] == own
    assert Decision.objects.count() == 1


def test_the_other_experiments_go_on(visitor: Client, color: Experiment, text: Experiment) -> None:
    answer = visitor.get("/", {"arms": force_token({"color": "red"})}).json()
    visitor.get("/buy/")

    assert answer["color"] == "red"
    assert Decision.objects.get().experiment == text
    assert Reward.objects.get().experiment == text


@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_an_arm_can_be_looked_at_before_the_start_and_after_the_end(visitor: Client, status: str) -> None:
    make_trial(status=status)

    assert visitor.get("/inline/", {"arms": force_token({"color": "red"})}).json()["color"] == "red"


def test_a_browser_without_a_window_can_be_shown_an_arm_too(color: Experiment) -> None:
    robot = Client(headers={"user-agent": "HeadlessChrome/140"})

    assert robot.get("/inline/", {"arms": force_token({"color": "red"})}).json()["color"] == "red"


def link(content: object, salt: str = SALT) -> str:
    """Signed with the key of the experiment “color”."""
    return signing.dumps(content, salt=salt, key=key_of(Experiment.objects.get(slug="color")))


def expired(monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: 1_000_000_000)
        return force_token({"color": "red"})


BAD: dict[str, Callable[[pytest.MonkeyPatch], str]] = {
    "plain, by nobody": lambda _: "color:red",
    "nonsense": lambda _: "é:\0:::",
    "another key": lambda _: signing.dumps({"color": "red"}, salt=SALT, key="another"),
    "another purpose": lambda _: link({"color": "red"}, salt="another"),
    "another experiment's key": lambda _: signing.dumps({"color": "red"}, salt=SALT, key=key_of(make_trial("other"))),
    "the project's own key": lambda _: signing.dumps({"color": "red"}, salt=SALT),
    "no such arm": lambda _: link({"color": "purple"}),
    "no such experiment": lambda _: link({"colour": "red"}),
    "a list": lambda _: link(["color"]),
    "nothing": lambda _: link({}),
    "expired": expired,
}


@pytest.mark.parametrize("wish", BAD.values(), ids=BAD)
def test_whatever_else_stands_in_the_address_forces_nothing(
    visitor: Client, color: Experiment, wish: Callable[[pytest.MonkeyPatch], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    response = visitor.get("/inline/", {"arms": wish(monkeypatch)})

    assert response.status_code == 200
    assert response.json()["how"] == "new"
    assert forced_events() == []
    assert LINK_LASTS.days == 7


def test_a_link_of_machinas_console_works_in_a_project_with_a_key_of_its_own(
    visitor: Client, color: Experiment, settings: Settings
) -> None:
    token = force_token({"color": "red"})
    settings.SECRET_KEY = "the key of another project that uses the same database"

    assert visitor.get("/inline/", {"arms": token}).json()["how"] == "forced"


@pytest.mark.parametrize(("role", "how"), [("researcher", "forced"), ("owner", "forced"), ("viewer", "new")])
def test_a_member_who_may_run_the_study_names_the_arm(visitor: Client, color: Experiment, role: str, how: str) -> None:
    user = make_user()
    color.study.memberships.create(user=user, role=role)
    visitor.force_login(user)

    assert visitor.get("/inline/", {"arms": "color:red"}).json()["how"] == how
    assert forced_events() == ([("arm:red", f"user {user.pk}")] if how == "forced" else [])


def test_a_project_may_forbid_it(visitor: Client, color: Experiment, settings: Settings) -> None:
    settings.BANDITS = {"FORCE_PARAMETER": ""}

    assert visitor.get("/inline/", {"arms": force_token({"color": "red"})}).json()["how"] == "new"


def test_without_a_database_the_page_shows(
    visitor: Client, color: Experiment, refuse_queries: Callable[[], None]
) -> None:
    token = force_token({"color": "red"})
    refuse_queries()

    assert visitor.get("/inline/", {"arms": token}).status_code == 200


def test_a_visitor_whom_the_project_names_can_try_out_too(color: Experiment, settings: Settings) -> None:
    settings.BANDITS = {"VISITOR": "tests.bandits.web.people.account_of"}
    visitor = Client(headers={"x-account": "ann"})
    visitor.get("/inline/", {"arms": force_token({"color": "red"})})

    assert visitor.get("/inline/").json()["how"] == "forced"
    assert nothing_is_recorded()


def test_the_command_prints_a_link_that_works(visitor: Client, color: Experiment, text: Experiment) -> None:
    out = StringIO()
    call_command("force_arm", "color", "red", "button-text", "Buy now", url="https://shop.example.org/", stdout=out)
    address = out.getvalue().strip()

    assert re.fullmatch(r"https://shop\.example\.org/\?arms=[\w:.-]+|https://.*%3A.*", address)
    assert visitor.get("/" + address.removeprefix("https://shop.example.org/")).json() == {
        "color": "red",
        "text": "Buy now",
    }


@pytest.mark.parametrize(
    ("names", "said"),
    [(["color"], "pairs"), (["color", "purple"], "Its arms: green, red"), (["colour", "red"], "no experiment")],
)
def test_the_command_says_what_is_wrong(color: Experiment, names: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("force_arm", *names)


HOSTILE = {
    "NUL": signing.b64_encode(b'{"col\\u0000or": "red"}').decode(),
    "deep": signing.b64_encode(b"[" * 3_000).decode(),
    "number": signing.b64_encode(b'{"color": "red", "": "red"}').decode(),
}


@pytest.mark.parametrize("wish", HOSTILE.values(), ids=HOSTILE)
def test_an_address_that_somebody_made_up_breaks_no_page(visitor: Client, color: Experiment, wish: str) -> None:
    answer = visitor.get("/inline/", {"arms": f"{wish}:1:x"})

    assert (answer.status_code, answer.json()["how"]) == (200, "new")
    assert forced_events() == []


def test_a_member_who_writes_what_no_name_can_be_breaks_no_page(visitor: Client, color: Experiment) -> None:
    visitor.force_login(make_user(is_superuser=True))
    answer = visitor.get("/inline/", {"arms": "col\x00or:red"})

    assert (answer.status_code, answer.json()["how"]) == (200, "new")
    assert forced_events() == []
