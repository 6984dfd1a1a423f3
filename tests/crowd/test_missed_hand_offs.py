"""Who finished and was never handed over is paid all the same, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Account, Obligation, Payment, Submission
from crowd.reconcile.words import PaymentState, SubmissionSight
from crowd.services.missing import hand_in_for_missed
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.settling import settle_money
from tests.crowd.arriving import come_in, finish, link, offered, page_of
from tests.crowd.factories import dollars

pytestmark = pytest.mark.django_db


def done_here() -> Submission:
    finish(page_of(come_in(offered())))
    note_outcomes(now=timezone.now())
    return Submission.objects.get()


def later() -> None:
    now = timezone.now() + timedelta(days=2)
    note_outcomes(now=now)
    hand_in_for_missed(now=now)
    settle_money(now=now)


def compensations() -> list[Obligation]:
    return list(Obligation.objects.filter(kind=Obligation.Kind.COMPENSATION))


@pytest.mark.parametrize(("due", "then"), [(60, 0), (5, 5)])
def test_where_somebody_has_just_finished_the_platform_is_read_within_seconds(due: int, then: int) -> None:
    finish(page_of(come_in(offered())))
    now = timezone.now()
    Account.objects.update(poll_due=now + timedelta(seconds=due))

    note_outcomes(now=now)

    assert Account.objects.get().poll_due == now + timedelta(seconds=then)


def test_nothing_is_compensated_while_the_platform_was_not_read_after_their_time() -> None:
    done_here()

    later()

    assert not compensations()


@pytest.mark.parametrize("sight", [SubmissionSight.TIMED_OUT, SubmissionSight.RETURNED])
def test_whose_place_is_gone_there_is_owed_the_reward_once(sight: SubmissionSight) -> None:
    done_here()
    Submission.objects.update(observed=sight)

    later()
    later()

    [owed] = compensations()
    assert (owed.amount, owed.payment.state) == (dollars("1.00"), PaymentState.PLANNED)
    assert Payment.objects.exclude(state=PaymentState.CANCELLED).count() == 1


def test_who_is_owed_a_compensation_does_not_hand_in_elsewhere_as_well(client: Client) -> None:
    submission = done_here()
    Submission.objects.update(observed=SubmissionSight.TIMED_OUT)
    later()

    assert client.get(link(submission.posting, claim="3NEXT")).status_code == 409
    assert Submission.objects.count() == 1
