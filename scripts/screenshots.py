"""Take the pictures of README and docs anew from a running demo: ``make screenshots``.

Start ``./machina demo`` first and let some simulated people finish. PORT, and the password in var/admin-password, are
found as the demo left them. The crowd's pictures are taken after these: ``scripts/crowd_screenshots.py``.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from machina_site.paths import BASE, VAR
from tests import browser

HOME: Final = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
FOLDER: Final = BASE / "docs" / "images"
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 860}
TALL: Final[ViewportSize] = {"width": 1280, "height": 1580}
RESULTS: Final[ViewportSize] = {"width": 1280, "height": 1240}
PHONE: Final[ViewportSize] = {"width": 375, "height": 812}
STUDY: Final = "trust-cars"
LEARNER: Final = "button-colour"
GRID: Final = "digits-grid"
TRAINED: Final = "Released or held"
CURVES: Final = "arrests-curves"


def main() -> None:
    """All pictures."""
    require_demo()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with started() as chromium:
        for name, size in (("participant", DESKTOP), ("phone", PHONE)):
            take_part(chromium, name, size)
        console(chromium)
        learning(chromium)
        runs(chromium)
        safety(chromium)
        trying(chromium)
        planning(chromium)
        results(chromium)


def require_demo() -> None:
    """Stop with a sentence unless somebody answers at HOME."""
    try:
        urlopen(f"{HOME}/healthz", timeout=10).close()  # noqa: S310 (our own address)
    except OSError:
        sys.exit(f"Nobody answers at {HOME}. Start ./machina demo first, with the same PORT.")


@contextmanager
def started() -> Iterator[Browser]:
    """A headless browser."""
    program = browser.install()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(program), args=list(browser.FLAGS), env=dict(browser.environment(program))
        )
        yield running
        running.close()


def take_part(chromium: Browser, name: str, size: ViewportSize) -> None:
    """The first car of somebody who sees explanations."""
    for _ in range(12):
        page = chromium.new_page(viewport=size)
        page.goto(f"{HOME}/s/{STUDY}/?lang=en")
        page.get_by_role("button", name="I agree").click()
        go_on(page, until="Car 1 of 8")
        if page.get_by_text("Why?").count():
            page.screenshot(path=FOLDER / f"{name}.png", full_page=name == "participant")
            page.close()
            return
        page.close()


def go_on(page: Page, *, until: str) -> None:
    """Answer whatever comes until that page."""
    for _ in range(8):
        page.wait_for_load_state("networkidle")
        if page.get_by_role("heading", name=until).count():
            return
        for choice in page.locator("fieldset").all():
            choice.get_by_role("radio").first.check(force=True)
        before = page.url, page.locator("h1").first.inner_text()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_function("before => document.querySelector('h1')?.innerText !== before", arg=before[1])


def console(chromium: Browser) -> None:
    """The pages of the console, signed in as the demo's administrator."""
    page = signed_in(chromium, DESKTOP)
    shoot(page, "/admin/", "console")
    shoot(page, f"/console/experiments/{STUDY}/monitor/", "monitor")
    shoot(page, f"/console/experiments/{STUDY}/downloads/", "downloads")
    page.goto(f"{HOME}/admin/experiments/experiment/?q=trust")
    page.locator("#result_list a", has_text="Trust").first.click()
    shoot(page, page.url.removeprefix(HOME), "experiment")
    page.goto(f"{HOME}/admin/experiments/step/?q=compare-attributions")
    page.locator("#result_list tbody a").first.click()
    shoot(page, page.url.removeprefix(HOME), "editor")
    shoot(page, "/api/docs/", "api")
    page.close()


def learning(chromium: Browser) -> None:
    """The panel of the demo's shop: on a desk, in the dark, on a phone."""
    path = f"/console/experiments/{LEARNER}/monitor/"
    for name, size, is_dark in (("", TALL, False), ("-dark", TALL, True), ("-phone", PHONE, False)):
        page = signed_in(chromium, size)
        if is_dark:
            page.evaluate("localStorage.setItem('adminTheme', JSON.stringify('dark'))")
        shoot(page, path, f"learning{name}")
        page.close()


