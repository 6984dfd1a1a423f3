"""The console's pages of campaigns: shown by role, changed by POST alone, and never without the typed amount."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crowd.events import CrowdEvent, record
from crowd.models import Account, Campaign, Posting
from crowd.reads.campaigns import plan_of, terms_of
from crowd.showing.campaign_page import history_of
from crowd.terms import PayRule
from experiments.models import Event, Experiment, Role, Study
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_submission, make_terms
from tests.factories import make_experiment, make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "Rate ten pictures",
    "description": "Ten pages.",
    "keywords": "pictures, rating",
    "goal": "12",
    "round_size": "9",
    "reward": "1.00",
    "minutes": "6",
    "limit_minutes": "60",
    "lifetime_hours": "24",
    "approve_hours": "72",
    "repeat": "resume",
}


@pytest.fixture
def study() -> Study:
    return make_study(budget=dollars("100.00"))


@pytest.fixture
def experiment(study: Study) -> Experiment:
    return make_experiment(study, slug="soup")


@pytest.fixture
def account(study: Study) -> Account:
    account = make_account()
    account.studies.add(study)
    return account


@pytest.fixture
def draft(experiment: Experiment, account: Account) -> Campaign:
    return Campaign.objects.create(experiment=experiment, account=account, title="Soup", terms=make_terms(), goal=12)


def member(client: Client, study: Study, role: str) -> Client:
    user = make_user()
    study.memberships.create(user=user, role=role)
    client.force_login(user)
    return client


def page_of(campaign: Campaign, name: str = "campaign", *more: str) -> str:
    return reverse(f"crowd:{name}", args=[campaign.uuid, *more])


def amount(campaign: Campaign, typed: str) -> dict[str, str]:
    return {"amount": typed, "sha256": plan_of(campaign).sha256}


def test_campaigns_of_other_studies_are_not_even_there(client: Client) -> None:
    mine, other = make_campaign(), make_campaign()
    member(client, mine.experiment.study, Role.VIEWER)
    text = client.get(reverse("crowd:campaigns")).content.decode()

    assert str(mine.experiment) in text
    assert str(other.experiment) not in text
    assert client.get(page_of(other)).status_code == 404


def test_without_campaigns_the_page_says_how_to_make_one(client: Client, experiment: Experiment) -> None:
    member(client, experiment.study, Role.RESEARCHER)

    assert "Begin at an experiment" in client.get(reverse("crowd:campaigns")).content.decode()


def test_what_is_typed_becomes_a_draft_and_nothing_is_posted(
    client: Client, experiment: Experiment, account: Account
) -> None:
    member(client, experiment.study, Role.RESEARCHER)
    typed = {**TYPED, "account": str(account.pk), "approval_rate": "97", "pay_screened_out": "20"}
    answer = client.post(reverse("crowd:new_campaign", args=["soup"]), typed)
    campaign = Campaign.objects.get()

    assert answer.headers["Location"] == page_of(campaign)
    terms = terms_of(campaign)
    assert terms.assignment_seconds == 3_600
    assert terms.qualifications[0].values == (97,)
    assert terms.pay_rules == {"screened_out": PayRule(dollars("0.2"))}
    assert not Posting.objects.exists()


def test_what_is_wrong_stands_beside_its_field(client: Client, experiment: Experiment, account: Account) -> None:
    member(client, experiment.study, Role.RESEARCHER)
    url = reverse("crowd:new_campaign", args=["soup"])
    answer = client.post(url, {**TYPED, "account": str(account.pk), "platform": "["})
    assert answer.status_code == 422
    assert "platform" in answer.context["form"].errors

    answer = client.post(url, {**TYPED, "account": str(account.pk), "countries": "Germany", "limit_minutes": "3"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"qualifications", "limit_minutes"}
    assert not Campaign.objects.exists()


def test_an_edited_draft_shows_what_it_says(client: Client, draft: Campaign) -> None:
    member(client, draft.experiment.study, Role.RESEARCHER)
    form = client.get(page_of(draft, "edit_campaign")).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    client.post(page_of(draft, "edit_campaign"), {**typed, "goal": 15})

    draft.refresh_from_db()
    assert draft.goal == 15
    assert terms_of(draft).reward == dollars("1.00")


def test_the_plan_stands_beside_what_is_typed_and_stores_nothing(
    client: Client, experiment: Experiment, account: Account
) -> None:
    member(client, experiment.study, Role.RESEARCHER)
    answer = client.post(reverse("crowd:check_campaign", args=["soup"]), {**TYPED, "account": str(account.pk)})

    assert "14.40" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_only_an_owner_publishes(client: Client, draft: Campaign) -> None:
    member(client, draft.experiment.study, Role.RESEARCHER)
    page = client.get(page_of(draft)).content.decode()

    assert "Spending takes an owner" in page
    assert client.post(page_of(draft, "publish_campaign"), amount(draft, "14.40")).status_code == 403
    assert not Posting.objects.exists()


def test_an_owner_publishes_with_the_typed_amount(client: Client, draft: Campaign) -> None:
    member(client, draft.experiment.study, Role.OWNER)
    client.post(page_of(draft, "publish_campaign"), amount(draft, "14.40"))

    draft.refresh_from_db()
    assert draft.status == Campaign.Status.RUNNING
    assert Posting.objects.get().desired_places == 9


@pytest.mark.parametrize(("typed", "status"), [("14.4 dollars", 422), ("", 422), ("1.44", 302)])
def test_another_amount_publishes_nothing(client: Client, draft: Campaign, typed: str, status: int) -> None:
    member(client, draft.experiment.study, Role.OWNER)
    answer = client.post(page_of(draft, "publish_campaign"), amount(draft, typed))

    assert answer.status_code == status
    draft.refresh_from_db()
    assert draft.status == Campaign.Status.DRAFT
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    "address", ["publish_campaign", "discard_campaign", "pause", "resume", "extend", "close", "settle"]
)
def test_nothing_changes_on_get(client: Client, draft: Campaign, address: str) -> None:
    member(client, draft.experiment.study, Role.OWNER)
    is_named = address.endswith("_campaign")
    url = page_of(draft, address) if is_named else page_of(draft, "campaign_action", address)
    before = Event.objects.count()

    assert client.get(url)["Location"] == page_of(draft, "campaign")
    assert client.put(url).status_code == 405
    assert Event.objects.count() == before
    assert Campaign.objects.filter(pk=draft.pk, status="draft").exists()


def test_a_topped_up_campaign_is_shown_its_cost_first(client: Client, draft: Campaign) -> None:
    member(client, draft.experiment.study, Role.OWNER)
    client.post(page_of(draft, "publish_campaign"), amount(draft, "14.40"))
    url = page_of(draft, "top_up_campaign")
    shown = client.get(url, {"completes": 3, "spare": 0}).context["wanted"]
    assert Campaign.objects.get().goal == 12

    sent = {"completes": 3, "spare": 0, "amount": str(shown.total), "sha256": shown.sha256}
    for _ in range(2):
        client.post(url, sent)
    assert Campaign.objects.get().goal == 15


@pytest.mark.parametrize("name", ["pause", "close"])
def test_a_researcher_may_stop_what_an_owner_published(client: Client, draft: Campaign, name: str) -> None:
    Campaign.objects.filter(pk=draft.pk).update(status="running", confirmed_at=draft.created_at)
    member(client, draft.experiment.study, Role.RESEARCHER)
    client.post(page_of(draft, "campaign_action", name))

    draft.refresh_from_db()
    assert draft.status in ("paused", "closed")


def cost_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("kind", [kind for kind in CrowdEvent if kind.startswith("campaign.")])
def test_whatever_was_done_with_a_campaign_is_told_in_words(draft: Campaign, kind: CrowdEvent) -> None:
    record(kind, draft.experiment, subject=f"campaign:{draft.uuid}", at=timezone.now(), payload={"people": 7})

    assert kind not in history_of(draft)[0].sentence


def test_pages_cost_the_reviewed_queries_however_many_submissions_there_are(client: Client, draft: Campaign) -> None:
    member(client, draft.experiment.study, Role.OWNER)
    assert cost_of(client, page_of(draft)) == reviewed("console:campaign, draft")
    Campaign.objects.filter(pk=draft.pk).update(status="running", confirmed_at=draft.created_at)

    for n in (1, 3):
        for _ in range(n):
            make_submission(make_posting(draft), outcome="completed", done_at=draft.created_at)
        assert cost_of(client, page_of(draft)) == reviewed("console:campaign")
        assert cost_of(client, reverse("crowd:campaigns")) == reviewed("console:campaigns")


def test_the_figures_come_again_and_the_whole_page_when_its_state_changed(client: Client, draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(status="running", confirmed_at=draft.created_at)
    member(client, draft.experiment.study, Role.VIEWER)
    state = client.get(page_of(draft)).context["state"]
    url = page_of(draft, "campaign_live")

    figures = client.get(url, {"state": state}).content.decode()
    assert figures.count('hx-swap-oob="true"') == 3
    Campaign.objects.filter(pk=draft.pk).update(status="closed")
    assert client.get(url, {"state": state}).headers["HX-Refresh"] == "true"
