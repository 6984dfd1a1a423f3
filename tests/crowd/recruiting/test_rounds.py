"""Rounds follow one another until the goal of completes is met."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from crowd.models import Posting
from crowd.reads.campaigns import standing_of
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight
from crowd.services.closing import resume_campaign
from crowd.services.rounds import due, next_round
from crowd.services.tending import tend
from crowd.tasks import tend_campaign
from experiments.errors import IllegalTransition
from experiments.models import Experiment
from tests.crowd.factories import make_submission
from tests.crowd.recruiting.campaigns import DAY, NOW, complete, drafted, published
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db


def test_the_next_round_goes_up_when_places_are_used_and_its_time_has_come() -> None:
    campaign = published(goal=12, round_size=9, round_interval=600)
    complete(Posting.objects.get(), 9)

    assert next_round(campaign, now=NOW + timedelta(seconds=599)) == 0
    assert next_round(campaign, now=NOW + timedelta(seconds=600)) == 3
    assert next_round(campaign, now=NOW + timedelta(seconds=2_000)) == 0
    assert [each.desired_places for each in Posting.objects.order_by("round")] == [9, 3]


def test_rounds_without_an_interval_follow_at_once_up_to_the_goal() -> None:
    campaign = published(goal=20, round_size=9)
    assert [next_round(campaign, now=NOW) for _ in range(3)] == [9, 2, 0]


def test_the_goal_of_completes_ends_a_campaign() -> None:
    campaign = published(goal=9)
    posting = Posting.objects.get()
    complete(posting, 9)
    next_round(campaign, now=NOW)

    campaign.refresh_from_db()
    posting.refresh_from_db()
    assert (campaign.status, campaign.ended_because) == ("closed", "The goal is met.")
    assert posting.desired == PostingWish.CLOSED


def test_who_returns_frees_the_place_and_is_not_recruited_for_twice() -> None:
    campaign = published(goal=9)
    make_submission(Posting.objects.get(), outcome="returned", observed=SubmissionSight.RETURNED)

    assert standing_of(campaign, now=NOW).waiting == 9
    assert next_round(campaign, now=NOW) == 0


def test_places_that_expired_are_posted_anew() -> None:
    campaign = published(goal=9)
    complete(Posting.objects.get(), 4)
    make_submission(Posting.objects.get(), accepted_at=NOW)
    Posting.objects.update(observed=PostingSight.CLOSED)

    assert next_round(campaign, now=NOW + DAY) == 4


def test_screened_out_people_are_recruited_for_only_within_the_spare_places() -> None:
    campaign = published(goal=9, spare=2)
    posting = Posting.objects.get()
    complete(posting, 5)
    for _ in range(4):
        make_submission(posting, outcome="screened_out", done_at=NOW, submitted_at=NOW)

    assert next_round(campaign, now=NOW) == 2
    complete(Posting.objects.get(round=2), 2)
    assert next_round(campaign, now=NOW) == 0
    campaign.refresh_from_db()
    assert "top it up" in campaign.ended_because


def test_a_platform_that_grows_gets_more_places_on_the_posting_there_is() -> None:
    campaign = published(make_experiment(make_study(currency="GBP", budget=500)), platform="prolific", goal=12)
    complete(Posting.objects.get(), 9)
    next_round(campaign, now=NOW)

    assert Posting.objects.get().desired_places == 12


def test_only_running_campaigns_are_looked_at() -> None:
    running, other = published(), drafted()
    assert due(NOW) == [running.pk]
    assert other.pk not in due(NOW)


def test_nobody_is_sent_to_an_experiment_that_lets_nobody_in() -> None:
    campaign = published(goal=18, round_size=9)
    Experiment.objects.update(status="paused")

    assert tend(campaign, now=NOW) == 0
    campaign.refresh_from_db()
    assert (campaign.status, campaign.ended_because[:30]) == ("paused", "The experiment lets nobody in,")
    assert Posting.objects.get().desired == PostingWish.PAUSED
    with pytest.raises(IllegalTransition, match="Rehearse or start it first"):
        resume_campaign(campaign, now=NOW)

    Experiment.objects.update(status="running")
    campaign = resume_campaign(campaign, now=NOW)
    assert (campaign.status, campaign.ended_because) == ("running", "")


def test_the_worker_looks_at_every_campaign_that_may_need_a_round() -> None:
    campaign = published(goal=18, round_size=9)

    assert due(timezone.now()) == [campaign.pk]
    assert (tend_campaign(campaign.pk), tend_campaign(campaign.pk)) == (9, 0)
