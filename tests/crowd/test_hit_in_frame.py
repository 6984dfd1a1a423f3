"""A worker in a real browser: the study in a frame of another site, without cookies and without storage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from crowd import sites
from crowd.models import Posting, Submission
from crowd.platforms.mturk import client
from crowd.reconcile.words import SubmissionSight
from crowd.services.noting_outcomes import note_outcomes
from experiments.models import Study
from participants.models import Session
from tests.crowd.factories import make_account, make_campaign
from tests.crowd.pursuing.conftest import Site
from tests.crowd.running import RunningMTurk
from tests.studies import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""


@pytest.fixture
def posting(
    live_server: LiveServer, mturk_standin: RunningMTurk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Posting:
    """A HIT that is up; its frame shows the live server, which has another host than the stand-in."""
    settings.PUBLIC_URL = live_server.url
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))
    sites._framing_sites.cache_clear()
    experiment = running()
    Study.objects.filter(pk=experiment.study_id).update(budget=100)
    account = make_account(endpoint=mturk_standin.url, options={"calls_per_second": 1000, "burst": 1000})
    return Site(mturk_standin, account, make_campaign(experiment, account)).posting()


@pytest.fixture
def worker(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A worker's browser, which keeps nothing for sites in frames. Nothing but the two sites is asked for anything."""
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    context.add_init_script(f"if (window !== top) {{ {NO_STORAGE} }}")
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not context.cookies(live_server.url)
    page.goto("about:blank")
    context.close()
    assert not errors


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def accept(page: Page, site: str, posting: Posting) -> None:
    page.goto(f"{site}/mturk/preview?hitId={posting.external_id}")
    page.get_by_label("Worker id").fill("A1BROWSER")
    page.get_by_role("button", name="Accept").click()


def work(page: Page) -> None:
    """Agree and answer both pages."""
    frame = frame_of(page)
    frame.get_by_role("button", name="I agree").click()
    frame.get_by_role("button", name="Continue").click()
    frame.get_by_label("How good?").fill("7")
    frame.get_by_role("button", name="Continue").click()


def test_a_worker_previews_accepts_works_and_hands_in(
    worker: Page, posting: Posting, mturk_standin: RunningMTurk
) -> None:
    worker.goto(f"{mturk_standin.url}/mturk/preview?hitId={posting.external_id}")
    expect(frame_of(worker).get_by_text("This is a preview")).to_be_visible()
    expect(frame_of(worker).get_by_role("button", name="I agree")).to_have_count(0)
    assert not Submission.objects.exists()

    accept(worker, mturk_standin.url, posting)
    work(worker)
    frame_of(worker).get_by_role("button", name="Hand in the HIT").click()

    expect(worker.get_by_role("heading", name="Work of A1BROWSER")).to_be_visible()
    note_outcomes(now=posting.created_at)
    submission = Submission.objects.get()
    assert submission.done_at == Session.objects.get().ended_at
    seen = mturk_standin.client().get_assignment(AssignmentId=submission.external_id)["Assignment"]
    assert seen["AssignmentStatus"] == "Submitted"


def test_a_frame_opened_again_goes_on_where_it_was(worker: Page, posting: Posting, mturk_standin: RunningMTurk) -> None:
    accept(worker, mturk_standin.url, posting)
    frame_of(worker).get_by_role("button", name="I agree").click()
    frame_of(worker).get_by_role("button", name="Continue").click()
    expect(frame_of(worker).get_by_label("How good?")).to_be_visible()

    worker.reload()

    expect(frame_of(worker).get_by_label("How good?")).to_be_visible()


def test_without_a_connection_the_last_page_waits_and_hands_in_by_itself(
    worker: Page, posting: Posting, mturk_standin: RunningMTurk
) -> None:
    accept(worker, mturk_standin.url, posting)
    work(worker)
    frame = frame_of(worker)
    expect(frame.get_by_role("button", name="Hand in the HIT")).to_be_visible()

    worker.context.set_offline(True)
    expect(frame.get_by_text("There is no connection")).to_be_visible()
    worker.context.set_offline(False)

    expect(worker.get_by_role("heading", name="Work of A1BROWSER")).to_be_visible()
    Site(mturk_standin, posting.campaign.account, posting.campaign).poll()
    assert Submission.objects.get().observed == SubmissionSight.SUBMITTED
