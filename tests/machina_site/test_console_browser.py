"""The console in a real browser: the monitor moves by itself, the preview follows the typing, nobody is shut out."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from experiments.models import Experiment
from tests.console import change_url
from tests.crowd.factories import make_account, make_campaign
from tests.crowd.test_reviewing import worked
from tests.factories import make_experiment, make_session, make_user
from tests.learners import make_learner
from tests.machina_site.test_learning_panel import live
from tests.machina_site.test_try_policies import SMALL
from tests.studies import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
THEIRS = ".m-card, .m-figures, .m-header, .m-buttons, .m-frame"  # what we add; Unfold answers for the rest


@pytest.fixture
def experiment() -> Experiment:
    return make_experiment(title="Lunch, wave 1")


@pytest.fixture
def console(page: Page) -> Page:
    make_user("boss", is_superuser=True)
    page.goto(reverse("admin:login"))
    page.fill("[name=username]", "boss")
    page.fill("[name=password]", "password")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    return page


def violations(page: Page) -> list[str]:
    """What axe finds in what we add to the console."""
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "selector => axe.run({include: [...document.querySelectorAll(selector)]}, {resultTypes: ['violations']})",
        THEIRS,
    )
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def recruiting_pages() -> list[str]:
    """Of a campaign with work that waits, and of what stands beside campaigns."""
    campaign = make_campaign(running(target=40))
    worked(campaign), worked(campaign, checks_failed=1)
    of_one = ("campaign", "review", "quality", "money", "people")
    pages = [reverse(f"crowd:{name}", args=[campaign.uuid]) for name in of_one]
    pages.append(reverse("crowd:study_money", args=[campaign.experiment.study.slug]))
    return [*pages, *map(reverse, ("crowd:campaigns", "crowd:differences", "crowd:accounts", "crowd:retention"))]


def tried(experiment: Experiment) -> str:
    """The page with policies tried in it, by few."""
    return reverse("try_policies", args=[experiment.slug]) + "?" + urlencode({**SMALL, "policies": "ucb1"})


def test_the_monitor_moves_by_itself_and_keeps_open_tables_open(console: Page, experiment: Experiment) -> None:
    make_session(experiment, pages=1)
    console.goto(reverse("monitor", args=[experiment.slug]))
    console.click("#series-table > summary")

    make_session(experiment, pages=None)

    expect(console.locator("#live")).to_contain_text("1 of 100")
    expect(console.locator("#series-table")).to_have_attribute("open", "")


def test_pausing_asks_first_and_then_says_what_happened(console: Page, experiment: Experiment) -> None:
    console.goto(reverse("monitor", args=[experiment.slug]))
    console.once("dialog", lambda dialog: dialog.dismiss())
    console.click("button:has-text('Pause')")
    expect(console.locator(".m-chip").first).to_have_text("Running")

    console.once("dialog", lambda dialog: dialog.accept())
    console.click("button:has-text('Pause')")

    expect(console.locator(".m-chip").first).to_have_text("Paused")
    expect(console.locator("body")).to_contain_text("nobody new is let in")


def test_the_preview_follows_the_typing(console: Page, experiment: Experiment) -> None:
    step = experiment.steps.get(name="welcome")
    console.goto(reverse("admin:experiments_step_change", args=[step.pk]))
    frame = console.frame_locator("[data-preview] iframe")
    expect(frame.locator("body")).to_contain_text("You are in plain")

    console.fill("[name=components]", "- kind: text\n  props:\n    body: Something else for {{ arm.name }}")
    expect(frame.locator("body")).to_contain_text("Something else for plain")
    console.select_option("[name=preview_arm]", "vivid")
    expect(frame.locator("body")).to_contain_text("Something else for vivid")

    console.fill("[name=components]", "- kind: txt")
    expect(console.locator("[data-said]")).to_contain_text("Did you mean “text”?")
    step.refresh_from_db()
    assert "Something else" not in str(step.components)


def test_what_we_add_can_be_used_by_everybody(console: Page, experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    make_session(experiment, pages=1)
    account = make_account(trouble="No funds.", troubled_since=timezone.now())
    found = []
    for url in (
        reverse("admin:index"),
        reverse("crowd:accounts"),
        reverse("crowd:account", args=[account.uuid]),
        change_url(experiment),
        reverse("monitor", args=[experiment.slug]),
        reverse("admin:experiments_step_change", args=[experiment.steps.first().pk]),  # type: ignore[union-attr]  # it has
        reverse("walk_through", args=[experiment.pk]),
        tried(experiment),
        reverse("plan", args=[experiment.slug]),
    ):
        console.goto(url)
        found += violations(console)

    assert found == []


def test_pages_fit_a_phone(console: Page, experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    console.set_viewport_size({"width": 375, "height": 800})
    for url in (
        reverse("admin:index"),
        change_url(experiment),
        reverse("monitor", args=[experiment.slug]),
        tried(experiment),
        reverse("plan", args=[experiment.slug]),
        "/",
    ):
        console.goto(url)
        assert console.evaluate("document.documentElement.scrollWidth") <= 375, url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_learning_panel_can_be_used_by_everybody(console: Page, theme: str) -> None:
    learner = make_learner()
    live(learner)
    console.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    console.goto(reverse("monitor", args=[learner.slug]))
    console.click("#allocation-table > summary")

    assert violations(console) == []


def test_the_learning_panel_moves_by_itself_and_fits_a_phone(console: Page) -> None:
    learner = make_learner()
    live(learner)
    console.set_viewport_size({"width": 375, "height": 812})
    console.goto(reverse("monitor", args=[learner.slug]))
    console.click("#allocation-table > summary")
    expect(console.locator("#live")).to_contain_text("30")

    live(learner, 7)

    expect(console.locator("#live .m-figure").first).to_contain_text("37")
    expect(console.locator("#allocation-table")).to_have_attribute("open", "")
    assert console.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_recruiting_and_paying_can_be_done_by_everybody(console: Page, theme: str) -> None:
    console.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    found = []
    for url in recruiting_pages():
        console.goto(url)
        found += [f"{url} {each}" for each in violations(console)]

    assert found == []


def test_on_a_phone_rows_of_the_crowds_tables_are_cards_that_fit(console: Page) -> None:
    console.set_viewport_size({"width": 375, "height": 812})
    for url in recruiting_pages():
        console.goto(url)
        widths = console.locator(".c-cards").evaluate_all("tables => tables.map(each => each.scrollWidth)")
        assert max(widths, default=0) <= 375, url
        assert console.evaluate("document.documentElement.scrollWidth") <= 375, url


def test_the_plan_follows_what_is_moved_and_is_played_through(console: Page, experiment: Experiment) -> None:
    console.goto(reverse("plan", args=[experiment.slug]) + "?effect=6&sd=14&mean=50")
    expect(console.locator(".m-said").first).to_contain_text("366 people")

    console.focus("[data-slides=field-power]")
    console.keyboard.press("ArrowRight")
    expect(console.locator("#field-power")).to_have_value("0.81")
    expect(console.locator(".m-said").first).to_contain_text("chance of 81 %")
    console.click("button:has-text('Play it through')")

    expect(console.locator("#simulation")).to_contain_text("1,000 of 1,000 runs", timeout=20_000)
    expect(console.locator("#simulation")).to_contain_text("Finds the better arm")
