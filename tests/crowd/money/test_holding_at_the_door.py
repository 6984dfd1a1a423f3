"""Who is let in has what they can be paid at most held for them; who cannot be paid does not begin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Budget, Posting, Submission
from crowd.services.budgets import held
from crowd.services.holds import hold_of_claim, hold_places
from crowd.services.settling import settle_money
from experiments.models import Study
from participants.models import Session
from tests.crowd.arriving import agree, come_in, link, offered
from tests.crowd.factories import dollars

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def posting() -> Posting:
    """Two places at 1.20, and a study that has nothing else."""
    posting = offered(places=2)
    Study.objects.filter(pk=posting.campaign.experiment.study_id).update(budget=dollars("2.40"))
    hold_places(posting, 2, at=NOW)
    return posting


def test_the_place_of_who_comes_in_is_held_for_them(posting: Posting) -> None:
    come_in(posting, worker="A1", claim="3A")
    come_in(posting, worker="A2", claim="3B")

    assert Budget.objects.get().reserved == dollars("2.40")


def test_beyond_the_budget_nobody_begins(posting: Posting) -> None:
    Posting.objects.update(desired_places=3)
    come_in(posting, worker="A1", claim="3A")
    come_in(posting, worker="A2", claim="3B")

    refused = agree(Client(), link(posting, worker="A3", claim="3C"))

    assert refused.status_code == 403
    assert "cannot pay anybody more" in refused.content.decode()
    assert (Session.objects.count(), Submission.objects.count()) == (2, 2)
    assert Budget.objects.get().reserved == dollars("2.40")


def test_who_takes_over_a_place_takes_over_what_is_held_for_it(posting: Posting) -> None:
    come_in(posting, worker="A1", claim="3A")
    come_in(posting, worker="A2", claim="3B")
    come_in(posting, worker="A3", claim="3B")
    come_in(posting, worker="A1", claim="3C")

    assert Budget.objects.get().reserved == dollars("2.40")


def test_claims_that_nobody_has_seen_hold_no_more_than_the_places_cost(posting: Posting) -> None:
    """Ids can be made up, and whoever returns a place without a word frees it for somebody whom we do not expect."""
    Study.objects.update(budget=dollars("100.00"))

    for number in range(5):
        come_in(posting, worker=f"A{number}", claim=f"3{number}")

    assert Session.objects.count() == 5
    assert Budget.objects.get().reserved == dollars("2.40")


def test_work_that_is_there_is_paid_out_of_what_claims_hold_that_nobody_has_seen(posting: Posting) -> None:
    for number in range(3):
        come_in(posting, worker=f"A{number}", claim=f"3{number}")
    work = Submission.objects.get(external_id="32")
    Submission.objects.filter(pk=work.pk).update(observed="submitted", submitted_at=NOW)

    settle_money(now=NOW)

    assert held(Budget.objects.get(), hold_of_claim(work)) == dollars("1.20")
    assert Budget.objects.get().reserved == dollars("2.40")
