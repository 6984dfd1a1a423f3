"""What every platform promises (`crowd.platforms.base.Platform`), held against its stand-in over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crowd.errors import AlreadyDone, PlatformRefused, PlatformUnavailable
from crowd.platforms import PLATFORMS, Platform
from crowd.platforms.base import BonusOrder, Can, Link, Order
from crowd.reconcile.words import PostingSight, SubmissionSight
from crowd.terms import Terms
from tests.crowd.platforms.benches import BENCHES, Bench

READ = sorted(name for name, kind in PLATFORMS.items() if kind.is_read)
CALLED = sorted(name for name, kind in PLATFORMS.items() if kind.live)
TERMS = Terms(title="Rate ten pictures", description="Ten pages.", reward=Decimal("1.00"), keywords=("pictures",))
WORKER = "A1EXAMPLEWORKER"


@pytest.fixture(params=READ)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with BENCHES[request.param]() as running:
        yield running


@pytest.fixture(params=CALLED)
def called(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Only platforms that are called, whose calls can be spoilt."""
    with BENCHES[request.param]() as running:
        yield running


pytestmark = pytest.mark.usefixtures("servers")


@pytest.fixture
def platform(bench: Bench) -> Platform:
    return bench.platform


def order(number: int = 1, *, places: int = 3) -> Order:
    return Order(
        token=f"token-{number}",
        url="https://study.example.org/s/pictures/?posting=1&a=2",
        terms=TERMS,
        places=places,
        annotation=f"posting {number}",
        codes={"completed": "DONE42"},
    )


def bonus(bench: Bench, submission: str, posting: str, amount: str = "0.50") -> BonusOrder:
    return BonusOrder("bonus-1", "m-1a2b3c4d", posting, submission, bench.people(1)[0], Decimal(amount), "Well done")


def in_hours(hours: int) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def able(ability: Can, *, of: str = "bench") -> pytest.MarkDecorator:
    """Only those that say they can."""
    among = CALLED if of == "called" else READ
    return pytest.mark.parametrize(of, [name for name in among if ability in PLATFORMS[name].abilities], indirect=True)


def test_every_platform_that_can_be_called_has_a_stand_in() -> None:
    assert set(READ) == set(BENCHES)


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_a_kind_says_what_it_is(name: str) -> None:
    kind = PLATFORMS[name]

    assert kind.name == name
    assert kind.title
    assert kind.about
    if kind.live:
        assert kind.endpoint_of(Link(name, is_production=True)).startswith("https://")
        assert kind.accepts
        assert kind.secret


def test_the_same_order_is_published_once(bench: Bench) -> None:
    first, second = bench.platform.publish(order()), bench.platform.publish(order())
    other = bench.platform.publish(order(2))

    assert first.external_id == second.external_id != other.external_id
    assert {seen.external_id for seen in bench.platform.postings()} == {first.external_id, other.external_id}
    assert (first.sight, first.places) == (PostingSight.OPEN, 3)


def test_an_order_whose_reply_was_lost_is_found_and_not_made_again(called: Bench) -> None:
    called.fault("publish", "drop", moment="after")

    with pytest.raises(PlatformUnavailable):
        called.platform.publish(order())
    found = called.platform.find(order())
    again = called.platform.publish(order())

    assert found is not None
    assert again.external_id == found.external_id
    assert len(list(called.platform.postings())) == 1


def test_what_was_never_published_is_not_found(platform: Platform) -> None:
    assert platform.find(order()) is None
    assert platform.posting("3" + "0" * 29) is None
    assert platform.submission("3" + "0" * 29) is None


def test_places_are_raised_to_a_number_and_never_lowered(platform: Platform) -> None:
    external_id = platform.publish(order(places=3)).external_id

    for places in (5, 5, 4):
        platform.add_places(external_id, places, token=f"places-{places}", expires_at=in_hours(3))

    seen = platform.posting(external_id)
    assert seen is not None
    assert seen.places == 5


