"""What is owed is owed once, under one token; paying moves step by step and spends what was held for that person."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from crowd.errors import BudgetExceeded, OwedOtherwise
from crowd.models import Budget, Obligation, Payment, Submission
from crowd.paying.keys import token_of
from crowd.reconcile.words import PaymentState, PostingWish
from crowd.services.holds import give_back_claim, hold_claim, hold_places, settle_claim, settle_posting
from crowd.services.obligations import Debt, attach, debt_to, owe
from crowd.services.payments import approve_payment, cancel_payment, confirm_base, confirm_payment, move
from experiments.errors import IllegalTransition
from experiments.models import Event
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BONUS, BASE = Obligation.Kind.BONUS, Obligation.Kind.BASE


@pytest.fixture
def submission() -> Submission:
    """Of the first of two places at 1.00 with a bonus of at most 0.50: 1.80 each with fees."""
    campaign = make_campaign(make_experiment(make_study(budget=dollars("4.00"))), terms={"worst_bonus": "0.50"})
    posting = make_posting(campaign, places=2, desired=PostingWish.OPEN)
    hold_places(posting, 2, at=NOW)
    return make_submission(posting, accepted_at=NOW)


def bonus_of(submission: Submission, amount: str = "0.50", number: int = 1) -> Payment:
    return owe(debt_to(submission, BONUS, dollars(amount), number=number), at=NOW).payment


def money() -> tuple[str, str]:
    budget = Budget.objects.get()
    return str(budget.reserved), str(budget.spent)


def test_publishing_holds_reward_fee_and_worst_bonus_of_each_place(submission: Submission) -> None:
    assert money() == ("3.60", "0.00")


def test_who_takes_a_place_takes_what_was_held_for_it(submission: Submission) -> None:
    for _ in range(2):
        hold_claim(submission, at=NOW)

    assert money() == ("3.60", "0.00")


def test_a_third_at_the_last_cent_is_refused(submission: Submission) -> None:
    posting = submission.posting
    for each in (submission, make_submission(posting)):
        hold_claim(each, at=NOW)

    with pytest.raises(BudgetExceeded):
        hold_claim(make_submission(posting, observed="active"), at=NOW)
    assert money() == ("3.60", "0.00")


def test_a_place_that_is_returned_is_held_for_the_next(submission: Submission) -> None:
    hold_claim(submission, at=NOW)
    for _ in range(2):
        give_back_claim(submission, at=NOW)
    for _ in range(2):
        hold_claim(make_submission(submission.posting), at=NOW)

    assert money() == ("3.60", "0.00")


def test_a_place_of_a_closed_posting_is_free_when_it_is_returned(submission: Submission) -> None:
    hold_claim(submission, at=NOW)
    submission.posting.desired = PostingWish.CLOSED
    give_back_claim(submission, at=NOW)
    settle_posting(submission.posting, at=NOW)

    assert money() == ("0.00", "0.00")


def test_the_same_debt_is_one_obligation_with_one_token(submission: Submission) -> None:
    payments = [bonus_of(submission) for _ in range(2)]

    campaign = submission.posting.campaign
    assert payments[0] == payments[1]
    assert payments[0].token == token_of(campaign.uuid, submission.participant.uuid, "bonus", 1)
    assert Event.objects.filter(kind="obligation.made").count() == 1


def test_another_amount_for_the_same_thing_is_refused(submission: Submission) -> None:
    bonus_of(submission)

    with pytest.raises(OwedOtherwise, match=r"0\.50, not 0\.60"):
        bonus_of(submission, "0.60")
    assert Obligation.objects.get().amount == dollars("0.50")


def test_a_bonus_goes_from_the_place_to_the_payment_and_is_spent(submission: Submission) -> None:
    hold_claim(submission, at=NOW)
    payment = approve_payment(bonus_of(submission), by=None, at=NOW)
    assert money() == ("3.60", "0.00")

    for _ in range(2):
        confirm_payment(payment, at=NOW)
    assert money() == ("3.00", "0.60")
    settle_claim(submission, at=NOW)
    assert money() == ("1.80", "0.60")


def test_an_approval_seen_at_the_platform_spends_the_base_once(submission: Submission) -> None:
    hold_claim(submission, at=NOW)
    owe(debt_to(submission, BASE, dollars("1.00")), at=NOW)
    for _ in range(2):
        confirm_base(submission, at=NOW)

    assert money() == ("2.40", "1.20")


def test_a_payment_beyond_the_budget_stays_planned(submission: Submission) -> None:
    hold_claim(submission, at=NOW)
    payment = bonus_of(submission, "40.00")

    with pytest.raises(BudgetExceeded):
        approve_payment(payment, by=None, at=NOW)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PLANNED
    assert money() == ("3.60", "0.00")


def test_what_may_have_left_is_never_cancelled(submission: Submission) -> None:
    payment = approve_payment(bonus_of(submission), by=None, at=NOW)
    payment.sent_at = NOW
    move(payment, PaymentState.SENDING, at=NOW)

    with pytest.raises(IllegalTransition, match="sending cannot become cancelled"):
        cancel_payment(payment, at=NOW)
    assert Payment.objects.get().state == PaymentState.SENDING


def test_what_is_cancelled_frees_what_it_held(submission: Submission) -> None:
    settle_posting(submission.posting, at=NOW)
    payment = approve_payment(bonus_of(submission), by=None, at=NOW)
    assert money() == ("0.60", "0.00")

    for _ in range(2):
        cancel_payment(payment, at=NOW)
    assert money() == ("0.00", "0.00")


def test_the_database_keeps_what_is_owed_and_what_is_paid(submission: Submission) -> None:
    payment = confirm_payment(bonus_of(submission), at=NOW)

    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Obligation.objects.update(amount=dollars("9.00"))
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Payment.objects.update(state=PaymentState.APPROVED)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Payment.objects.update(token="another")
    payment.refresh_from_db()
    assert payment.state == PaymentState.CONFIRMED


def test_a_compensation_waits_for_a_submission_of_the_same_person(submission: Submission) -> None:
    debt = Debt(submission.posting.campaign, submission.participant, Obligation.Kind.COMPENSATION, dollars("1.00"))
    obligation = owe(debt, at=NOW)

    attach(obligation, make_submission(submission.posting))
    assert obligation.submission is None
    attach(obligation, submission)
    assert obligation.submission == submission
