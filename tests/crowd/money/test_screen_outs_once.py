"""A screen-out that the platform pays by itself is paid by nothing else, and its money is held before anybody comes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crowd.errors import BudgetExceeded
from crowd.models import Budget, Campaign, Payment, Submission
from crowd.reads.campaigns import plan_of
from crowd.reads.fees import cost_of_screen_outs
from crowd.reads.settling import ruled
from crowd.services.approving import plan_of_payments
from crowd.services.budgets import left_of
from crowd.services.closing import close_campaign
from crowd.services.holds import hold_claim, hold_of_plan, hold_of_posting
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.settling import settle_money
from crowd.services.topping_up import plan_top_up, top_up_campaign
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_submission
from tests.studies import running

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TERMS: dict[str, object] = {
    "reward": "2.00",
    "pay_rules": {"screened_out": {"share": "0.25"}},
    "platform": {"screen_out_slots": 20},
    "auto_approve": True,
}


def campaign(status: str = Campaign.Status.RUNNING, **terms: object) -> Campaign:
    account = make_account(platform="prolific")
    return make_campaign(running(), account, terms={**TERMS, **terms}, goal=2, status=status)  # type: ignore[dict-item]


def screened_out(campaign: Campaign, sight: str) -> Payment:
    """Somebody who does not qualify, and what they are owed for it."""
    mine = make_submission(make_posting(campaign), worker="A1", outcome="screened_out", observed=sight)
    return owe(debt_to(mine, "screen_out", dollars("0.50")), at=NOW).payment


def seen(sight: str) -> None:
    Submission.objects.filter(outcome="screened_out").update(observed=sight)


@pytest.mark.parametrize("sight", ["unseen", "active", "submitted"])
def test_it_is_not_passed_on_through_other_work_of_theirs(sight: str) -> None:
    first = campaign()
    make_submission(make_posting(first), worker="A1", observed="approved")
    second = make_campaign(first.experiment, first.account, terms=TERMS, goal=2)  # type: ignore[arg-type]
    payment = screened_out(second, sight)
    own = payment.obligation.submission

    settle_money(now=NOW)
    settle_money(now=NOW)
    payment.refresh_from_db()
    assert (payment.state, Payment.objects.get(pk=payment.pk).obligation.submission) == ("planned", own)


def test_what_the_platform_shows_as_paid_is_approved_by_nobody_besides() -> None:
    payment = screened_out(campaign(), "screened_out")
    assert plan_of_payments(payment.obligation.campaign).payments == ()
    assert not ruled(NOW).exists()

    settle_money(now=NOW)
    payment.refresh_from_db()
    assert payment.state == "confirmed"


def test_approved_for_a_place_that_timed_out_it_waits_once_the_code_comes_after_all() -> None:
    payment = screened_out(campaign(), "timed_out")
    approve_payment(payment, by=None, at=NOW)
    assert Payment.objects.to_send(NOW).count() == 1

    for sight in ("submitted", "screened_out"):
        seen(sight)
        assert not Payment.objects.to_send(NOW).exists()
    seen("rejected")
    assert Payment.objects.to_send(NOW).count() == 1


def test_the_plan_holds_every_screen_out_that_the_platform_may_pay() -> None:
    draft, without = campaign(Campaign.Status.DRAFT), campaign(Campaign.Status.DRAFT, platform={})
    more = plan_of(draft).total - plan_of(without).total
    assert more == cost_of_screen_outs(draft).total == 20 * dollars("0.50") + 20 * dollars("0.22")

    study = draft.experiment.study
    study.budget = plan_of(draft).total - dollars("0.01")
    study.save()
    plan = plan_of(draft)
    with pytest.raises(BudgetExceeded):
        publish_campaign(draft, Confirmation(plan.total, plan.sha256), now=NOW)
    assert not Budget.objects.filter(study=study, reserved__gt=0).exists()


def test_a_screen_out_takes_nothing_from_who_comes_next() -> None:
    draft = campaign(Campaign.Status.DRAFT)
    plan = plan_of(draft)
    publish_campaign(draft, Confirmation(plan.total, plan.sha256), now=NOW)
    posting = draft.postings.get()
    held = left_of(draft, hold_of_plan(draft), at=NOW)
    place = left_of(draft, hold_of_posting(posting), at=NOW)
    mine = make_submission(posting, worker="A1", outcome="screened_out", observed="screened_out")
    hold_claim(mine, at=NOW)
    owe(debt_to(mine, "screen_out", dollars("0.50")), at=NOW)

    settle_money(now=NOW)
    settle_money(now=NOW)
    assert (held, place) == (cost_of_screen_outs(draft).total, left_of(draft, hold_of_posting(posting), at=NOW))
    assert left_of(draft, hold_of_plan(draft), at=NOW) == held - dollars("0.72")
    assert Budget.objects.get().spent == dollars("0.72")


def test_a_posting_anew_after_closing_has_its_slots_held_anew() -> None:
    draft = campaign(Campaign.Status.DRAFT)
    plan = plan_of(draft)
    publish_campaign(draft, Confirmation(plan.total, plan.sha256), now=NOW)
    close_campaign(draft, "Enough.", now=NOW)
    assert left_of(draft, hold_of_plan(draft), at=NOW) == dollars("0.00")
    draft.postings.update(observed="closed")

    more = plan_top_up(Campaign.objects.get(pk=draft.pk), completes=1, spare=0)
    confirmation = Confirmation(more.total, more.sha256)
    top_up_campaign(draft, confirmation, completes=1, spare=0, now=NOW)
    assert draft.postings.count() == 2
    assert left_of(draft, hold_of_plan(draft), at=NOW) == cost_of_screen_outs(draft).total
