"""Money is held before it is asked for, spent out of what is held, and refused where there is none."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from crowd.errors import BudgetExceeded
from crowd.models import Budget, BudgetEntry, Campaign
from crowd.paying.cost import Cost
from crowd.services.budgets import Booking, budget_of, held, release, release_all, reserve, spend
from tests.crowd.factories import dollars, make_campaign
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_experiment(make_study(budget=dollars("20.00"))))


def booking(campaign: Campaign, hold: str, amount: str, fee: str = "0.00", key: str = "") -> Booking:
    return Booking(campaign, hold, Cost(dollars(amount), dollars(fee)), key)


def budget() -> Budget:
    return Budget.objects.select_related("study").get()


def test_what_is_held_is_no_longer_free(campaign: Campaign) -> None:
    reserve(booking(campaign, "a", "10.00", "2.00"), at=NOW)

    with pytest.raises(BudgetExceeded, match=r"8\.01 USD more, but 8\.00 of the budget of 20\.00 are free"):
        reserve(booking(campaign, "b", "8.01"), at=NOW)

    assert budget().reserved == dollars("12.00")
    assert not BudgetEntry.objects.filter(hold="b").exists()


def test_the_same_line_is_booked_once(campaign: Campaign) -> None:
    for _ in range(2):
        reserve(booking(campaign, "a", "10.00", key="a#1"), at=NOW)
        spend(booking(campaign, "a", "4.00", key="a#1"), at=NOW)

    assert (budget().reserved, budget().spent) == (dollars("6.00"), dollars("4.00"))


def test_a_hold_passes_on_what_it_has_before_free_money_is_taken(campaign: Campaign) -> None:
    reserve(booking(campaign, "posting", "15.00"), at=NOW)
    reserve(booking(campaign, "claim", "18.00"), at=NOW, out_of=("posting",))

    assert budget().reserved == dollars("18.00")
    assert (held(budget(), "posting"), held(budget(), "claim")) == (dollars("0"), dollars("18.00"))


def test_what_is_left_of_a_hold_comes_back(campaign: Campaign) -> None:
    reserve(booking(campaign, "a", "10.00"), at=NOW)
    spend(booking(campaign, "a", "4.00"), at=NOW)
    release(booking(campaign, "a", "1.00"), at=NOW)
    for _ in range(2):
        release_all(campaign, "a", at=NOW)

    assert (budget().reserved, budget().spent) == (dollars("0"), dollars("4.00"))


def test_money_that_has_left_is_booked_even_where_none_was_held(campaign: Campaign) -> None:
    reserve(booking(campaign, "a", "19.00"), at=NOW)
    spend(booking(campaign, "b", "3.00"), at=NOW)

    assert budget().spent == dollars("3.00")
    assert budget().reserved + budget().spent == dollars("22.00")
    with pytest.raises(BudgetExceeded):
        reserve(booking(campaign, "c", "0.01"), at=NOW)


def test_the_limit_follows_the_study_but_never_below_what_is_out(campaign: Campaign) -> None:
    reserve(booking(campaign, "a", "12.00"), at=NOW)
    study = campaign.experiment.study
    study.budget = dollars("5.00")
    study.save()

    with transaction.atomic():
        assert budget_of(study, at=NOW).limit == dollars("12.00")


def test_the_account_book_never_changes(campaign: Campaign) -> None:
    reserve(booking(campaign, "a", "12.00"), at=NOW)

    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        BudgetEntry.objects.update(amount=dollars("1.00"))
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        BudgetEntry.objects.all().delete()
    assert BudgetEntry.objects.get(hold="a").amount == dollars("12.00")
