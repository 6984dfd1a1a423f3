"""A bonus is paid once, whatever becomes of the answer: what may have left is looked up before it is sent again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from crowd.models import Account, Budget, Payment, Submission
from crowd.reconcile.words import PaymentState
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from tests.crowd.factories import dollars
from tests.crowd.money.paying import Clock, bonus, bonuses_in, campaign_at, send, worked
from tests.crowd.running import RunningMTurk

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def submission(mturk_standin: RunningMTurk) -> Submission:
    return worked(mturk_standin, campaign_at(mturk_standin))[0]


def paid(standin: RunningMTurk) -> list[tuple[str, str]]:
    """(amount, reference) of each bonus in the stand-in's ledger."""
    return [(each["amount"], each["reason"].partition("[")[2].rstrip("]")) for each in bonuses_in(standin.ledger())]


def rounds(clock: Clock, n: int = 4) -> None:
    """A few rounds of sending, an hour after each other."""
    for _ in range(n):
        send(clock)
        clock.advance(3_600)


def test_a_bonus_is_paid_with_its_reference_in_the_reason(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock
) -> None:
    payment = bonus(submission)

    assert send(clock) == {"confirmed": 1}
    assert send(clock) == {}
    assert paid(mturk_standin) == [("0.50", payment.reference)]
    assert Budget.objects.get().spent == dollars("0.60")


@pytest.mark.parametrize("kind", ["drop", "error"])
def test_an_answer_lost_after_its_effect_is_looked_up_and_not_sent_again(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock, kind: str
) -> None:
    mturk_standin.fault("SendBonus", kind, moment="after")
    payment = bonus(submission)

    assert send(clock) == {"unknown": 1}
    rounds(clock)

    assert paid(mturk_standin) == [("0.50", payment.reference)]
    assert mturk_standin.calls()["counts"]["SendBonus"] == 1
    assert Payment.objects.get().state == PaymentState.CONFIRMED


@pytest.mark.parametrize("kind", ["drop", "error"])
def test_a_call_lost_before_its_effect_is_sent_again_under_its_token(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock, kind: str
) -> None:
    mturk_standin.fault("SendBonus", kind, moment="before", times=2)
    payment = bonus(submission)

    rounds(clock)

    assert paid(mturk_standin) == [("0.50", payment.reference)]
    assert Payment.objects.get().state == PaymentState.CONFIRMED


def test_a_bonus_that_the_platform_does_not_show_yet_counts_once_by_its_token(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock
) -> None:
    mturk_standin.fault("SendBonus", "drop", moment="after")
    mturk_standin.settings(lag=3_600)
    payment = bonus(submission)

    rounds(clock)

    assert mturk_standin.calls()["counts"]["SendBonus"] == 2
    assert paid(mturk_standin) == [("0.50", payment.reference)]
    assert Payment.objects.get().state == PaymentState.CONFIRMED


def test_after_a_day_the_token_is_forgotten_and_the_look_finds_it(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock
) -> None:
    mturk_standin.fault("SendBonus", "drop", moment="after")
    bonus(submission)
    send(clock)
    mturk_standin.advance(2 * 86_400)
    clock.advance(2 * 86_400)
    rounds(clock)

    assert len(paid(mturk_standin)) == 1
    assert mturk_standin.calls()["counts"]["SendBonus"] == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sender_that_died_in_between_leaves_a_row_that_is_looked_up(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock, moment: str
) -> None:
    mturk_standin.fault("SendBonus", "drop", moment=moment)
    payment = bonus(submission)
    send(clock)
    left = {"state": PaymentState.SENDING, "retry_at": None, "leased_until": clock() + timedelta(seconds=60)}
    Payment.objects.update(**left)  # as the killed process leaves it

    clock.advance(30)
    assert send(clock) == {}
    rounds(clock)

    assert paid(mturk_standin) == [("0.50", payment.reference)]
    assert Payment.objects.get().state == PaymentState.CONFIRMED


def test_without_funds_it_waits_and_the_account_says_what_to_do(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock
) -> None:
    mturk_standin.deposit(-9_989)
    payment = bonus(submission)

    assert send(clock) == {"approved": 1}
    payment.refresh_from_db()
    assert payment.sent_at is None
    assert "Prepay" in Account.objects.get().trouble
    assert send(clock) == {}

    mturk_standin.deposit(100)
    rounds(clock)
    assert len(paid(mturk_standin)) == 1
    assert not Account.objects.get().trouble


def test_what_the_platform_refuses_for_good_has_failed_and_keeps_what_it_holds(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock
) -> None:
    submission.external_id = "3NOSUCHASSIGNMENT"
    submission.save()
    bonus(submission)

    assert send(clock) == {"failed": 1}
    rounds(clock)

    payment = Payment.objects.get()
    assert payment.state == PaymentState.FAILED
    assert payment.trouble
    assert Budget.objects.get().reserved == dollars("0.60")
    assert paid(mturk_standin) == []


def test_the_base_is_paid_by_approval_alone_and_open_work_waits(
    mturk_standin: RunningMTurk, submission: Submission, clock: Clock
) -> None:
    approve_payment(owe(debt_to(submission, "base", dollars("1.00")), at=clock()).payment, by=None, at=clock())
    submission.observed = "active"
    submission.save()
    bonus(submission)

    rounds(clock, 2)

    assert paid(mturk_standin) == []
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.APPROVED}


def test_an_erased_person_cannot_be_paid(mturk_standin: RunningMTurk, submission: Submission, clock: Clock) -> None:
    bonus(submission)
    submission.participant.vault.delete()

    assert send(clock) == {"failed": 1}
    assert "erased" in Payment.objects.get().trouble


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_pay_each_bonus_once(mturk_standin: RunningMTurk, clock: Clock) -> None:
    people = worked(mturk_standin, campaign_at(mturk_standin), 12)
    references = {bonus(each).reference for each in people}

    def sender(_: int) -> dict[str, int]:
        try:
            return send(clock)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(sender, range(4)))

    assert sum(each.get("confirmed", 0) for each in ended) == 12
    assert mturk_standin.calls()["counts"]["SendBonus"] == 12
    assert {reference for _, reference in paid(mturk_standin)} == references
