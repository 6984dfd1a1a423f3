"""A newcomer's first HIT, without spending a cent: published, worked on in the frame, approved, paid, and balanced."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from crowd import tasks
from crowd.models import Campaign, Obligation, Payment, Posting, Submission
from crowd.platforms.mturk import client
from crowd.reads.campaigns import plan_of
from crowd.reconcile.words import PaymentState, SubmissionWish
from crowd.services.campaigns import Draft, edit_campaign
from crowd.services.payments import approve_payment
from crowd.services.publishing import Confirmation, publish_campaign
from machina_site import demo_crowd
from participants.models import Session
from tests.crowd.running import RunningMTurk

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


def publish(campaign: Campaign) -> Posting:
    """As somebody confirms the plan; then the worker of the crowd carries it out."""
    plan = plan_of(campaign)
    publish_campaign(campaign, Confirmation(plan.total, plan.sha256), now=timezone.now())
    work(campaign)
    return Posting.objects.get()


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


def test_a_first_hit_is_published_worked_on_in_the_frame_approved_and_paid(
    campaign: Campaign, mturk_standin: RunningMTurk, worker_page: Page
) -> None:
    posting = publish(campaign)
    assert posting.observed == "open"

    worker_page.goto(mturk_standin.url)
    worker_page.get_by_role("link", name="Preview").click()
    frame = worker_page.frame_locator("iframe")
    expect(frame.get_by_text("This is a preview")).to_be_visible()
    assert not Session.objects.exists()

    worker_page.get_by_role("button", name="Accept").click()
    answer_the_pages(frame)
    frame.get_by_role("button", name="Hand in the HIT").click()
    expect(worker_page.get_by_role("heading", name=f"Work of {WORKER}")).to_be_visible()
    expect(worker_page.get_by_role("cell", name="Submitted")).to_be_visible()

    work(campaign)
    submission = Submission.objects.get()
    assert (submission.observed, submission.outcome) == ("submitted", "completed")

    Submission.objects.update(desired=SubmissionWish.APPROVED)
    approve_payment(Payment.objects.get(obligation__kind=Obligation.Kind.BONUS), by=None, at=timezone.now())
    for _ in range(3):
        work(campaign)

    ledger = mturk_standin.ledger()
    assert {kind: Decimal(amount) for kind, amount in ledger["totals"].items() if kind != "deposit"} == {
        "reward": Decimal("0.50"),
        "reward fee": Decimal("0.10"),
        "bonus": Decimal("0.25"),
        "bonus fee": Decimal("0.05"),
    }
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.CONFIRMED}
    worker_page.goto(f"{mturk_standin.url}/mturk/dashboard")
    expect(worker_page.get_by_text("Paid so far: $0.75")).to_be_visible()
