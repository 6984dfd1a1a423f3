"""The demo's campaign: in draft at the stand-in, so that a newcomer publishes it, works on it and pays."""

import pytest
from django.conf import settings
from django.utils import timezone

from crowd.models import Account, Campaign
from crowd.services.accounts import check_account
from experiments.models import Status
from machina_site import demo_crowd
from machina_site.launch.banner import Access, banner
from tests.crowd.running import mturk_thread

pytestmark = pytest.mark.django_db


def test_a_running_experiment_with_a_budget_waits_with_a_campaign_in_draft() -> None:
    campaign = demo_crowd.seed_crowd(now=timezone.now())

    assert campaign.status == Campaign.Status.DRAFT
    assert campaign.experiment.status == Status.RUNNING
    assert campaign.experiment.study.budget == 50
    assert campaign.account.endpoint == f"http://127.0.0.1:{settings.STANDIN_PORT}"
    assert demo_crowd.port_of(campaign) == settings.STANDIN_PORT
    assert not campaign.postings.exists()


def test_what_is_there_stays_as_somebody_left_it() -> None:
    first = demo_crowd.seed_crowd(now=timezone.now())
    Account.objects.update(endpoint="http://127.0.0.1:9999")

    again = demo_crowd.seed_crowd(now=timezone.now())

    assert again == first
    assert demo_crowd.port_of(again) == 9999
    assert (Account.objects.count(), Campaign.objects.count()) == (1, 1)


def test_the_account_reaches_the_stand_in_with_any_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(demo_crowd.CREDENTIALS, demo_crowd.ANY_KEY)
    campaign = demo_crowd.seed_crowd(now=timezone.now())

    with mturk_thread() as standin:
        campaign.account.endpoint = standin.url
        findings = check_account(campaign.account)

    assert all(each.is_well for each in findings), findings


def test_the_banner_says_where_the_stand_in_is() -> None:
    text = banner("http://localhost:8000", Access(None, {}, 8002))

    assert "http://127.0.0.1:8002/ (Mechanical Turk)" in text
    assert "Stand-in" not in banner("http://localhost:8000", Access(None))
