"""A study whose budget is used up keeps no other's people from being paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from crowd.models import Obligation, Payment
from crowd.services import settling
from crowd.services.holds import hold_claim
from crowd.services.obligations import debt_to, owe
from crowd.services.settling import FOR_BUDGET, approve_by_rule
from experiments.models import Study
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def owed(n: int) -> list[Payment]:
    """So many parts, to be approved by the rule, in a study that can pay for none."""
    campaign = make_campaign(make_experiment(make_study()), terms={"auto_approve": True})
    posting = make_posting(campaign, places=n)
    people = [make_submission(posting, observed="submitted") for _ in range(n)]
    owe_them = [owe(debt_to(each, Obligation.Kind.PARTIAL, dollars("0.50")), at=NOW) for each in people]
    Study.objects.filter(pk=campaign.experiment.study_id).update(budget=0)
    return [each.payment for each in owe_them]


def state(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.state


def test_the_others_have_their_turn_in_the_same_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MOST", 4)
    owed(6)
    (other,) = owed(1)
    Study.objects.filter(pk=other.obligation.campaign.experiment.study_id).update(budget=10)

    approve_by_rule(NOW)

    assert state(other) == "approved"


def test_within_a_study_who_has_money_held_does_not_wait_behind_who_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MOST", 4)
    *poor, rich = owed(6)
    Study.objects.update(budget=10)
    assert rich.obligation.submission is not None
    hold_claim(rich.obligation.submission, at=NOW)
    Study.objects.update(budget=0)

    approve_by_rule(NOW)
    approve_by_rule(NOW)

    assert (state(rich), {state(each) for each in poor}) == ("approved", {"planned"})


def test_who_waits_for_the_budget_is_asked_about_again(monkeypatch: pytest.MonkeyPatch) -> None:
    (payment,) = owed(1)
    approve_by_rule(NOW)
    Study.objects.update(budget=10)

    approve_by_rule(NOW + FOR_BUDGET + timedelta(seconds=1))

    assert state(payment) == "approved"
