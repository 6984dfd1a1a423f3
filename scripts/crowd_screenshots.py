"""Pictures of recruiting, paying and the stand-ins, from a running demo: the second half of ``make screenshots``.

The demo has a draft of a campaign, and one that runs once somebody has published one; ``manage.py standin_workers``
brings people to it. The page of differences is taken while the stand-in fails on demand, which is taken back after.
Prolific's stand-in is one of our own, for as long as its picture takes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page, ViewportSize

from crowd.standin.crowds.browsing import browser
from crowd.standin.prolific.server import ProlificStandIn
from scripts.screenshots import DESKTOP, FOLDER, HOME, PHONE, require_demo, shoot, signed_in, started

STAND_IN: Final = f"http://127.0.0.1:{os.environ.get('STANDIN_PORT') or int(os.environ.get('PORT', '8000')) + 2}"
SMALL: Final[ViewportSize] = {"width": 1000, "height": 460}
UNTIL_TROUBLE: Final = 120_000
OFFER: Final = {
    "name": "Rate ten pictures of lunches",
    "description": "You will see ten pictures of lunches and say how much you would like to eat each of them.",
    "external_study_url": "https://study.example.org/?id={{%PROLIFIC_PID%}}",
    "prolific_id_option": "url_parameters",
    "completion_codes": [
        {"code": "DONE", "code_type": "OTHER", "actor": "participant", "actions": [{"action": "MANUALLY_REVIEW"}]}
    ],
    "total_available_places": 20,
    "estimated_completion_time": 9,
    "reward": 150,
}


def main() -> None:
    """All of them."""
    require_demo()
    with started() as chromium:
        plan(chromium)
        running(chromium)
        requester(chromium)
        prolific(chromium)
        differences(chromium)


def plan(chromium: Browser) -> None:
    """The newest draft."""
    page = signed_in(chromium, DESKTOP)
    if path := newest(page, "Draft"):
        shoot(page, path, "campaign-plan", full_page=True)
    page.close()


def running(chromium: Browser) -> None:
    """The newest campaign that runs, and what is read and decided of it."""
    for size, ending in ((DESKTOP, ""), (PHONE, "-phone")):
        page = signed_in(chromium, size)
        path = newest(page, "Running")
        if not path:
            raise SystemExit("No campaign runs. Publish the demo's draft, and bring people with standin_workers.")
        shoot(page, path, f"campaign-running{ending}", full_page=not ending)
        shoot(page, f"{path}review/?show=all", f"campaign-review{ending}", full_page=not ending)
        if not ending:
            shoot(page, f"{path}money/", "campaign-money", full_page=True)
            shoot(page, f"{path}people/", "campaign-people", full_page=True)
            shoot(page, f"{path}quality/", "campaign-quality", full_page=True)
        page.close()


def requester(chromium: Browser) -> None:
    """What who pays sees at the demo's stand-in."""
    page = chromium.new_page(viewport=DESKTOP)
    page.goto(f"{STAND_IN}/requester")
    page.screenshot(path=FOLDER / "stand-in.png", full_page=True)
    page.close()


def prolific(chromium: Browser) -> None:
    """Somebody holds a place in a study at Prolific's stand-in."""
    running = ProlificStandIn().start()
    try:
        with browser(headers={"Authorization": "Token any"}) as http:
            study = http.post(f"{running.url}/api/v1/studies/", json=OFFER).json()["id"]
            http.post(f"{running.url}/api/v1/studies/{study}/transition/", json={"action": "PUBLISH"})
        page = chromium.new_page(viewport=SMALL)
        page.goto(f"{running.url}/study?id={study}")
        page.get_by_role("button", name="Take part").click()
        page.get_by_text("You hold a place").wait_for()
        page.screenshot(path=FOLDER / "stand-in-prolific.png")
        page.close()
    finally:
        running.stop()


def differences(chromium: Browser) -> None:
    """A campaign is paused while its platform fails: what is wanted, what is there, and why it waits."""
    page = signed_in(chromium, DESKTOP)
    path = newest(page, "Running")
    with failing(chromium):
        page.goto(f"{HOME}{path}")
        page.get_by_role("button", name="Pause", exact=True).click()
        page.goto(f"{HOME}/console/differences/")
        page.get_by_role("button", name="Look now").click()
        for _ in range(UNTIL_TROUBLE // 4_000):
            if page.locator("[role=alert], .m-notice.is-bad").count() and page.locator(".c-differences").count():
                break
            page.wait_for_timeout(4_000)
            page.reload()
        page.screenshot(path=FOLDER / "crowd-differences.png", full_page=True)
    page.goto(f"{HOME}{path}")
    page.get_by_role("button", name="Resume", exact=True).click()
    page.close()


@contextmanager
def failing(chromium: Browser) -> Iterator[None]:
    """The demo's stand-in answers nothing but errors."""
    page = chromium.new_page(viewport=DESKTOP)
    page.goto(f"{STAND_IN}/requester")
    page.get_by_role("button", name="Fail until this is cleared").click()
    try:
        yield
    finally:
        page.goto(f"{STAND_IN}/requester")
        page.get_by_role("button", name="Clear all").click()
        page.close()


def newest(page: Page, chip: str) -> str:
    """The path of the newest campaign in that state; "" if there is none."""
    page.goto(f"{HOME}/console/campaigns/")
    found = page.locator(".m-table tbody tr", has_text=chip).locator("th a")
    return (found.first.get_attribute("href") or "") if found.count() else ""


if __name__ == "__main__":
    main()
