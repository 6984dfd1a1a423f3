"""Whatever happens to an experiment, the page shows: the control, nothing recorded, a line in the log."""

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from bandits.models import Decision
from experiments.models import Experiment
from experiments.services.editing import apply_definition
from experiments.services.snapshot import definition_of
from experiments.services.versions import publish_version
from experiments.types import Json
from tests.bandits.web.conftest import make_trial

pytestmark = pytest.mark.django_db


def test_a_name_that_no_experiment_has_is_no_error_and_the_log_says_which_is_meant(
    visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    make_trial("colour")
    response = visitor.get("/inline/")

    assert response.status_code == 200
    assert (response.json()["color"], response.json()["how"]) == (None, "control")
    assert "There is no experiment “color”. Did you mean “colour”?" in caplog.text
    assert not response.cookies


STATUSES: dict[str, dict[str, object]] = {
    "draft": {"status": "draft"},
    "paused": {"status": "paused"},
    "completed": {"status": "completed"},
    "archived": {"status": "archived"},
}


@pytest.mark.parametrize("status", STATUSES)
def test_an_experiment_that_lets_nobody_in_serves_its_control(
    visitor: Client, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_trial(status=status)
    response = visitor.get("/inline/")

    assert (response.json()["color"], response.json()["how"]) == ("green", "control")
    assert status in caplog.text
    assert not response.cookies
    assert not Decision.objects.exists()


def test_a_contextual_policy_without_its_features_serves_the_control(visitor: Client) -> None:
    make_trial(allocation={"policy": "linucb", "dimension": 2})

    assert visitor.get("/inline/").json()["how"] == "control"
    assert not Decision.objects.exists()


def test_when_all_places_are_taken_the_control_is_served(visitor: Client) -> None:
    make_trial(allocation={"policy": "simple"}, target=1)
    visitor.get("/inline/")

    assert Client().get("/inline/").json()["how"] == "control"


def test_without_a_database_the_control_is_served_as_it_was_last_seen(
    visitor: Client, color: Experiment, refuse_queries: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    visitor.get("/inline/")
    refuse_queries()
    served = Client().get("/inline/")
    rewarded = visitor.get("/buy/")

    assert (served.status_code, served.json()["color"], served.json()["how"]) == (200, "green", "control")
    assert rewarded.status_code == 200
    assert "the database cannot be asked" in caplog.text
    assert not served.cookies


def test_without_a_database_ever_seen_the_page_still_shows(
    visitor: Client, db: None, refuse_queries: Callable[[], None]
) -> None:
    refuse_queries()

    assert visitor.get("/inline/").json()["color"] is None


def test_a_synchronous_call_in_an_async_view_serves_the_control_and_says_what_to_write(
    color: Experiment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)

    async def visit() -> int:
        return (await AsyncClient().get("/forgotten-await/")).status_code

    assert async_to_sync(visit)() == 200
    assert "await request.bandits.achoose" in caplog.text
    assert not Decision.objects.exists()


def test_whoever_has_an_arm_that_was_taken_out_of_the_definition_sees_it_still(color: Experiment) -> None:
    visitors = [Client() for _ in range(12)]
    arms = [one.get("/inline/").json()["color"] for one in visitors]
    definition = definition_of(color)
    rest = [arm for arm in definition["arms"] if arm["name"] == "green"]  # type: ignore[union-attr, call-overload, index]  # JSON
    apply_definition(color, {**definition, "factors": [], "arms": rest})
    publish_version(color)

    assert [one.get("/inline/").json()["color"] for one in visitors] == arms
    assert {Client().get("/inline/").json()["color"] for _ in range(12)} == {"green"}


def test_a_function_that_nobody_registered_is_the_control(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    arms: Json = [
        {"name": "a", "levels": {}, "payload": {"call": "cheapest"}},
        {"name": "b", "levels": {}, "payload": {}},
    ]
    make_trial(levels=None, arms=arms)
    responses = [Client().get("/inline/") for _ in range(12)]

    assert {response.status_code for response in responses} == {200}
    assert "No function is registered as “cheapest”" in caplog.text


def test_a_page_that_fails_before_anybody_saw_it_teaches_nothing_and_sets_no_cookie(color: Experiment) -> None:
    failed = Client(raise_request_exception=False).get("/broken/")

    assert (failed.status_code, "bandits" in failed.cookies) == (500, False)
    assert Decision.objects.get().excluded == "the page failed"


def test_whoever_is_known_keeps_the_arm_although_a_page_failed(visitor: Client, color: Experiment) -> None:
    chosen = visitor.get("/inline/").json()["color"]
    visitor.raise_request_exception = False
    visitor.get("/broken/")

    assert Decision.objects.get().excluded == ""
    assert visitor.get("/inline/").json()["color"] == chosen


def test_an_async_page_that_fails_teaches_nothing_either(color: Experiment) -> None:
    async def visit() -> int:
        return (await AsyncClient(raise_request_exception=False).get("/abroken/")).status_code

    assert async_to_sync(visit)() == 500
    assert Decision.objects.get().excluded == "the page failed"
