"""A campaign is paused, extended, closed and settled by what is wanted of its postings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crowd.models import Campaign, Obligation, Posting
from crowd.reads.campaign_money import glance_at
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight
from crowd.services.closing import close_campaign, extend_campaign, pause_campaign, resume_campaign, settle_campaign
from crowd.services.rounds import next_round
from crowd.services.tending import tend
from experiments.errors import IllegalTransition
from tests.crowd.factories import dollars, make_posting, make_submission
from tests.crowd.recruiting.campaigns import DAY, NOW, published

pytestmark = pytest.mark.django_db


def test_pausing_and_resuming_change_what_is_wanted_of_every_posting() -> None:
    campaign = published(goal=12, round_size=12)

    pause_campaign(campaign, now=NOW)
    pause_campaign(campaign, now=NOW)
    assert set(Posting.objects.values_list("desired", flat=True)) == {"paused"}
    assert next_round(campaign, now=NOW) == 0
    resume_campaign(campaign, now=NOW + 2 * DAY)
    assert set(Posting.objects.values_list("desired", "expires_at")) == {("open", NOW + 3 * DAY)}


def test_what_was_paused_keeps_its_places_and_their_money_until_it_is_up_again() -> None:
    campaign = published(goal=18, round_size=9)
    pause_campaign(campaign, now=NOW)
    Posting.objects.update(observed=PostingSight.CLOSED)  # as MTurk shows a pause
    resume_campaign(campaign, now=NOW)
    tend(Campaign.objects.get(), now=NOW)

    assert list(Posting.objects.values_list("desired", "desired_places")) == [("open", 9), ("open", 9)]
    assert glance_at(campaign).held["posting"] == dollars("21.60")


def test_what_has_expired_is_not_extended_but_posted_anew() -> None:
    campaign = published(goal=9)
    Posting.objects.update(observed=PostingSight.CLOSED)

    assert extend_campaign(campaign, hours=48, now=NOW + DAY) == 0
    assert next_round(campaign, now=NOW + DAY) == 9


def test_extending_never_shortens() -> None:
    campaign = published(goal=9)
    before = Posting.objects.get().expires_at

    assert extend_campaign(campaign, hours=1, now=NOW) == 0
    assert Posting.objects.get().expires_at == before
    assert extend_campaign(campaign, hours=48, now=NOW) == 1
    assert Posting.objects.get().expires_at == NOW + timedelta(hours=48)


def test_nothing_is_removed_from_the_platform_before_it_is_reviewed() -> None:
    campaign = published(goal=9)
    submission = make_submission(Posting.objects.get(), submitted_at=NOW)
    close_campaign(campaign, "Enough.", now=NOW)

    with pytest.raises(IllegalTransition, match="1 submission to be decided on"):
        settle_campaign(campaign, now=NOW)
    assert Posting.objects.get().desired == PostingWish.CLOSED
    submission.decided_at = NOW
    submission.save(update_fields=["decided_at"])
    settle_campaign(campaign, now=NOW)
    assert Posting.objects.get().desired == PostingWish.GONE


def test_closing_leaves_postings_up_that_only_pay_people() -> None:
    campaign = published(goal=9)
    paying = make_posting(campaign, places=1, purpose="compensate", desired="open")
    close_campaign(campaign, "Enough.", now=NOW)

    paying.refresh_from_db()
    assert paying.desired == PostingWish.OPEN
    assert Posting.objects.get(purpose="recruit").desired == PostingWish.CLOSED


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"submitted_at": NOW}, "1 submission to be decided on"),
        ({"accepted_at": NOW, "observed": SubmissionSight.ACTIVE}, "1 still at it"),
    ],
)
def test_a_campaign_is_settled_only_when_nothing_of_it_is_open(columns: dict[str, Any], sentence: str) -> None:
    campaign = published(goal=9)
    make_submission(Posting.objects.get(), **columns)
    close_campaign(campaign, "Enough.", now=NOW)

    with pytest.raises(IllegalTransition, match=sentence):
        settle_campaign(campaign, now=NOW)
    assert Campaign.objects.get().status == Campaign.Status.CLOSED


def test_a_campaign_is_not_settled_while_somebody_is_owed_something() -> None:
    campaign = published(goal=9)
    submission = make_submission(Posting.objects.get(), submitted_at=NOW, decided_at=NOW)
    Obligation.objects.create(
        campaign=campaign, participant=submission.participant, kind="bonus", amount=dollars("0.50"), created_at=NOW
    )
    close_campaign(campaign, "Enough.", now=NOW)

    with pytest.raises(IllegalTransition, match="1 payment not through"):
        settle_campaign(campaign, now=NOW)
    assert Campaign.objects.get().status == Campaign.Status.CLOSED