def test_a_posting_is_closed_and_opened_as_often_as_one_likes(platform: Platform) -> None:
    external_id, later = platform.publish(order()).external_id, in_hours(3)
    sights = []
    for change in (platform.pause, platform.pause, None, None, platform.pause, None):
        if change:
            change(external_id)
        else:
            platform.open(external_id, expires_at=later)
        seen = platform.posting(external_id)
        assert seen is not None
        sights.append(seen.sight == PostingSight.OPEN)

    assert sights == [False, False, True, True, False, True]


def test_removing_twice_is_removing(bench: Bench) -> None:
    platform = bench.platform
    external_id = platform.publish(order()).external_id
    platform.close(external_id)

    platform.remove(external_id)
    platform.remove(external_id)

    seen = platform.posting(external_id)
    assert seen is None or seen.sight == PostingSight.GONE


def test_every_submission_is_listed_over_any_number_of_pages(bench: Bench) -> None:
    external_id = bench.platform.publish(order(places=105)).external_id
    made = {bench.work(external_id, worker): worker for worker in bench.people(105)}

    listed = list(bench.platform.submissions(external_id))

    assert {seen.external_id: seen.worker for seen in listed} == made
    assert {seen.sight for seen in listed} == {SubmissionSight.SUBMITTED}
    assert {seen.code for seen in listed} == {"CODE"}
    assert all(seen.submitted_at and seen.submitted_at.tzinfo for seen in listed)


def test_approving_twice_is_approving_and_no_rejection_follows(bench: Bench) -> None:
    platform = bench.platform
    submission = bench.work(platform.publish(order()).external_id, bench.people(1)[0])

    platform.approve(submission, message="Thank you")
    platform.approve(submission)
    with pytest.raises(PlatformRefused):
        platform.reject(submission, reason="A reason that is long enough for every platform. " * 3)

    seen = platform.submission(submission)
    assert seen is not None
    assert seen.sight == SubmissionSight.APPROVED
    assert seen.decided_at is not None or not bench.says_when_decided


@able(Can.REJECT)
def test_rejecting_twice_is_rejecting(bench: Bench) -> None:
    platform = bench.platform
    submission = bench.work(platform.publish(order()).external_id, bench.people(1)[0])
    reason = "Every answer was given within a second, and two of the three attention checks were failed by you. " * 2

    platform.reject(submission, reason=reason)
    platform.reject(submission, reason=reason)

    seen = platform.submission(submission)
    assert seen is not None
    assert seen.sight == SubmissionSight.REJECTED


@able(Can.TOKENS, of="called")
def test_a_bonus_is_paid_once_for_its_token_even_if_the_reply_was_lost(called: Bench) -> None:
    platform = called.platform
    posting = platform.publish(order()).external_id
    submission = called.work(posting, called.people(1)[0])
    called.fault("pay_bonus", "drop", moment="after")

    with pytest.raises(PlatformUnavailable):
        platform.pay_bonus(bonus(called, submission, posting))
    with pytest.raises(AlreadyDone):
        platform.pay_bonus(bonus(called, submission, posting))

    assert called.bonuses_paid() == Decimal("0.50")


@able(Can.BONUS)
def test_a_bonus_is_found_again_by_its_reference(bench: Bench) -> None:
    platform = bench.platform
    posting = platform.publish(order()).external_id
    submission = bench.work(posting, bench.people(1)[0])
    platform.approve(submission)
    platform.pay_bonus(bonus(bench, submission, posting))

    seen = list(platform.bonuses(posting_id=posting, submission_id=submission))

    assert [(each.submission_id, each.amount) for each in seen] == [(submission, Decimal("0.50"))]
    assert not seen[0].reason or "m-1a2b3c4d" in seen[0].reason


@able(Can.EXCLUDE)
def test_people_are_kept_out_and_let_in_again(bench: Bench) -> None:
    platform, people = bench.platform, bench.people(2)
    posting = platform.publish(order()).external_id
    for worker in people:
        bench.work(posting, worker)

    name = platform.exclusion("Took part in: pictures")
    assert platform.exclusion("Took part in: pictures") == name
    platform.exclude(name, tuple(people))
    platform.exclude(name, tuple(people[:1]))
    assert sorted(platform.excluded(name)) == people
    platform.readmit(name, tuple(people[:1]))
    platform.readmit(name, tuple(people[:1]))

    assert list(platform.excluded(name)) == people[1:]


