"""Whatever is seen late, taken back or called off: everybody is paid once, out of money that is there."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crowd.errors import BudgetExceeded
from crowd.models import Budget, Campaign, Obligation, Payment, Submission
from crowd.reads.reviews import Ask
from crowd.reviewing.words import Decision
from crowd.services.holds import hold_plan, settle_posting
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment, cancel_payment, confirm_payment
from crowd.services.review_rule import review_by_rule
from crowd.services.reviewing import Meant, checked_plan, review_work
from crowd.services.settling import _each
from tests.crowd.factories import dollars, make_posting, make_submission
from tests.crowd.money.test_settling import campaign, done, seen, states, sweep
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def override(one: Campaign, submission: Submission) -> None:
    ask = Ask(Decision.OVERRIDE, (submission.uuid,), reason="We were wrong about them.")
    plan = checked_plan(one, ask, now=NOW)
    review_work(one, ask, Meant(plan.phrase, plan.sha256, make_user()), now=NOW)


def rejected(one: Campaign) -> Submission:
    submission = done(one)
    sweep()
    seen(submission, "rejected", desired="rejected", submitted_at=NOW)
    sweep()
    return submission


def test_work_that_was_thought_lost_and_shows_up_is_paid_by_its_approval_and_not_by_a_compensation_too() -> None:
    submission = done(campaign(auto_approve=True, bonus=""), observed="returned")
    sweep()
    assert states() == {"base": "cancelled", "compensation": "planned"}

    seen(submission, "submitted", submitted_at=NOW)
    sweep()
    assert states() == {"base": "planned", "compensation": "cancelled"}

    review_by_rule(now=NOW)
    seen(submission, "approved")
    sweep()
    assert states() == {"base": "confirmed", "compensation": "cancelled"}


def test_whose_compensation_has_left_is_not_approved_by_rule() -> None:
    submission = done(campaign(auto_approve=True, bonus=""), observed="returned")
    sweep()
    confirm_payment(Payment.objects.get(obligation__kind="compensation"), at=NOW)

    seen(submission, "submitted", submitted_at=NOW)
    sweep()

    assert review_by_rule(now=NOW) == 0
    assert states() == {"base": "cancelled", "compensation": "confirmed"}


def test_who_loses_the_place_once_more_is_compensated_once_more() -> None:
    submission = done(campaign(bonus=""), observed="returned")
    sweep()
    seen(submission, "submitted")
    sweep()
    seen(submission, "returned")
    sweep()

    owed = Obligation.objects.filter(kind="compensation").order_by("number")
    assert list(owed.values_list("number", "payment__state")) == [(1, "cancelled"), (2, "planned")]


def test_a_rejection_that_was_wrong_takes_no_bonus_along() -> None:
    one = campaign()
    submission = rejected(one)
    assert states() == {"base": "cancelled", "bonus": "cancelled"}

    override(one, submission)
    seen(submission, "approved")
    sweep(4)

    assert states()["base"] == "confirmed"
    owed = Obligation.objects.filter(kind="bonus").order_by("number").values_list("number", "amount", "payment__state")
    assert list(owed) == [(1, dollars("0.30"), "cancelled"), (2, dollars("0.30"), "planned")]


def test_what_overriding_takes_is_held_until_the_platform_has_approved() -> None:
    one = campaign()
    submission = rejected(one)
    settle_posting(submission.posting, at=NOW)
    assert Budget.objects.get().reserved == 0
    study = one.experiment.study
    study.budget = dollars("1.80")
    study.save()

    override(one, submission)
    sweep()

    assert Budget.objects.get().reserved == study.budget
    with pytest.raises(BudgetExceeded):
        hold_plan(one, 1, key="more", at=NOW)


def test_the_cent_of_a_posting_that_pays_somebody_is_not_their_reward() -> None:
    one = campaign(bonus="")
    submission = done(one)
    other = make_submission(make_posting(one, purpose="compensate"), observed="approved")
    Submission.objects.filter(pk=other.pk).update(participant=submission.participant)
    other.refresh_from_db()
    owe(debt_to(other, "base", dollars("0.01"), number=2), at=NOW)

    sweep()

    assert Obligation.objects.get(kind="base", number=1).amount == dollars("1.00")


def test_what_was_called_off_and_is_paid_all_the_same_is_booked_once() -> None:
    done(campaign())
    sweep()
    payment = approve_payment(Payment.objects.get(obligation__kind="bonus"), by=None, at=NOW)
    cancel_payment(payment, at=NOW)
    before = Budget.objects.get()

    confirm_payment(payment, at=NOW)
    confirm_payment(payment, at=NOW)

    after = Budget.objects.get()
    assert after.spent == dollars("0.36")
    assert after.reserved + after.spent <= before.reserved + dollars("0.36")


def test_who_moved_on_since_a_sweep_found_them_stops_nobody_else() -> None:
    first, second = done(one := campaign(bonus="")), done(one)
    sweep()
    confirm_payment(Payment.objects.get(obligation__submission=first), at=NOW)

    called_off = _each(Payment.objects.order_by("pk"), lambda row: cancel_payment(row, at=NOW))

    assert called_off == 1
    assert Payment.objects.get(obligation__submission=second).state == "cancelled"
