"""A campaign from its draft to the goal of completes: nothing is posted that nobody confirmed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from crowd.errors import BudgetExceeded, NotConfirmed
from crowd.models import Account, Budget, Campaign, Obligation, Posting
from crowd.reads.campaign_money import glance_at
from crowd.reads.campaigns import excluded_people, plan_of, standing_of
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight
from crowd.services.campaigns import Draft, create_campaign, edit_campaign
from crowd.services.closing import close_campaign, extend_campaign, pause_campaign, resume_campaign, settle_campaign
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.rounds import due, next_round
from crowd.services.tending import tend
from crowd.services.topping_up import plan_top_up, top_up_campaign
from crowd.tasks import tend_campaign
from experiments.errors import Forbidden, Frozen, IllegalTransition, Invalid
from experiments.models import Event, Experiment
from participants.identity import participant_of
from tests.crowd.factories import dollars, make_account, make_posting, make_submission, make_terms
from tests.factories import make_experiment, make_session, make_study

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


def funded_experiment(**entries: object) -> Experiment:
    return make_experiment(make_study(budget=dollars("500.00")), **entries)  # type: ignore[arg-type]  # JSON


def drafted(
    experiment: Experiment | None = None, *, goal: int = 20, platform: str = "mturk", **terms: object
) -> Campaign:
    experiment = experiment or funded_experiment()
    account = make_account(platform=platform)
    account.studies.add(experiment.study)
    draft = Draft(make_terms(**terms), goal)  # type: ignore[arg-type]  # JSON
    return create_campaign(experiment, account, draft, by=None, now=NOW)


def confirmed(campaign: Campaign) -> Confirmation:
    plan = plan_of(campaign)
    return Confirmation(plan.total, plan.sha256)


def published(experiment: Experiment | None = None, **draft: object) -> Campaign:
    campaign = drafted(experiment, **draft)  # type: ignore[arg-type]  # named by the caller
    return publish_campaign(campaign, confirmed(campaign), now=NOW)


def complete(posting: Posting, n: int) -> None:
    for _ in range(n):
        make_submission(posting, outcome="completed", done_at=NOW, submitted_at=NOW, observed=SubmissionSight.SUBMITTED)


def test_a_draft_posts_nothing() -> None:
    campaign = drafted()

    assert campaign.status == Campaign.Status.DRAFT
    assert not Posting.objects.exists()


def test_terms_that_cannot_be_posted_make_no_draft() -> None:
    with pytest.raises(Invalid) as refusal:
        drafted(minutes=0)

    assert refusal.value.errors[0]["path"] == "terms.minutes"
    assert not Campaign.objects.exists()


def test_a_study_spends_only_through_accounts_that_were_given_to_it() -> None:
    with pytest.raises(Forbidden):
        create_campaign(funded_experiment(), make_account(), Draft(make_terms(), 9), by=None, now=NOW)

    assert not Campaign.objects.exists()


def test_a_published_plan_wants_postings_of_at_most_nine() -> None:
    campaign = published(goal=20, round_size=20)

    wanted = Posting.objects.filter(campaign=campaign).values_list("round", "number", "desired_places", "desired")
    assert list(wanted) == [(1, 1, 9, "open"), (1, 2, 9, "open"), (1, 3, 2, "open")]
    assert Campaign.objects.get().plan_sha256 == campaign.plan_sha256 != ""


def test_a_wrong_amount_publishes_nothing() -> None:
    campaign = drafted()

    with pytest.raises(NotConfirmed, match=r"24\.00 USD at most, and you typed 2\.40"):
        publish_campaign(campaign, Confirmation(dollars("2.40"), plan_of(campaign).sha256), now=NOW)
    assert not Posting.objects.exists()
    assert Campaign.objects.get().status == Campaign.Status.DRAFT


def test_a_plan_that_changed_since_it_was_looked_at_is_not_published() -> None:
    campaign = drafted()
    looked_at = confirmed(campaign)
    campaign = edit_campaign(campaign, Draft(make_terms(reward="1.10"), 20), now=NOW)

    with pytest.raises(NotConfirmed, match="changed since"):
        publish_campaign(campaign, looked_at, now=NOW)
    assert not Posting.objects.exists()


def test_nothing_is_spent_through_an_account_that_the_study_may_not_use_any_more() -> None:
    draft, running = drafted(), published()
    Account.studies.through.objects.all().delete()

    with pytest.raises(Forbidden, match="may not spend"):
        publish_campaign(draft, confirmed(draft), now=NOW)
    more = plan_top_up(running, completes=1, spare=0)
    with pytest.raises(Forbidden, match="may not spend"):
        top_up_campaign(running, Confirmation(more.total, more.sha256), completes=1, spare=0, now=NOW)

    draft.refresh_from_db()
    assert draft.status == Campaign.Status.DRAFT
    assert Budget.objects.count() == 1


def test_what_was_confirmed_for_a_stand_in_spends_no_real_money() -> None:
    draft = drafted()
    looked_at = confirmed(draft)
    Account.objects.update(is_production=True)
    draft.experiment.status = Experiment.Status.RUNNING
    draft.experiment.save()

    with pytest.raises(NotConfirmed, match="changed"):
        publish_campaign(draft, looked_at, now=NOW)

    draft.refresh_from_db()
    assert draft.status == Campaign.Status.DRAFT


def test_publishing_twice_posts_once() -> None:
    campaign = drafted()
    confirmation = confirmed(campaign)
    publish_campaign(campaign, confirmation, now=NOW)
    publish_campaign(campaign, confirmation, now=NOW)

    assert Posting.objects.filter(campaign=campaign).count() == 1
    assert Event.objects.filter(kind="campaign.published").count() == 1


def test_real_money_waits_for_a_running_experiment() -> None:
    campaign = drafted(funded_experiment(status="rehearsal"))
    Account.objects.update(is_production=True)
    campaign = Campaign.objects.select_related("account", "experiment__study").get(pk=campaign.pk)

    with pytest.raises(IllegalTransition, match="in rehearsal"):
        publish_campaign(campaign, confirmed(campaign), now=NOW)
    assert not Posting.objects.exists()


def test_what_people_came_for_does_not_change_under_them() -> None:
    campaign = published()

    with pytest.raises(Frozen):
        edit_campaign(campaign, Draft(make_terms(reward="0.10"), 20), now=NOW)
    assert Campaign.objects.get().terms == campaign.terms


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


def test_only_running_campaigns_are_looked_at() -> None:
    running, other = published(), drafted()
    assert due(NOW) == [running.pk]
    assert other.pk not in due(NOW)


def test_the_plan_knows_how_long_rehearsed_people_took() -> None:
    experiment = funded_experiment(status="rehearsal")
    make_session(experiment, pages=None, now=NOW)
    plan = plan_of(drafted(experiment))

    assert (plan.duration.source, plan.duration.n) == ("rehearsal", 1)
    assert plan.duration.minutes == dollars("0.5")


def budget() -> tuple[Decimal, Decimal]:
    row = Budget.objects.get()
    return row.reserved, row.spent


def test_the_whole_plan_is_held_when_it_is_published_so_that_no_later_round_is_refused() -> None:
    campaign = published(goal=20, round_size=9, spare=5)
    assert budget() == (dollars("30.00"), dollars("0"))

    next_round(campaign, now=NOW)
    assert budget() == (dollars("30.00"), dollars("0"))


def test_a_plan_beyond_the_budget_is_not_published() -> None:
    campaign = drafted(make_experiment(make_study(budget=dollars("23.99"))), goal=20)

    with pytest.raises(BudgetExceeded), transaction.atomic():
        publish_campaign(campaign, confirmed(campaign), now=NOW)
    assert not Posting.objects.exists()
    assert Campaign.objects.get().status == Campaign.Status.DRAFT


def test_places_that_expired_are_posted_anew_with_the_money_that_was_held_for_them() -> None:
    published(make_experiment(make_study(budget=dollars("10.80"))), goal=9)
    Posting.objects.update(observed=PostingSight.CLOSED)

    assert next_round(Campaign.objects.get(), now=NOW + DAY) == 9
    assert budget() == (dollars("10.80"), dollars("0"))


def test_what_is_held_for_rounds_that_never_come_is_free_when_a_campaign_closes() -> None:
    campaign = published(goal=20, round_size=9)
    close_campaign(campaign, "Enough.", now=NOW)

    assert budget() == (dollars("10.80"), dollars("0"))


def topped_up(campaign: Campaign, *, completes: int = 0, spare: int = 0) -> Campaign:
    campaign = Campaign.objects.select_related("account", "experiment__study").get(pk=campaign.pk)
    wanted = plan_top_up(campaign, completes=completes, spare=spare)
    confirmation = Confirmation(wanted.total, wanted.sha256)
    return top_up_campaign(campaign, confirmation, completes=completes, spare=spare, now=NOW)


def test_a_campaign_that_is_stuck_goes_on_with_more_places() -> None:
    campaign = published(goal=9)
    for _ in range(9):
        make_submission(Posting.objects.get(), outcome="screened_out", done_at=NOW, submitted_at=NOW)
    tend(campaign, now=NOW)
    campaign.refresh_from_db()
    assert "top it up" in campaign.ended_because

    campaign = topped_up(campaign, spare=4)
    assert (campaign.goal, campaign.places, campaign.ended_because) == (9, 13, "")
    assert Posting.objects.get(round=2).desired_places == 4


def test_more_completes_reopen_a_campaign_that_met_its_goal() -> None:
    campaign = published(goal=9)
    complete(Posting.objects.get(), 9)
    tend(campaign, now=NOW)
    campaign = topped_up(campaign, completes=3)

    assert (campaign.status, campaign.goal) == ("running", 12)
    assert Posting.objects.get(round=2).desired_places == 3


def test_a_top_up_that_is_sent_twice_grows_once() -> None:
    campaign = published(goal=9)
    wanted = plan_top_up(campaign, completes=3, spare=0)
    confirmation = Confirmation(wanted.total, wanted.sha256)
    top_up_campaign(campaign, confirmation, completes=3, spare=0, now=NOW)

    with pytest.raises(NotConfirmed), transaction.atomic():
        top_up_campaign(campaign, confirmation, completes=3, spare=0, now=NOW)
    assert Campaign.objects.get().goal == 12
    assert budget() == (dollars("14.40"), dollars("0"))


def test_a_top_up_beyond_the_budget_changes_nothing() -> None:
    campaign = published(make_experiment(make_study(budget=dollars("10.80"))), goal=9)

    with pytest.raises(BudgetExceeded), transaction.atomic():
        topped_up(campaign, completes=1)
    assert Campaign.objects.get().places == 9
    assert Posting.objects.get().desired_places == 9


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


def test_what_closed_postings_held_is_free_once_the_platform_shows_them_closed() -> None:
    campaign = published(goal=9)
    campaign = close_campaign(campaign, "Enough.", now=NOW)
    tend(campaign, now=NOW)
    assert budget() == (dollars("10.80"), dollars("0"))

    Posting.objects.update(observed=PostingSight.CLOSED)
    tend(campaign, now=NOW)
    assert budget() == (dollars("0"), dollars("0"))


def test_a_glance_tells_what_was_planned_from_what_waits() -> None:
    campaign = published(goal=18, round_size=9, spare=2)
    glance = glance_at(campaign)

    assert glance.planned == dollars("24.00")
    assert glance.held == {"campaign": dollars("13.20"), "posting": dollars("10.80")}
    assert (glance.spent, glance.freed) == (dollars("0"), dollars("0"))


def test_the_worker_looks_at_every_campaign_that_may_need_a_round() -> None:
    campaign = published(goal=18, round_size=9)

    assert due(timezone.now()) == [campaign.pk]
    assert (tend_campaign(campaign.pk), tend_campaign(campaign.pk)) == (9, 0)


def test_a_campaign_does_not_exclude_its_own_study() -> None:
    experiment = funded_experiment()
    with pytest.raises(Invalid, match="own study"):
        drafted(experiment, exclude=[experiment.study.slug])

    assert not Campaign.objects.exists()


def test_people_of_named_studies_are_counted_before_anything_is_posted() -> None:
    earlier = make_study()
    for name in ("A1", "A2"):
        participant_of(earlier, platform="mturk", external_id=name)
    participant_of(earlier, platform="prolific", external_id="P1")

    assert excluded_people(drafted(exclude=[earlier.slug])) == 2


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


def test_a_settled_campaign_holds_nothing() -> None:
    campaign = published(goal=9)
    close_campaign(campaign, "Enough.", now=NOW)
    settle_campaign(campaign, now=NOW)

    assert budget() == (dollars("0"), dollars("0"))
