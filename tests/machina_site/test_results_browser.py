"""Results in a real browser: pictures come by themselves, nobody is shut out, everything fits a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from analysis.results.services.folding import fold
from analysis.results.services.reporting import freeze_report
from experiments.models import Experiment
from tests.analysis.results.conftest import ARMS_OF_SOUP, MEASURES, measured
from tests.factories import make_experiment
from tests.machina_site.test_console_browser import console, violations

__all__ = ("console",)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def experiment() -> Experiment:
    """With a clear answer, counted, and a frozen report."""
    made = make_experiment(slug="soup", measures=MEASURES, arms=ARMS_OF_SOUP)
    measured(made, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    fold(made, now=timezone.now())
    freeze_report(made, now=timezone.now())
    return made


def pages(experiment: Experiment) -> list[str]:
    return [
        *(reverse(f"results:{name}", args=[experiment.slug]) for name in ("results", "reports", "trust")),
        reverse("results:study", args=[experiment.study.slug]),
    ]


def test_pictures_come_by_themselves_and_numbers_by_keyboard(console: Page, experiment: Experiment) -> None:
    console.goto(pages(experiment)[0])
    expect(console.get_by_role("img", name="score: how it is spread")).to_be_visible()

    console.locator("#q0-numbers > summary").focus()
    console.keyboard.press("Enter")

    expect(console.locator("#q0-numbers")).to_have_attribute("open", "")
    expect(console.locator("#q0-numbers")).to_contain_text("Holds however often you look")


def test_results_can_be_used_by_everybody_in_both_themes_and_fit_a_phone(console: Page, experiment: Experiment) -> None:
    found = []
    for theme, width in (("light", 1280), ("dark", 375)):
        console.set_viewport_size({"width": width, "height": 812})
        console.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
        for url in pages(experiment):
            console.goto(url)
            console.wait_for_load_state("networkidle")
            console.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            found += [f"{theme} {url} {each}" for each in violations(console)]
            assert console.evaluate("document.documentElement.scrollWidth") <= width, url

    assert found == []