@able(Can.BLOCK)
def test_a_block_is_put_up_once_and_taken_away(bench: Bench) -> None:
    platform, (worker,) = bench.platform, bench.people(1)

    platform.block(worker, reason="A script filled in the forms.")
    platform.block(worker, reason="A script filled in the forms.")
    assert list(platform.blocks()) == [worker]
    platform.unblock(worker, reason="A mistake of ours.")

    assert list(platform.blocks()) == []


@able(Can.MESSAGE)
def test_a_message_says_whom_it_did_not_reach(bench: Bench) -> None:
    platform, (worker, stranger) = bench.platform, bench.people(2)
    platform.approve(bench.work(platform.publish(order()).external_id, worker))

    failed = platform.message((worker, stranger), subject="Thank you", text="It was a pleasure.")

    assert set(failed) == {stranger}
    assert failed[stranger]


CALLS: dict[str, Callable[[Platform], object]] = {
    "balance": lambda platform: platform.balance(),
    "examine": lambda platform: platform.examine(),
    "publish": lambda platform: platform.publish(order(9)),
    "submissions": lambda platform: list(platform.submissions("3" + "0" * 29)),
    "approve": lambda platform: platform.approve("3" + "0" * 29),
}


@pytest.mark.parametrize("kind", ["error", "throttle", "drop"])
@pytest.mark.parametrize("call", ["balance", "publish"])
def test_a_fault_of_the_platforms_can_be_tried_again(called: Bench, kind: str, call: str) -> None:
    called.fault("*", kind, times=0)

    with pytest.raises(PlatformUnavailable) as refusal:
        CALLS[call](called.platform)

    assert (refusal.value.code == "throttled") == (kind == "throttle")


@pytest.mark.parametrize("call", sorted(CALLS))
@pytest.mark.parametrize("name", CALLED)
def test_nobody_answering_can_be_tried_again(name: str, call: str) -> None:
    nowhere = PLATFORMS[name].connect(Link(name, "http://127.0.0.1:9", credentials="env:STANDIN"))

    with pytest.raises(PlatformUnavailable):
        CALLS[call](nowhere)


def test_without_funds_somebody_is_told_to_act_and_nothing_is_made(called: Bench) -> None:
    called.control.deposit("-10000")

    with pytest.raises(PlatformRefused) as refusal:
        called.platform.publish(order())

    assert refusal.value.hint
    assert list(called.platform.postings()) == []


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_what_a_kind_cannot_do_is_refused_in_one_sentence(name: str) -> None:
    kind = PLATFORMS[name]
    platform = kind.connect(Link(name, "http://127.0.0.1:9" if kind.live else "", credentials="env:STANDIN"))
    tries: dict[Can, Callable[[], object]] = {
        Can.POST: lambda: platform.publish(order()),
        Can.PAUSE: lambda: platform.pause("x"),
        Can.REJECT: lambda: platform.reject("x", reason="r"),
        Can.BONUS: lambda: platform.pay_bonus(BonusOrder("t", "r", "p", "s", "A", Decimal(1), "")),
        Can.COMPLETE: lambda: platform.complete("x", code="c"),
        Can.ASK_RETURN: lambda: platform.ask_return("x", reason="r"),
        Can.EXCLUDE: lambda: platform.exclude("l", ("A",)),
        Can.MESSAGE: lambda: platform.message(("A",), subject="s", text="t"),
        Can.BLOCK: lambda: platform.block("A", reason="r"),
    }

    for ability, attempt in tries.items():
        if ability not in kind.abilities:
            with pytest.raises(PlatformRefused, match="cannot") as refusal:
                attempt()
            assert refusal.value.code == "cannot"


def test_examining_an_account_finds_it_well(platform: Platform) -> None:
    findings = platform.examine()

    assert findings
    assert all(finding.is_well for finding in findings)
