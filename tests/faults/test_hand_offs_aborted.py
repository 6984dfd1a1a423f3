"""A fifth of the people who finish never hand in: their tab was closed, their line was cut. Everybody is paid, once."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from django.test import Client

from crowd.models import Payment, Posting, Submission
from crowd.reconcile.words import PaymentState, SubmissionSight, SubmissionWish
from crowd.services.compensating import post_compensation
from participants.identity import external_id_of
from tests.crowd.arriving import link
from tests.crowd.conftest import mturk_standin  # noqa: F401 (a fixture that `site` asks for)
from tests.crowd.pursuing.conftest import Site, site  # noqa: F401 (`site` is a fixture)
from tests.crowd.pursuing.test_compensating import fund, sweep, work
from tests.proof import PROOF

pytestmark = pytest.mark.django_db
PEOPLE = 90 if PROOF else 10
ABORTS_EVERY = 5


def approve_what_came(site: Site) -> None:  # noqa: F811 (the fixture's value)
    """As a reviewer does with what was completed."""
    for submission in Submission.objects.filter(observed=SubmissionSight.SUBMITTED, outcome="completed"):
        site.decide(submission, SubmissionWish.APPROVED)


def hand_in_pay(site: Site) -> None:  # noqa: F811
    """Everybody who sees the posting for them takes it and presses the button."""
    places = [
        posting
        for posting in Posting.objects.filter(purpose="compensate").exclude(external_id="")
        for _ in range(posting.desired_places)
    ]
    lost = Submission.objects.filter(observed=SubmissionSight.TIMED_OUT, posting__purpose="recruit")
    for posting, row in zip(places, lost, strict=True):
        worker = external_id_of(row.participant)
        assert worker
        claim = site.theirs.accept(posting.external_id, worker)
        door = link(posting, worker=worker, claim=claim, submit_to=site.theirs.url)
        assert "externalSubmit" in Client().get(door).content.decode()
        site.theirs.submit(claim, completionCode="x")


def test_everybody_is_paid_once(site: Site) -> None:  # noqa: F811
    fund(site)
    aborted = PEOPLE // ABORTS_EVERY
    for n in range(PEOPLE):
        posting = site.posting(places=9) if n % 9 == 0 else Posting.objects.latest("pk")
        work(site, posting, f"A1PERSON{n}", hands_in=n % ABORTS_EVERY != 0)
    sweep(site)
    approve_what_came(site)
    site.wait(2 * 3600)
    sweep(site)
    assert post_compensation(site.campaign, now=site.now()) == aborted
    sweep(site)
    hand_in_pay(site)
    for _ in range(4):
        site.wait(60)
        sweep(site)

    paid = Payment.objects.filter(state=PaymentState.CONFIRMED).exclude(obligation__amount="0.01")
    people = Counter(paid.values_list("obligation__participant", flat=True))
    assert (len(people), set(people.values())) == (PEOPLE, {1})
    assert {payment.obligation.amount for payment in paid} == {Decimal("1.00")}
    totals = site.theirs.ledger()["totals"]
    handed_in = PEOPLE - aborted
    assert Decimal(totals["bonus"]) == aborted
    assert Decimal(totals["reward"]) == handed_in + aborted * Decimal("0.01")
