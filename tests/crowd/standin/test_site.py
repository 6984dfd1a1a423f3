"""The workers' website, over plain HTTP as a browser without scripts uses it."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.crowd.running import QUESTION, RunningMTurk


@pytest.fixture
def browser(mturk_standin: RunningMTurk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=mturk_standin.url, follow_redirects=True) as client:
        yield client


def frame(page: httpx.Response) -> dict[str, str]:
    """The parameters of the address in the frame."""
    found = re.search(r'<iframe title="The HIT" src="([^"]+)"', page.text)
    assert found, page.text
    return {name: values[0] for name, values in parse_qs(urlsplit(unescape(found[1])).query).items()}


def test_a_worker_previews_accepts_and_submits(mturk_standin: RunningMTurk, browser: httpx.Client) -> None:
    hit = mturk_standin.hit(Question=QUESTION.format(url="https://study.example.org/join?a=1&amp;b=2"))
    assert "A short study" in browser.get("/").text

    preview = frame(browser.get("/mturk/preview", params={"hitId": hit}))
    work = frame(browser.post("/mturk/accept", data={"hitId": hit, "workerId": "A1"}))
    done = browser.post("/mturk/externalSubmit", data={"assignmentId": work["assignmentId"], "code": "<X>"})

    assert preview == {"a": "1", "b": "2", "assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": hit}
    assert (work["hitId"], work["workerId"], work["turkSubmitTo"]) == (hit, "A1", mturk_standin.url)
    assert "Thank you, A1" in done.text
    seen = mturk_standin.client().get_assignment(AssignmentId=work["assignmentId"])["Assignment"]
    assert "<FreeText>&lt;X&gt;</FreeText>" in seen["Answer"]
    assert "Submitted" in browser.get("/mturk/dashboard").text


@pytest.mark.parametrize("fields", [{}, {"code": ""}])
def test_an_empty_submission_is_refused(
    mturk_standin: RunningMTurk, browser: httpx.Client, fields: dict[str, str]
) -> None:
    assignment = mturk_standin.accept(mturk_standin.hit(), "A1")

    refused = browser.post("/mturk/externalSubmit", data={"assignmentId": assignment, **fields})

    assert refused.status_code == 400
    assert "no answer was sent" in refused.text
    assert mturk_standin.ask("GET", "assignments")["assignments"][0]["status"] == "Accepted"


def test_a_submission_counts_once(mturk_standin: RunningMTurk, browser: httpx.Client) -> None:
    assignment = mturk_standin.work(mturk_standin.hit(), "A1")

    again = browser.post("/mturk/externalSubmit", data={"assignmentId": assignment, "done": "1"})

    assert (again.status_code, "problem submitting" in again.text) == (400, True)


@pytest.mark.parametrize(("moment", "status"), [("before", "Accepted"), ("after", "Submitted")])
def test_a_hand_in_can_be_spoilt_on_demand(
    mturk_standin: RunningMTurk, browser: httpx.Client, moment: str, status: str
) -> None:
    assignment = mturk_standin.accept(mturk_standin.hit(), "A1")
    mturk_standin.fault("*", "error", times=0)  # of the API alone
    mturk_standin.fault("externalSubmit", "error", moment=moment)

    spoilt = browser.post("/mturk/externalSubmit", data={"assignmentId": assignment, "done": "1"})

    assert (spoilt.status_code, "Try again" in spoilt.text) == (503, True)
    assert mturk_standin.ask("GET", "assignments")["assignments"][0]["status"] == status


def test_a_returned_assignment_is_no_longer_shown(mturk_standin: RunningMTurk, browser: httpx.Client) -> None:
    assignment = mturk_standin.accept(mturk_standin.hit(), "A1")

    browser.post("/mturk/return", data={"assignmentId": assignment})

    gone = browser.get("/mturk/continue", params={"assignmentId": assignment})
    assert (gone.status_code, "not yours any more" in gone.text) == (400, True)


def test_a_group_leads_to_a_hit_with_a_free_place(mturk_standin: RunningMTurk, browser: httpx.Client) -> None:
    full, free = mturk_standin.hit(), mturk_standin.hit()
    mturk_standin.accept(full, "A2")
    group = mturk_standin.client().get_hit(HITId=full)["HIT"]["HITGroupId"]

    assert frame(browser.get("/mturk/preview", params={"groupId": group}))["hitId"] == free


def test_a_guarded_hit_is_neither_listed_nor_previewed(mturk_standin: RunningMTurk, browser: httpx.Client) -> None:
    guard = {
        "QualificationTypeId": "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH",
        "Comparator": "Exists",
        "ActionsGuarded": "DiscoverPreviewAndAccept",
    }
    hit = mturk_standin.hit(QualificationRequirements=[guard])

    assert "A short study" not in browser.get("/").text
    assert "Masters" in browser.get("/mturk/preview", params={"hitId": hit}).text


def test_a_qualification_is_asked_for_and_given(mturk_standin: RunningMTurk, browser: httpx.Client) -> None:
    client = mturk_standin.client()
    kind = client.create_qualification_type(Name="Left-handed", Description="d", QualificationTypeStatus="Active")
    key = kind["QualificationType"]["QualificationTypeId"]
    assert "Left-handed" in browser.get("/mturk/qualifications").text

    browser.post("/mturk/requestqualification", data={"qualificationTypeId": key})
    again = browser.post("/mturk/requestqualification", data={"qualificationTypeId": key})
    [request] = client.list_qualification_requests(QualificationTypeId=key)["QualificationRequests"]
    client.accept_qualification_request(QualificationRequestId=request["QualificationRequestId"], IntegerValue=3)

    assert again.status_code == 400
    assert "You have it: 3" in browser.get("/mturk/qualifications").text
    assert client.list_qualification_requests()["NumResults"] == 0


def test_every_page_says_that_it_is_a_stand_in_and_no_get_changes_anything(
    mturk_standin: RunningMTurk, browser: httpx.Client
) -> None:
    hit = mturk_standin.hit()
    held = mturk_standin.accept(hit, "A1NEWCOMER")
    before = [mturk_standin.ask("GET", route) for route in ("ledger", "assignments", "workers", "faults", "settings")]
    paths = ["/", "/mturk/findhits", f"/mturk/preview?hitId={hit}", f"/mturk/continue?assignmentId={held}"]
    paths += ["/mturk/worker", "/mturk/dashboard", "/mturk/qualifications", "/requester", "/nothing", "/mturk/accept"]

    for path in paths:
        page = browser.get(path)
        assert "<strong>Stand-in</strong>" in page.text, path

    after = [mturk_standin.ask("GET", route) for route in ("ledger", "assignments", "workers", "faults", "settings")]
    assert after == before


def test_the_requesters_page_moves_the_clock_and_sets_faults(
    mturk_standin: RunningMTurk, browser: httpx.Client
) -> None:
    mturk_standin.hit()
    browser.post("/requester/clock", data={"seconds": "3600"})
    browser.post("/requester/deposit", data={"amount": "50"})
    page = browser.post("/requester/fault", data={"name": "Lose the reply of the next bonus"})

    assert "Reviewable" in page.text
    assert "SendBonus" in page.text
    assert mturk_standin.ledger()["available"] == "10050.00"
    browser.post("/requester/faults/clear")
    assert mturk_standin.ask("GET", "faults")["faults"] == []
    assert browser.post("/requester/clock", data={"seconds": "NaN"}).status_code == 400
