"""Bonuses at Prolific, which shows amounts alone: answers lost at every step, and each is paid once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crowd.models import Obligation, Payment, Submission
from crowd.platforms.prolific import client
from crowd.reconcile.words import PaymentState
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from crowd.services.sending import say_not_paid
from tests.crowd.factories import dollars
from tests.crowd.prolific.house import House, house_at
from tests.crowd.running import KillableProlific
from tests.factories import make_user

pytestmark = pytest.mark.django_db
EACH = 4


def handed_in(house: House, people: int) -> list[Submission]:
    """So many, seen by us."""
    posting = house.publish()
    house.theirs.work_all(posting.external_id, [house.visitor().id for _ in range(people)])
    house.go_round()
    return list(Submission.objects.order_by("pk"))


def bonus(house: House, submission: Submission, number: int) -> Payment:
    """All of one amount."""
    debt = debt_to(submission, Obligation.Kind.BONUS, dollars("0.25"), reason="Well done.", number=number)
    return approve_payment(owe(debt, at=house.now()).payment, by=None, at=house.now())


def paid_to(house: House) -> Counter[str]:
    """How many bonuses each has, by the stand-in's ledger."""
    entries = house.theirs.ledger()["entries"]
    return Counter(each["submission_id"] for each in entries if each["kind"] == "bonus")


def rounds(house: House, n: int) -> None:
    for _ in range(n):
        house.wait(3_700)
        house.send()


def somebody_looks(house: House) -> int:
    """What a person does: compares Prolific's list with ours, and says what was not paid."""
    said, user = 0, make_user()
    for submission in Submission.objects.all():
        ours = Payment.objects.filter(obligation__submission=submission, obligation__kind="bonus")
        missing = ours.exclude(state=PaymentState.APPROVED).count() - paid_to(house)[submission.external_id]
        for payment in ours.filter(state=PaymentState.UNKNOWN).order_by("-pk")[:missing]:
            say_not_paid(payment, by=user, at=house.now())
            said += 1
    return said


def test_answers_lost_at_every_step_pay_nobody_twice_and_leave_nobody_out(house: House) -> None:
    submissions = handed_in(house, 3)
    for number, operation in enumerate(("SetUpBonuses", "PayBonuses", "GetSubmission")):
        for moment in ("before", "after"):
            house.theirs.fault(operation, "drop", moment=moment, times=0, chance=0.25, seed=number + 3)
    for submission in submissions:
        for number in range(1, EACH + 1):
            bonus(house, submission, number)
    rounds(house, 6)
    assert max(paid_to(house).values()) <= EACH

    house.theirs.clear_faults()
    rounds(house, 2)
    somebody_looks(house)
    rounds(house, 3)

    assert paid_to(house) == {submission.external_id: EACH for submission in submissions}
    assert set(Payment.objects.filter(obligation__kind="bonus").values_list("state", flat=True)) == {"confirmed"}


def test_a_platform_that_dies_while_it_pays_has_paid_once(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))
    theirs = KillableProlific(tmp_path / "prolific.journal")
    theirs.start()
    try:
        house = house_at(theirs)
        [submission] = handed_in(house, 1)
        theirs.fault("PayBonuses", "kill", moment="after")
        payment = bonus(house, submission, 1)
        house.send()
        theirs.wait_for_death()
        payment.refresh_from_db()
        assert payment.state == PaymentState.UNKNOWN

        theirs.start()
        rounds(house, 3)

        payment.refresh_from_db()
        assert payment.state == PaymentState.CONFIRMED
        assert paid_to(house) == {submission.external_id: 1}
    finally:
        theirs.kill()


@pytest.mark.parametrize("other", [PaymentState.SENDING, PaymentState.UNKNOWN])
def test_one_that_is_shown_stands_for_one_alone(house: House, other: PaymentState) -> None:
    [submission] = handed_in(house, 1)
    house.theirs.fault("PayBonuses", "drop", moment="before")
    first = bonus(house, submission, 1)
    house.send()
    house.theirs.fault("PayBonuses", "drop", moment="after")
    second = bonus(house, submission, 2)
    house.send()
    Payment.objects.filter(pk=first.pk).update(state=other)
    Payment.objects.filter(pk=first.pk).update(leased_until=house.now().replace(year=2100))  # somebody is at it
    rounds(house, 2)

    second.refresh_from_db()
    assert second.state == PaymentState.UNKNOWN
    assert paid_to(house).total() == 1
