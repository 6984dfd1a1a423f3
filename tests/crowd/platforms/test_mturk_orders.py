"""What Mechanical Turk is asked for: the question, who may come, and how often a call is made."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crowd.errors import PlatformUnavailable
from crowd.platforms import PLATFORMS, Platform
from crowd.platforms.base import Link, Order
from crowd.platforms.bucket import take
from crowd.platforms.mturk.answers import code_of
from crowd.platforms.mturk.orders import hit_type, question
from crowd.reconcile.words import PostingSight
from crowd.terms import Qualification, Terms
from tests.crowd.running import RunningMTurk

TERMS = Terms(title="Rate ten pictures", description="Ten pages.", reward=Decimal("1.00"))


def member(standin: RunningMTurk, **link: object) -> Platform:
    return PLATFORMS["mturk"].connect(Link("mturk", standin.url, **link))  # type: ignore[arg-type]  # of a Link


def order(number: int = 1, **changes: object) -> Order:
    whole = Order(f"token-{number}", "https://study.example.org/s/x/?posting=1&b=2", TERMS, 3, f"posting {number}")
    return replace(whole, **changes)  # type: ignore[arg-type]  # of an Order


def test_the_address_in_the_question_is_escaped() -> None:
    assert "<ExternalURL>https://x.example/?a=1&amp;b=2</ExternalURL>" in question("https://x.example/?a=1&b=2")


def test_qualifications_are_asked_for_in_mturks_words() -> None:
    wanted = (
        Qualification("approval_rate", "GreaterThanOrEqualTo", (95,)),
        Qualification("locale", "In", ("DE", "US-CA"), guards="preview"),
        Qualification("masters", "Exists"),
    )

    asked = hit_type(replace(TERMS, qualifications=wanted), ("3BARRED",), is_production=True)

    assert asked["QualificationRequirements"] == [
        {
            "QualificationTypeId": "000000000000000000L0",
            "Comparator": "GreaterThanOrEqualTo",
            "ActionsGuarded": "Accept",
            "IntegerValues": [95],
        },
        {
            "QualificationTypeId": "00000000000000000071",
            "Comparator": "In",
            "ActionsGuarded": "PreviewAndAccept",
            "LocaleValues": [{"Country": "DE"}, {"Country": "US", "Subdivision": "CA"}],
        },
        {"QualificationTypeId": "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "Comparator": "Exists", "ActionsGuarded": "Accept"},
        {"QualificationTypeId": "3BARRED", "Comparator": "DoesNotExist", "ActionsGuarded": "DiscoverPreviewAndAccept"},
    ]


def test_masters_of_the_sandbox_are_others() -> None:
    terms = replace(TERMS, qualifications=(Qualification("masters", "Exists"),))

    (asked,) = hit_type(terms, (), is_production=False)["QualificationRequirements"]

    assert asked["QualificationTypeId"] == "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6"


def test_postings_of_the_same_terms_are_of_one_type_which_is_made_once(mturk_standin: RunningMTurk) -> None:
    platform = member(mturk_standin)

    types = {platform.publish(order(number)).group_id for number in (1, 2, 3)}

    assert len(types) == 1
    assert mturk_standin.calls()["counts"]["CreateHITType"] == 1


def test_who_is_on_an_excluded_list_cannot_come_in(mturk_standin: RunningMTurk) -> None:
    platform = member(mturk_standin)
    barred = platform.exclusion("Took part in: pictures")
    platform.exclude(barred, ("A1WORKERWHOISBARRED",))
    posting = platform.publish(order(excluded=(barred,))).external_id

    with pytest.raises(RuntimeError):
        mturk_standin.accept(posting, "A1WORKERWHOISBARRED")
    assert mturk_standin.accept(posting, "A1WORKERWHOMAYCOME")


def test_after_a_day_a_token_is_forgotten_so_an_order_is_looked_for_first(mturk_standin: RunningMTurk) -> None:
    platform = member(mturk_standin)
    made = platform.publish(order())
    mturk_standin.advance(25 * 3600)

    found = platform.find(order())

    assert found is not None
    assert found.external_id == made.external_id
    assert platform.publish(order()).external_id != made.external_id


def test_a_posting_whose_places_are_taken_is_taken_until_it_expires(mturk_standin: RunningMTurk) -> None:
    platform = member(mturk_standin)
    posting = platform.publish(order(places=1)).external_id
    mturk_standin.work(posting, "A1WORKER")

    sights = []
    for seconds in (0, TERMS.lifetime_seconds + 1):
        mturk_standin.advance(seconds)
        seen = platform.posting(posting)
        assert seen is not None
        sights.append(seen.sight)

    assert sights == [PostingSight.TAKEN, PostingSight.CLOSED]


def test_a_read_is_tried_again_at_once_and_a_change_is_not(mturk_standin: RunningMTurk) -> None:
    platform = member(mturk_standin)
    assignment = mturk_standin.work(platform.publish(order()).external_id, "A1WORKER")
    mturk_standin.fault("GetAccountBalance", "error")
    mturk_standin.fault("ApproveAssignment", "error")

    assert platform.balance().available
    with pytest.raises(PlatformUnavailable):
        platform.approve(assignment)

    counts = mturk_standin.calls()["counts"]
    assert (counts["GetAccountBalance"], counts["ApproveAssignment"]) == (2, 1)


@pytest.mark.usefixtures("servers")
def test_one_throttled_answer_makes_every_caller_of_the_account_wait(mturk_standin: RunningMTurk) -> None:
    bucket = uuid.uuid4().hex
    mturk_standin.fault("GetAccountBalance", "throttle", times=0)

    with pytest.raises(PlatformUnavailable) as refusal:
        member(mturk_standin, bucket=bucket).balance()

    assert refusal.value.code == "throttled"
    assert mturk_standin.calls()["counts"]["GetAccountBalance"] == 1
    with pytest.raises(PlatformUnavailable):
        take(bucket, longest=1)


def test_a_stand_in_is_never_sent_a_real_key(
    mturk_standin: RunningMTurk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LAB", "AKIAREALKEY:real-secret")
    caplog.set_level("DEBUG", logger="botocore")

    member(mturk_standin, credentials="env:LAB").balance()

    assert "AKIAREALKEY" not in caplog.text


def test_opening_says_until_when(mturk_standin: RunningMTurk) -> None:
    platform = member(mturk_standin)
    posting, until = platform.publish(order()).external_id, datetime.now(UTC) + timedelta(hours=5)

    platform.open(posting, expires_at=until)

    seen = platform.posting(posting)
    assert seen is not None
    assert seen.expires_at is not None
    assert abs(seen.expires_at - until) < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("", ""),
        ("no xml", ""),
        ('<!DOCTYPE x [<!ENTITY a "boom">]><QuestionFormAnswers/>', ""),
        (
            "<QuestionFormAnswers xmlns='http://mechanicalturk.amazonaws.com/x'><Answer><QuestionIdentifier>completionCode"
            "</QuestionIdentifier><FreeText> AB12 </FreeText></Answer></QuestionFormAnswers>",
            "AB12",
        ),
    ],
)
def test_the_code_is_read_out_of_what_a_strangers_browser_wrote(document: str, code: str) -> None:
    assert code_of(document) == code
