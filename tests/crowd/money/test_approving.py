"""What goes out is looked at as a plan and confirmed by its total: all of it or none; a second click adds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crowd.errors import BudgetExceeded, NotConfirmed
from crowd.models import Budget, Campaign, Obligation, Payment
from crowd.reads.hourly import hourly_of
from crowd.services.approving import (
    Confirmed,
    PaymentPlan,
    TopUpPlan,
    approve_plan,
    plan_of_payments,
    plan_of_top_up,
    top_up_pay,
)
from crowd.services.obligations import debt_to, owe
from experiments.models import Study
from participants.models import Session
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.factories import make_user
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def campaign_of(minutes: list[int], *, fair: str = "9.00", budget: str = "100.00") -> Campaign:
    """People who completed, were approved, are owed 1.00, and took so long."""
    experiment = running(target=40)
    Study.objects.filter(pk=experiment.study_id).update(budget=dollars(budget))
    experiment.study.refresh_from_db()
    campaign = make_campaign(experiment, terms={"fair_hourly": fair})
    posting = make_posting(campaign, places=9)
    for number, taken in enumerate(minutes):
        session = enter_session(experiment)
        ended = session.entered_at + timedelta(minutes=taken)
        Session.objects.filter(pk=session.pk).update(status="completed", ended_at=ended)
        session.refresh_from_db()
        columns: dict[str, object] = {"outcome": "completed", "observed": "approved", "done_at": ended}
        submission = make_submission(posting, worker=f"A{number}", session=session, **columns)
        owe(debt_to(submission, Obligation.Kind.BASE, dollars("1.00")), at=NOW)
    return campaign


def said(plan: PaymentPlan | TopUpPlan, total: str = "") -> Confirmed:
    return Confirmed(dollars(total) if total else plan.total, plan.sha256, by=make_user())


def arms(campaign: Campaign) -> dict[str, tuple[str, str]]:
    return {line.arm: (str(line.hourly), str(line.short)) for line in hourly_of(campaign)}


def owed_top_ups() -> list[str]:
    return [str(amount) for amount in Obligation.objects.filter(kind="top_up").values_list("amount", flat=True)]


def test_the_median_of_each_arm_is_told_and_what_it_lacks() -> None:
    campaign = campaign_of([10] * 10)

    assert set(arms(campaign).values()) == {("6.00", "0.50")}
    assert all(line.is_alarm for line in hourly_of(campaign))


def test_a_few_people_and_fair_pay_raise_no_alarm() -> None:
    assert not any(line.is_alarm for line in hourly_of(campaign_of([10] * 4)))
    assert not any(line.short for line in hourly_of(campaign_of([6] * 10)))
    assert not any(line.short for line in hourly_of(campaign_of([10] * 10, fair="0.00")))


def test_one_confirmation_brings_everybody_up_and_the_second_click_is_refused() -> None:
    campaign = campaign_of([10] * 10)
    plan = plan_of_top_up(campaign)
    assert str(plan.total) == "6.00"
    confirmed = said(plan)

    assert top_up_pay(campaign, confirmed, at=NOW) == 10
    with pytest.raises(NotConfirmed, match="nothing to pay"):
        top_up_pay(campaign, confirmed, at=NOW)

    assert owed_top_ups() == ["0.50"] * 10
    assert set(arms(campaign).values()) == {("9.00", "0.00")}
    assert Payment.objects.filter(state="approved").count() == 10
    assert Budget.objects.get().reserved == dollars("6.00")


def test_a_top_up_of_many_takes_no_more_queries_than_one_of_few() -> None:
    plans = [(campaign, said(plan_of_top_up(campaign))) for campaign in (campaign_of([10] * 2), campaign_of([10] * 8))]
    counts = []
    for campaign, confirmed in plans:
        with CaptureQueriesContext(connection) as queries:
            top_up_pay(campaign, confirmed, at=NOW)
        counts.append(len(queries))

    assert Payment.objects.filter(state="approved").count() == 10
    assert counts[0] == counts[1]


def test_whoever_has_not_been_seen_to_hand_in_is_no_unpaid_person_yet() -> None:
    campaign = campaign_of([6] * 4)
    before = hourly_of(campaign)
    for number in range(6):
        session = enter_session(campaign.experiment)
        Session.objects.filter(pk=session.pk).update(status="completed", ended_at=session.entered_at)
        columns: dict[str, object] = {"outcome": "completed", "observed": "active", "done_at": NOW}
        make_submission(campaign.postings.get(), worker=f"B{number}", session=session, **columns)

    assert hourly_of(campaign) == before
    assert not plan_of_top_up(campaign).people


def test_people_who_came_meanwhile_are_not_paid_unseen() -> None:
    campaign = campaign_of([10] * 10)
    confirmed = said(plan_of_top_up(campaign))
    campaign_people = Obligation.objects.filter(campaign=campaign, kind="base")
    owe(debt_to(campaign_people[0].submission, "bonus", dollars("0.20")), at=NOW)  # type: ignore[arg-type]
    extra = make_submission(campaign.postings.get(), session=None)
    extra.session = Session.objects.latest("pk")
    extra.outcome, extra.observed = "completed", "approved"
    extra.save()
    owe(debt_to(extra, "base", dollars("1.00")), at=NOW)

    with pytest.raises(NotConfirmed, match="has changed"):
        top_up_pay(campaign, confirmed, at=NOW)
    assert owed_top_ups() == []


def test_beyond_the_budget_nobody_is_topped_up() -> None:
    campaign = campaign_of([10] * 10, budget="5.99")

    with pytest.raises(BudgetExceeded):
        top_up_pay(campaign, said(plan_of_top_up(campaign)), at=NOW)
    assert owed_top_ups() == []
    assert not Payment.objects.filter(state="approved").exists()


def test_planned_payments_are_approved_together_by_who_typed_the_total() -> None:
    campaign = campaign_of([6] * 3)
    for base in Obligation.objects.filter(kind="base"):
        owe(debt_to(base.submission, "bonus", dollars("0.20")), at=NOW)  # type: ignore[arg-type]
    plan = plan_of_payments(campaign)
    assert str(plan.total) == "0.72"

    with pytest.raises(NotConfirmed, match=r"comes to 0\.72, not to 0\.60"):
        approve_plan(campaign, said(plan, "0.60"), at=NOW)
    assert not Payment.objects.filter(state="approved").exists()

    confirmed = said(plan)
    assert approve_plan(campaign, confirmed, at=NOW) == 3
    assert set(Payment.objects.filter(state="approved").values_list("approved_by", flat=True)) == {confirmed.by.pk}
    assert set(Payment.objects.filter(obligation__kind="base").values_list("state", flat=True)) == {"planned"}
