"""What must never be is refused by the database itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crowd.models import Budget, Campaign, Obligation, Submission
from tests.crowd.factories import dollars, make_campaign, make_submission
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def owe(submission: Submission) -> Obligation:
    campaign = submission.posting.campaign
    return Obligation.objects.create(
        campaign=campaign,
        participant=submission.participant,
        submission=submission,
        kind=Obligation.Kind.BASE,
        amount=dollars("1.00"),
        created_at=timezone.now(),
    )


def test_the_same_thing_is_owed_once() -> None:
    submission = make_submission()
    owe(submission)

    with pytest.raises(IntegrityError), transaction.atomic():
        owe(submission)
    assert Obligation.objects.count() == 1


def test_a_budget_is_never_exceeded() -> None:
    budget = Budget.objects.create(study=make_study(), limit=dollars("10.00"), reserved=dollars("9.99"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.filter(pk=budget.pk).update(spent=dollars("0.02"))


def test_one_claim_may_pass_to_another_person_but_is_one_row_each() -> None:
    first = make_submission(worker="A1")
    make_submission(first.posting, worker="A2", external_id=first.external_id)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_submission(first.posting, worker="A1", external_id=first.external_id)


def test_nothing_runs_that_nobody_confirmed() -> None:
    campaign = make_campaign()

    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(confirmed_at=None)
