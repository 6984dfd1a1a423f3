"""On Prolific a payment asked for twice is made twice: a lost answer is looked up, and else waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from crowd.models import Payment, Posting, Submission
from crowd.reconcile.words import PaymentState
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from crowd.services.sending import say_not_paid
from tests.crowd.factories import dollars, make_account, make_campaign, make_submission
from tests.crowd.money.paying import FAST, Clock, bonus, send
from tests.crowd.pursuing.conftest import Site
from tests.crowd.running import prolific_thread
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PERSON = "0123456789abcdef01234567"


@pytest.fixture
def site() -> Iterator[Site]:
    """A running campaign at Prolific's stand-in."""
    with prolific_thread() as standin:
        account = make_account(endpoint=standin.url, platform="prolific", options=FAST)
        yield Site(standin, account, make_campaign(account=account))  # type: ignore[arg-type]  # only its controls


@pytest.fixture
def posting(site: Site) -> Posting:
    return site.posting()


@pytest.fixture
def submission(site: Site, posting: Posting) -> Submission:
    """Somebody who handed in."""
    claim = site.theirs.accept(posting.external_id, PERSON)
    site.theirs.submit(claim, code="x")
    return make_submission(posting, worker=PERSON, external_id=claim, observed="submitted")


def paid(site: Site) -> str:
    return str(site.theirs.ledger()["totals"].get("bonus", "0.00"))


def rounds(n: int = 4) -> None:
    clock = Clock()
    for _ in range(n):
        send(clock)
        clock.advance(7_200)


def state() -> str:
    return Payment.objects.get().state


def test_a_lost_answer_is_explained_by_what_the_platform_shows(site: Site, submission: Submission) -> None:
    site.theirs.fault("PayBonuses", "drop", moment="after")
    bonus(submission)
    rounds()

    assert (state(), paid(site), site.calls("PayBonuses")) == (PaymentState.CONFIRMED, "0.50", 1)


def test_what_it_does_not_show_is_not_sent_again_by_itself(site: Site, submission: Submission) -> None:
    site.theirs.fault("PayBonuses", "drop", moment="before")
    payment = bonus(submission)
    rounds()
    assert (state(), paid(site), site.calls("PayBonuses")) == (PaymentState.UNKNOWN, "0.00", 1)
    assert "somebody has to say" in Payment.objects.get().trouble

    say_not_paid(payment, by=make_user(), at=timezone.now())
    rounds(1)
    assert (state(), paid(site)) == (PaymentState.CONFIRMED, "0.50")


def test_what_was_only_set_up_is_set_up_again(site: Site, submission: Submission) -> None:
    site.theirs.fault("SetUpBonuses", "drop", moment="after")
    bonus(submission)
    rounds()

    assert (state(), paid(site), site.calls("PayBonuses")) == (PaymentState.CONFIRMED, "0.50", 1)


def test_two_of_the_same_amount_are_told_apart_by_counting(site: Site, submission: Submission) -> None:
    bonus(submission)
    rounds(1)
    site.theirs.fault("PayBonuses", "drop", moment="before")
    bonus(submission, number=2)
    rounds()

    states = Payment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PaymentState.CONFIRMED, PaymentState.UNKNOWN]
    assert paid(site) == "0.50"


def test_a_part_is_paid_for_a_place_that_was_given_back(site: Site, posting: Posting) -> None:
    claim = site.theirs.accept(posting.external_id, PERSON)
    site.theirs.give_back(claim)
    submission = make_submission(posting, worker=PERSON, external_id=claim, observed="returned", outcome="screened_out")
    part = owe(debt_to(submission, "screen_out", dollars("0.20")), at=timezone.now()).payment
    approve_payment(part, by=None, at=timezone.now())
    rounds(1)

    assert (state(), paid(site)) == (PaymentState.CONFIRMED, "0.20")
