"""Who went silent on a plain link's place goes on while it is free: once somebody else has it, it is theirs no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crowd.models import Budget, Posting, Submission
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.settling import settle_money
from experiments.models import Study
from participants.capability import token_of
from participants.models import Session
from participants.services.sweeping import sweep
from tests.crowd.arriving import agree
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting
from tests.crowd.test_plain_link import link
from tests.studies import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    """One place that pays 5.00, of a study that can pay it once; its first person went silent."""
    account = make_account(platform="link", endpoint="")
    campaign = make_campaign(running(target=8), account, terms={"reward": "5.00"})
    Study.objects.update(budget=dollars("5.00"))
    posting = make_posting(campaign, places=1, desired="open", observed="open", external_id="link")
    agree(Client(), link(posting, "first"))
    later = timezone.now() + timedelta(days=8)
    assert sweep(now=later) == 1
    note_outcomes(now=later)
    settle_money(now=later)
    return posting


def resume(session: Session) -> int:
    return Client().post(reverse("participants:resume", args=[token_of(session.uuid)])).status_code


def test_whose_place_is_free_goes_on_with_its_money_held(posting: Posting) -> None:
    assert (Submission.objects.get().outcome, Budget.objects.get().reserved) == ("timed_out", dollars("5.00"))

    for _ in range(2):
        assert resume(Session.objects.get()) < 400
    assert (Submission.objects.get().outcome, Session.objects.get().status) == ("", "active")
    assert Budget.objects.get().reserved == dollars("5.00")
    assert Client().get(link(posting, "second")).status_code == 403


def test_whose_place_somebody_has_taken_does_not_go_on_beside_them(posting: Posting) -> None:
    first = Session.objects.get()
    assert agree(Client(), link(posting, "second")).status_code == 303

    resume(first)
    first.refresh_from_db()
    assert first.status == "timed_out"
    assert Submission.objects.filter(outcome="").count() == 1
    assert Budget.objects.get().reserved == dollars("5.00")
