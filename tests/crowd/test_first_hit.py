"""A newcomer's first HIT, without spending a cent: published, worked on in the frame, approved, paid, and balanced."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from crowd import tasks
from crowd.models import Campaign, Payment, Posting, Submission
from crowd.platforms.mturk import client
from crowd.reconcile.words import PaymentState
from crowd.services.campaigns import Draft, edit_campaign
from experiments.models import Role
from machina_site import demo_crowd
from participants.models import Session
from tests.crowd.running import RunningMTurk
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORKER = "A1NEWCOMER"


@pytest.fixture
def worker_page(chromium: Browser) -> Iterator[Page]:
    """A worker's browser, which keeps no cookies of pages in frames."""
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def campaign(
    mturk_standin: RunningMTurk, live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Campaign:
    """The demo's, at a stand-in of this test, with a bonus for going far."""
    monkeypatch.setenv(demo_crowd.CREDENTIALS, demo_crowd.ANY_KEY)
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))
    settings.PUBLIC_URL = live_server.url
    settings.STANDIN_PORT = int(mturk_standin.url.rpartition(":")[2])
    made = demo_crowd.seed_crowd(now=timezone.now())
    terms = {**demo_crowd.TERMS, "bonus": "0.25"}
    return edit_campaign(made, Draft(terms, 1), now=timezone.now())


@pytest.fixture
def console(page: Page, live_server: LiveServer, campaign: Campaign) -> Page:
    """An owner of its study, signed in."""
    user, client = make_user("ada"), Client()
    campaign.experiment.study.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return page


def work(campaign: Campaign) -> None:
    """What the periodic tasks do, once around."""
    tasks.see_to_endings()
    tasks.carry_out_for(campaign.account_id)
    tasks.read_account(campaign.account_id)
    tasks.settle_all_money()
    tasks.pay_through(campaign.account_id)


def answer_the_pages(frame: FrameLocator) -> None:
    frame.get_by_role("button", name="I agree").click()
    frame.get_by_role("button", name="Continue").click()
    frame.get_by_role("slider").press("ArrowRight")
    frame.get_by_role("button", name="Continue").click()
    frame.get_by_label("Anything you would like").fill("A nice walk.")
    frame.get_by_role("button").get_by_text("Continue").or_(frame.get_by_role("button", name="Finish")).click()


def go(console: Page, name: str, campaign: Campaign) -> None:
    console.goto(reverse(f"crowd:{name}", args=[campaign.uuid]))


def confirm(console: Page, button: str) -> None:
    """Type what the plan on the page asks for, in bold, and press its button."""
    label = console.locator("label", has=console.locator("strong")).first
    label.click()
    console.keyboard.insert_text(label.locator("strong").inner_text())
    console.get_by_role("button", name=button, exact=True).click()


def publish(console: Page, campaign: Campaign) -> None:
    go(console, "campaign", campaign)
    confirm(console, "Publish")
    expect(console.get_by_text("Its postings go up in a moment")).to_be_visible()
    work(campaign)
    assert Posting.objects.get().observed == "open"


def take_part(worker_page: Page, standin: RunningMTurk) -> None:
    worker_page.goto(standin.url)
    worker_page.get_by_role("link", name="Preview").click()
    frame = worker_page.frame_locator("iframe")
    expect(frame.get_by_text("This is a preview")).to_be_visible()
    assert not Session.objects.exists()

    worker_page.get_by_role("button", name="Accept").click()
    answer_the_pages(frame)
    frame.get_by_role("button", name="Hand in the HIT").click()
    expect(worker_page.get_by_role("heading", name=f"Work of {WORKER}")).to_be_visible()
    expect(worker_page.get_by_role("cell", name="Submitted")).to_be_visible()


def approve(console: Page, campaign: Campaign) -> None:
    """Ticked on Review, planned, and confirmed by the total."""
    go(console, "review", campaign)
    console.get_by_role("checkbox").check()
    console.get_by_role("button", name="Show the plan for those who are ticked").click()
    expect(console.get_by_role("heading", name="Approve: 1 person")).to_be_visible()
    assert Submission.objects.get().desired == "undecided"
    confirm(console, "Approve")
    expect(console.get_by_text("Decided about 1 person")).to_be_visible()
    work(campaign)


def grant_the_bonus(console: Page, campaign: Campaign) -> None:
    """On the page of the money, by its total with the fee."""
    go(console, "money", campaign)
    expect(console.get_by_label("Type 0.30 to send them")).to_be_visible()
    confirm(console, "Approve")
    expect(console.get_by_text("Approved: 1 payment.")).to_be_visible()
    work(campaign)


def sums_on(console: Page, campaign: Campaign) -> dict[str, str]:
    """The sums of the money report, as they are read."""
    go(console, "money", campaign)
    rows = console.locator(".c-sums > div").all()
    return {row.locator("dt").inner_text(): row.locator("dd").first.inner_text() for row in rows}


def test_a_first_hit_is_published_worked_on_approved_and_paid_by_clicks_alone(
    console: Page, campaign: Campaign, mturk_standin: RunningMTurk, worker_page: Page
) -> None:
    publish(console, campaign)
    take_part(worker_page, mturk_standin)
    work(campaign)
    submission = Submission.objects.get()
    assert (submission.observed, submission.outcome) == ("submitted", "completed")

    approve(console, campaign)
    grant_the_bonus(console, campaign)
    for _ in range(2):
        work(campaign)

    assert paid(mturk_standin) == {"reward": "0.50", "reward fee": "0.10", "bonus": "0.25", "bonus fee": "0.05"}
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.CONFIRMED}
    sums = sums_on(console, campaign)
    assert (sums["Confirmed"], sums["Fees"], sums["Unexplained"]) == ("0.75", "0.15", "0.00")
    expect(console.get_by_text("Every cent accounted for")).to_be_visible()
    worker_page.goto(f"{mturk_standin.url}/mturk/dashboard")
    expect(worker_page.get_by_text("Paid so far: $0.75")).to_be_visible()


def paid(standin: RunningMTurk) -> dict[str, str]:
    """What the stand-in's ledger says, by kind."""
    return {kind: amount for kind, amount in standin.ledger()["totals"].items() if kind != "deposit"}
