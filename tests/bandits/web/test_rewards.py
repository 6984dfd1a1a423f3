"""Rewards from views: each visitor once, and only for what the visitor was really given."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.utils import timezone

from bandits.models import Decision, Reward
from bandits.services.folding import fold
from bandits.services.halting import halt_policy, unhalt_policy
from bandits.services.states import _HELD
from experiments.models import Assignment, Experiment, Measurement
from tests.bandits.web.conftest import make_trial

pytestmark = pytest.mark.django_db


def test_stacked_rewards_count_once_each_however_often_they_are_sent(
    visitor: Client, color: Experiment, text: Experiment
) -> None:
    visitor.get("/")
    for _ in range(8):
        visitor.get("/buy/")

    assert sorted(Reward.objects.values_list("experiment__slug", "value")) == [("button-text", 1.0), ("color", 1.0)]


def test_the_same_cookie_replayed_by_eight_clients_is_one_reward(visitor: Client, color: Experiment) -> None:
    cookie = visitor.get("/inline/").cookies["bandits"].value
    for _ in range(8):
        thief = Client()
        thief.cookies["bandits"] = cookie
        thief.get("/buy/")

    assert Reward.objects.count() == 1


def test_who_was_never_assigned_has_no_reward_and_gets_no_cookie(visitor: Client, color: Experiment) -> None:
    response = visitor.get("/buy/")

    assert not response.cookies
    assert not Reward.objects.exists()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("status", "n"), [(200, 1), (302, 1), (400, 0), (404, 0), (500, 0)])
def test_a_view_that_fails_rewards_nothing(visitor: Client, color: Experiment, status: int, n: int) -> None:
    visitor.get("/inline/")
    visitor.get(f"/buy/?status={status}")

    assert Reward.objects.count() == n


def test_reward_and_redirect_goes_on_by_get_and_reloading_counts_nothing(
    visitor: Client, color: Experiment, text: Experiment
) -> None:
    visitor.get("/")
    response = visitor.post("/order/")
    again = visitor.post("/order/")
    visitor.get(response.headers["Location"])

    assert (response.status_code, response.headers["Location"], again.status_code) == (303, "/thanks/", 303)
    assert Reward.objects.count() == 2


def test_it_is_there_for_async_views(color: Experiment) -> None:
    async def visit() -> tuple[int, str]:
        visitor = AsyncClient()
        await visitor.get("/a/")
        response = await visitor.post("/aorder/")
        return response.status_code, response.headers["Location"]

    assert async_to_sync(visit)() == (303, "/thanks/")
    assert Reward.objects.count() == 1


def test_what_came_of_it_is_learnt(color: Experiment) -> None:
    for _ in range(30):
        visitor = Client()
        if visitor.get("/inline/").json()["color"] == "red":
            visitor.get("/buy/")
    assert fold(color, now=timezone.now()) == Decision.objects.filter(arm__name="red").count()


def test_a_reward_that_does_not_fit_is_a_line_in_the_log_and_the_page_still_shows(
    visitor: Client, color: Experiment, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.get("/inline/")
    response = visitor.get("/reward/?value=17")

    assert response.json() == {"is_new": False}
    assert "no reward was taken" in caplog.text
    assert not Reward.objects.exists()


def test_measures_by_name_come_along(visitor: Client, db: None) -> None:
    measures = [
        {"name": "bought", "kind": "boolean", "role": "primary", "direction": "up"},
        {"name": "seconds", "kind": "number", "role": "guardrail", "direction": "down", "low": 0, "high": 100},
    ]
    make_trial(measures=measures)  # type: ignore[arg-type]  # JSON
    visitor.get("/inline/")
    visitor.get('/reward/?value={"bought": true, "seconds": 2.5}')

    assert Reward.objects.get().measures == {"bought": 1, "seconds": 2.5}


def test_under_a_fixed_policy_a_reward_is_the_visitors_one_value_of_the_primary_measure(visitor: Client) -> None:
    experiment = make_trial(allocation={"policy": "hash"}, target=1)
    Client().get("/inline/")
    chosen = visitor.get("/inline/").json()
    visitor.get("/buy/")
    visitor.get("/buy/")
    Client().get("/buy/")

    assert Assignment.objects.count() == 2
    measurement = Measurement.objects.get()
    assert (measurement.value, measurement.measure.name) == (True, "bought")
    assert measurement.unit.assignment.arm.name == chosen["color"]
    assert visitor.get("/inline/").json() == {**chosen, "how": "kept", "why": "assigned at an earlier visit"}
    assert not experiment.slots.exists()


def test_a_fixed_policy_that_keeps_lists_fills_a_place_for_good(visitor: Client) -> None:
    experiment = make_trial(allocation={"policy": "permuted_blocks"})
    visitor.get("/inline/")
    visitor.get("/inline/")

    assert experiment.slots.exclude(unit=None).get().status == "completed"


def test_while_the_policy_is_halted_everybody_sees_the_control_and_nothing_is_learnt(db: None) -> None:
    experiment = make_trial(arms=[{"levels": {"it": "green"}, "is_control": True}])
    visitors = [Client() for _ in range(12)]
    before = [one.get("/inline/").json()["color"] for one in visitors]
    halt_policy(experiment, now=timezone.now())
    _HELD.clear()  # as if two seconds had gone by

    assert {one.get("/inline/").json()["color"] for one in visitors} == {"green"}
    for one in visitors:
        one.get("/buy/")
    assert fold(experiment, now=timezone.now()) == 0
    unhalt_policy(experiment, now=timezone.now())
    _HELD.clear()
    assert [one.get("/inline/").json()["color"] for one in visitors] == before
