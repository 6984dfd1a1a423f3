"""In a browser: write a campaign, watch its plan, publish it with the typed total, see its first HITs fill up."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from crowd.models import Account, Campaign, Posting
from crowd.services.tending import tend
from experiments.models import Role, Study
from tests.crowd.factories import dollars, make_account, make_submission
from tests.crowd.pursuing.conftest import Site
from tests.crowd.running import RunningMTurk, mturk_thread
from tests.factories import make_experiment, make_study, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sign_in(page: Page, live_server: LiveServer) -> Study:
    """As the owner of a study with the running experiment “soup”."""
    client, user, study = Client(), make_user(), make_study(budget=dollars("100.00"))
    study.memberships.create(user=user, role=Role.OWNER)
    make_experiment(study, slug="soup")
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return study


def account_at(standin: RunningMTurk, study: Study) -> Account:
    account = make_account(endpoint=standin.url, options={"calls_per_second": 1000, "burst": 1000})
    account.studies.add(study)
    return account


def draft(page: Page) -> None:
    """Title, description, reward; the plan comes by itself."""
    page.goto("/console/experiments/soup/campaigns/")
    page.get_by_role("link", name="New campaign").first.click()
    for label, typed in {"Description": "Ten pages.", "Completes wanted": "12", "Reward": "1.00"}.items():
        page.get_by_label(label).fill(typed)
    expect(page.locator("#planned")).to_contain_text("14.40")
    page.get_by_role("button", name="Make the draft").click()


def test_a_campaign_from_its_first_word_to_its_first_hits(page: Page, live_server: LiveServer) -> None:
    study = sign_in(page, live_server)
    with mturk_thread() as standin:
        account = account_at(standin, study)
        draft(page)
        for typed, answer in (("1.44", "you typed 1.44"), ("14.40", "Its postings go up in a moment")):
            page.get_by_label("Type 14.40").fill(typed)
            page.get_by_role("button", name="Publish").click()
            expect(page.get_by_text(answer)).to_be_visible()

        campaign = Campaign.objects.get()
        tend(campaign, now=timezone.now())
        Site(standin, account, campaign).carry_out()
        for posting in Posting.objects.all():
            make_submission(posting, outcome="completed", done_at=timezone.now())
        expect(page.locator("#campaign-progress")).to_contain_text("2 of 12", timeout=20_000)
        address = page.locator("#campaign-postings a.m-id").first.get_attribute("href") or ""
        assert address.startswith(f"{standin.url}/mturk/preview?hitId=")
