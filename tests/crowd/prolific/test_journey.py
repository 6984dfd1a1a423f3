"""A participant of Prolific in a real browser: takes a place, opens the study, and is brought back with the code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from crowd.codes import codes_of
from crowd.models import Payment, Submission
from crowd.reconcile.words import PaymentState, SubmissionSight
from crowd.standin.control_client import Control
from tests.crowd.prolific.house import house_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browsing(chromium: Browser) -> Iterator[BrowserContext]:
    """A participant's browser."""
    context = chromium.new_context(viewport={"width": 375, "height": 720})
    context.set_default_timeout(10_000)
    yield context
    context.close()


def test_a_participant_takes_part_and_is_brought_back_with_the_code(
    standin: Control, live_server: LiveServer, settings: Settings, browsing: BrowserContext
) -> None:
    settings.PUBLIC_URL = live_server.url
    house = house_at(standin, goal=1)
    posting = house.publish()

    site = browsing.new_page()
    site.goto(standin.url)
    site.get_by_role("link", name="Open study").click()
    site.get_by_role("button", name="Take part").click()
    with browsing.expect_page() as opened:
        site.get_by_role("link", name="Open the study").click()
    study = opened.value
    study.get_by_role("button", name="I agree").click()
    study.get_by_role("button", name="Continue").click()
    study.get_by_label("How good?").fill("7")
    assert codes_of(posting)["completed"] not in study.content()
    study.get_by_role("button").get_by_text("Continue").or_(study.get_by_role("button", name="Finish")).click()
    expect(study.get_by_text(codes_of(posting)["completed"])).to_be_visible()
    study.get_by_role("link", name="Back to Prolific").or_(study.get_by_role("button", name="Back to Prolific")).click()
    expect(study.get_by_text("Thank you.")).to_be_visible()

    house.go_round()
    assert Submission.objects.get().observed == SubmissionSight.SUBMITTED
    house.approve()
    house.go_round()
    assert Payment.objects.get().state == PaymentState.CONFIRMED
    site.goto(f"{standin.url}/submissions")
    expect(site.get_by_text("APPROVED")).to_be_visible()
