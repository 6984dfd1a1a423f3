"""Who finished, and whose browser never handed it in, is paid through a posting of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from crowd.models import Obligation, Payment, Posting, Submission
from crowd.reconcile.words import PaymentState
from crowd.services.compensating import approve_compensations, post_compensation
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.payments import approve_payment
from crowd.services.pushing import push_lists
from crowd.services.sending import send_for
from crowd.services.settling import settle_money
from experiments.models import Study
from tests.crowd.arriving import agree, link
from tests.crowd.factories import dollars
from tests.crowd.pursuing.conftest import Site
from tests.participants.test_taking_part import answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _money(site: Site) -> None:
    fund(site)


def fund(site: Site) -> None:
    """The study may spend."""
    Study.objects.filter(pk=site.campaign.experiment.study_id).update(budget=1_000)


def work(site: Site, posting: Posting, worker: str, *, hands_in: bool) -> str:
    """Accept, take part, and hand in or not; the claim."""
    claim = site.theirs.accept(posting.external_id, worker)
    client = Client()
    page = agree(client, link(posting, worker=worker, claim=claim, submit_to=site.theirs.url))["Location"]
    finish(client, page)
    if hands_in:
        site.theirs.submit(claim)
    return claim


def finish(client: Client, page: str) -> None:
    for fields in ({}, {"score": "50"}, {"remark": ""}):
        assert answer(client, page, **fields) == 303


def sweep(site: Site) -> None:
    """What the workers do, once round."""
    site.poll()
    note_outcomes(now=site.now())
    settle_money(now=site.now())
    approve_compensations(now=site.now())
    for payment in Payment.objects.filter(state=PaymentState.PLANNED).exclude(obligation__kind="base"):
        approve_payment(payment, by=None, at=site.now())
    site.account.refresh_from_db()
    push_lists(site.account, clock=site.now, rng=site.rng)
    site.carry_out()
    send_for(site.account, clock=site.now, rng=site.rng, shift=timedelta(seconds=20))


def lost(site: Site) -> Posting:
    """One person finished, and their time at the platform is over."""
    posting = site.posting(places=1)
    work(site, posting, "A1LOST", hands_in=False)
    note_outcomes(now=site.now())
    site.wait(timedelta(hours=2).total_seconds())
    sweep(site)
    return posting


def test_they_get_a_posting_that_is_for_nobody_else_and_through_which_nobody_takes_part(site: Site) -> None:
    lost(site)

    assert post_compensation(site.campaign, now=site.now()) == 1
    assert post_compensation(site.campaign, now=site.now()) == 0
    sweep(site)

    posting, before = Posting.objects.get(purpose="compensate"), Submission.objects.count()
    with pytest.raises(RuntimeError):
        site.theirs.accept(posting.external_id, "A2OTHER")
    others = Client().get(link(posting, worker="A2OTHER", claim="3OTHER", submit_to=site.theirs.url)).content.decode()
    theirs = Client().get(link(posting, worker="A1LOST", claim="3X", submit_to=site.theirs.url)).content.decode()
    assert "Please return it" in others
    assert "externalSubmit" not in others
    assert "I agree" not in theirs + others
    assert Submission.objects.count() == before


def test_handing_it_in_pays_them_what_they_are_owed_once(site: Site) -> None:
    lost(site)
    post_compensation(site.campaign, now=site.now())
    sweep(site)
    posting = Posting.objects.get(purpose="compensate")
    claim = site.theirs.accept(posting.external_id, "A1LOST")
    door = link(posting, worker="A1LOST", claim=claim, submit_to=site.theirs.url)

    assert "externalSubmit" in Client().get(door).content.decode()
    site.theirs.submit(claim, completionCode="x")
    for _ in range(4):
        site.wait(60)
        sweep(site)

    totals = site.theirs.ledger()["totals"]
    confirmed = Payment.objects.filter(state=PaymentState.CONFIRMED).values_list("obligation__amount", flat=True)
    assert sorted(confirmed) == [dollars("0.01"), dollars("1.00")]
    assert (totals["bonus"], totals["reward"]) == ("1.00", "0.01")


def test_where_everybody_was_reached_nothing_is_posted(site: Site) -> None:
    work(site, site.posting(places=1), "A1FINE", hands_in=True)
    sweep(site)

    assert post_compensation(site.campaign, now=site.now()) == 0
    assert not Posting.objects.filter(purpose="compensate").exists()
    assert not Obligation.objects.filter(kind=Obligation.Kind.COMPENSATION).exists()
