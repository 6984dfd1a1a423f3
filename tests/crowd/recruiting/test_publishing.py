"""From a draft to its first postings: nothing is posted that nobody confirmed."""

from __future__ import annotations

import pytest

from crowd.errors import NotConfirmed
from crowd.models import Account, Budget, Campaign, Posting
from crowd.reads.campaigns import excluded_people, plan_of
from crowd.services.campaigns import Draft, create_campaign, edit_campaign
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.topping_up import plan_top_up, top_up_campaign
from experiments.errors import Forbidden, Frozen, IllegalTransition, Invalid
from experiments.models import Event, Experiment
from participants.identity import participant_of
from tests.crowd.factories import dollars, make_account, make_terms
from tests.crowd.recruiting.campaigns import NOW, confirmed, drafted, funded_experiment, published
from tests.factories import make_session, make_study

pytestmark = pytest.mark.django_db


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


def test_the_plan_knows_how_long_rehearsed_people_took() -> None:
    experiment = funded_experiment(status="rehearsal")
    make_session(experiment, pages=None, now=NOW)
    plan = plan_of(drafted(experiment))

    assert (plan.duration.source, plan.duration.n) == ("rehearsal", 1)
    assert plan.duration.minutes == dollars("0.5")


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
