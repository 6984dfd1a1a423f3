"""What Prolific's answers are in our words, and what is never sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from crowd.errors import LivePlatform, NeedsOperator, PlatformError, PlatformRefused, PlatformUnavailable
from crowd.platforms.base import Link, Order
from crowd.platforms.prolific.client import Client
from crowd.platforms.prolific.errors import of_reply, of_transport
from crowd.platforms.prolific.member import Prolific
from crowd.platforms.prolific.orders import study
from crowd.platforms.prolific.sights import posting_sight, submission_seen
from crowd.reconcile.words import PostingSight, SubmissionSight
from crowd.standin.control_client import Control
from crowd.standin.kernel.http import Reply, Request, Server, json_reply
from crowd.standin.kernel.journal import Json
from crowd.terms import Terms
from experiments.types import JsonObject

TERMS = Terms("Rate ten pictures", "Ten pages.", Decimal("1.20"), minutes=7, assignment_seconds=1_801)
PERSON = "5f0123456789abcdef012345"


def answered(status: int, detail: object, **headers: str) -> PlatformError:
    return of_reply(httpx.Response(status, json={"error": {"detail": detail}}, headers=headers))


@pytest.mark.parametrize(
    ("status", "detail", "kind", "code"),
    [
        (429, "Too many", PlatformUnavailable, "throttled"),
        (500, "Oops", PlatformUnavailable, "fault"),
        (502, "", PlatformUnavailable, "fault"),
        (401, "Who?", NeedsOperator, "no-permission"),
        (403, "No.", NeedsOperator, "no-permission"),
        (400, "You do not have enough funds.", NeedsOperator, "no-funds"),
        (404, "Not found.", PlatformRefused, "not-found"),
        (400, {"reward": ["Too little."]}, PlatformRefused, "refused"),
    ],
)
def test_each_answer_is_one_of_four_kinds(status: int, detail: object, kind: type, code: str) -> None:
    error = answered(status, detail)

    assert type(error) is kind
    assert error.code == code
    assert bool(error.hint) == (kind is NeedsOperator)


def test_nobodys_id_is_in_a_sentence() -> None:
    assert PERSON not in answered(400, f"{PERSON} did not take part.").message


def test_what_prolific_says_about_coming_back_is_kept() -> None:
    error = answered(429, "Too many", **{"Retry-After": "7"})

    assert isinstance(error, PlatformUnavailable)
    assert error.retry_after == 7


def test_only_without_a_connection_is_it_known_that_nothing_happened() -> None:
    assert of_transport(httpx.ConnectError("refused")).code == "not-connected"
    assert {of_transport(error("lost")).code for error in (httpx.ReadTimeout, httpx.ReadError)} == {"no-answer"}


def test_an_order_is_a_study_with_its_placeholders_left_to_prolific() -> None:
    order = Order("t", "https://study.example.org/s/x/?posting=1", TERMS, 9, "machina:1", ("g1",), {"on_behalf": "X"})

    made = study(order, project="p")

    assert str(made["external_study_url"]).endswith(
        "?posting=1&" + "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    )
    assert (made["reward"], made["maximum_allowed_time"], made["estimated_completion_time"]) == (120, 31, 7)
    assert made["filters"] == [{"filter_id": "participant_group_blocklist", "selected_values": ["g1"]}]
    assert made["completion_codes"] == [
        {"code": "X", "code_type": "OTHER", "actor": "researcher", "actions": [{"action": "MANUALLY_REVIEW"}]}
    ]


def test_states_that_nobody_documented_are_on_their_way() -> None:
    assert posting_sight({"status": "PROCESSING"}) == PostingSight.PENDING
    assert submission_seen({"id": "s", "status": "UNDER WHATEVER"}).sight == SubmissionSight.ACTIVE


def test_a_full_study_on_which_people_are_is_taken() -> None:
    full: JsonObject = {"status": "ACTIVE", "places_taken": 3, "total_available_places": 3}

    assert posting_sight(full) == PostingSight.TAKEN


def test_what_waits_for_a_decision_says_until_when() -> None:
    done = submission_seen({"id": "s", "status": "AWAITING REVIEW", "completed_at": "2026-01-01T00:00:00Z"})

    assert done.submitted_at is not None
    assert done.decide_before == done.submitted_at + timedelta(days=21)


@pytest.mark.parametrize(
    "link",
    [
        Link("prolific", credentials="env:X"),
        Link("prolific", "https://api.prolific.com", credentials="env:X"),
        Link("prolific", "https://api.prolific.com.evil.example", credentials="env:X", is_production=True),
    ],
)
def test_no_live_address_is_called_unless_the_account_says_production(link: Link, settings: Settings) -> None:
    settings.CROWD_LIVE = True

    with pytest.raises(LivePlatform):
        Prolific(link)


def test_nothing_is_spent_that_nobody_confirmed(standin: Control) -> None:
    platform = Prolific(Link("prolific", standin.url, is_production=True))
    spending = (
        lambda: platform.publish(Order("t", "https://x.example/", TERMS, 1)),
        lambda: platform.open("s", expires_at=timezone.now()),
        lambda: platform.add_places("s", 2, token="t", expires_at=timezone.now()),
        lambda: platform.approve("s"),
    )

    for attempt in spending:
        with pytest.raises(NeedsOperator, match="confirmed"):
            attempt()

    assert standin.calls()["total"] == 0


def test_a_reason_that_prolific_would_not_take_is_not_sent(standin: Control) -> None:
    platform = Prolific(Link("prolific", standin.url))

    with pytest.raises(PlatformRefused, match="100 characters"):
        platform.reject("s", reason="Too fast.")

    assert standin.calls()["total"] == 0


def test_two_drafts_of_one_name_become_one_study(standin: Control) -> None:
    order = Order("t", "https://x.example/", TERMS, 1, "machina:1", codes={"completed": "DONE"})
    platform = Prolific(Link("prolific", standin.url))
    for _ in range(2):
        platform.client.ask("POST", "studies", study(order))

    first, second = platform.publish(order), platform.publish(order)

    assert first.external_id == second.external_id
    assert len(list(platform.client.rows("studies"))) == 1


def more_by_link(offset: int) -> Json:
    """The first page names the address of the second, on another host."""
    return {"_links": {"next": {"href": None if offset else "https://elsewhere.example/api/v1/studies/?offset=1"}}}


def more_by_count(offset: int) -> Json:
    """How many there are in all."""
    return {"meta": {"count": 2}}


@pytest.mark.parametrize("more", [more_by_link, more_by_count])
def test_a_list_is_read_to_its_end_whichever_way_it_says_that_there_is_more(more: Callable[[int], Json]) -> None:
    def answer(request: Request) -> Reply:
        offset = int(request.query["offset"])
        return json_reply({"results": [{"id": "ab"[offset]}], **more(offset)})

    server = Server(answer).start()
    try:
        rows = list(Client(Link("prolific", server.url)).rows("studies"))
    finally:
        server.stop()

    assert [row["id"] for row in rows] == ["a", "b"]
