"""The whole way in a real browser: a file becomes a study, people take part, the monitor moves, data come out."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from experiments.models import Experiment, Status
from tests.studies import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery staple"
OFFER = "Lunch with and without a description"


@pytest.fixture
def participant(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Somebody else's browser: no cookie of the console's."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 375, "height": 812})
    context.set_default_timeout(10_000)
    yield context
    context.close()


def sign_in(page: Page) -> None:
    User.objects.create_superuser("lead", password=PASSWORD)
    page.goto("/admin/")
    page.get_by_label("Username").fill("lead")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def import_file(page: Page, path: Path) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Import a study file").click()
    page.locator("input[type=file]").set_input_files(path)
    page.locator("form:has(input[type=file])").get_by_role("button").last.click()


def open_experiment(page: Page) -> None:
    page.goto("/admin/experiments/experiment/")
    page.get_by_role("link", name=OFFER).first.click()


def press(page: Page, button: str) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=button, exact=True).first.click()


def take_part(context: BrowserContext, slug: str) -> Page:
    """From the link to the thanks, by keyboard where a slider asks for it."""
    page = context.new_page()
    page.goto(f"/s/{slug}/")
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Anything you would like").fill("=1+1")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your completion code")).to_be_visible()
    return page


def test_from_a_study_file_to_a_csv(
    page: Page, participant: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    sign_in(page)
    import_file(page, EXAMPLES / "minimal.yaml")
    open_experiment(page)
    press(page, "Start")
    experiment = Experiment.objects.get()
    assert experiment.status == Status.RUNNING

    page.goto(f"/console/experiments/{experiment.slug}/monitor/")
    finished = take_part(participant, experiment.slug)
    expect(page.get_by_text(re.compile(r"completed in"))).to_be_visible(timeout=15_000)

    press(page, "Pause")
    expect(page.get_by_text("Paused").first).to_be_visible()
    newcomer = participant.new_page()
    assert newcomer.goto(f"/s/{experiment.slug}/").status == 409  # type: ignore[union-attr]  # it answers
    press(page, "Start")
    expect(page.get_by_text("Running").first).to_be_visible()
    assert newcomer.goto(f"/s/{experiment.slug}/").status == 200  # type: ignore[union-attr]  # it answers

    finished.reload()
    expect(finished.get_by_text("Your completion code")).to_be_visible()

    rows = download_long(page, experiment.slug, tmp_path)
    assert {row["measure"] for row in rows} == {"appetite", "remark"}
    assert "'=1+1" in {row["value"] for row in rows}


def download_long(page: Page, slug: str, folder: Path) -> list[dict[str, str]]:
    page.goto(f"/console/experiments/{slug}/downloads/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").first.click()
    path = folder / "long.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