def runs(chromium: Browser) -> None:
    """The board of the digits grid: ``manage.py run_batch examples/runs/digits_grid.yaml`` computes it first."""
    path = f"/console/experiments/{GRID}/runs/"
    for name, size, of_it in (
        ("board", DESKTOP, "?sort=-m.validation.f1_macro"),
        ("board-phone", PHONE, ""),
        ("board-charts", DESKTOP, "charts/"),
        ("board-parameters", DESKTOP, "parameters/"),
    ):
        page = signed_in(chromium, size)
        shoot(page, f"{path}{of_it}", name)
        page.close()


def safety(chromium: Browser) -> None:
    """A report and curves: ``manage.py train examples/safety/arrests.yaml`` and ``manage.py safety_curves
    examples/safety/arrests_curves.yaml`` compute them first.
    """
    page = signed_in(chromium, DESKTOP)
    page.goto(f"{HOME}/console/safety/")
    page.locator(".m-table tbody th a", has_text=TRAINED).first.click()
    shoot(page, page.url.removeprefix(HOME), "safety-report", full_page=True)
    shoot(page, f"/console/experiments/{CURVES}/curves/", "safety-curves", full_page=True)
    page.close()


def trying(chromium: Browser) -> None:
    """Policies tried in a world like the demo's shop."""
    page = signed_in(chromium, DESKTOP)
    page.goto(f"{HOME}/console/experiments/{LEARNER}/try-policies/")
    page.get_by_role("button", name="Try them").click()
    page.locator(".m-regret svg").wait_for()
    page.screenshot(path=FOLDER / "try-policies.png")
    page.close()


def planning(chromium: Browser) -> None:
    """The demo's study planned, and played through."""
    page = signed_in(chromium, TALL)
    page.goto(f"{HOME}/console/experiments/{STUDY}/plan/?watch=anytime&reward=2&fee=0.428&a_day=45&budget=400")
    page.get_by_role("button", name="Play it through").click()
    page.get_by_text("1,000 of 1,000 runs").wait_for()
    page.screenshot(path=FOLDER / "plan.png")
    page.close()


def results(chromium: Browser) -> None:
    """What came out: of the two studies of the tutorials on results if they were made, and of the demo study."""
    for slug, name in (("lunch-peek", "results"), ("budgeted-reminders-2026", "results-adaptive")):
        for ending, size in (("", RESULTS), ("-phone", PHONE)):
            page = signed_in(chromium, size)
            page.goto(f"{HOME}/console/experiments/{slug}/results/")
            if page.locator("#answers").count():
                page.wait_for_timeout(2500)
                page.screenshot(path=FOLDER / f"{name}{ending}.png")
            page.close()
    page = signed_in(chromium, DESKTOP)
    page.goto(f"{HOME}/console/experiments/{STUDY}/results/")
    drawn = page.locator("#figures-confidence .r-figures")
    page.locator("#figures-confidence").scroll_into_view_if_needed()
    drawn.wait_for()
    drawn.screenshot(path=FOLDER / "results-factorial.png")
    page.close()


def signed_in(chromium: Browser, size: ViewportSize) -> Page:
    """A page of the demo's administrator."""
    page = chromium.new_page(viewport=size)
    page.goto(f"{HOME}/admin/")
    page.get_by_label("Username").fill("admin")
    page.locator("input[name=password]").fill((VAR / "admin-password").read_text().strip())
    page.get_by_role("button", name="Log in").click()
    return page


def shoot(page: Page, path: str, name: str, *, full_page: bool = False) -> None:
    """One picture, once the page has settled."""
    page.goto(f"{HOME}{path}")
    page.wait_for_timeout(2500)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=full_page)


if __name__ == "__main__":
    main()
