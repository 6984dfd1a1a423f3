"""The board in a real browser: it moves by itself, lines stay hidden, runs are compared, nobody is shut out."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from analysis.runs.events import RunEventKind, Said, append_to_run
from analysis.runs.models import Batch, Run
from experiments.types import JsonObject
from tests.analysis.runs.boards import keep_files, make_board
from tests.machina_site.test_console_browser import console, violations

__all__ = ("console",)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("board", "charts", "influence", "compare", "throughput")


@pytest.fixture
def batch() -> Batch:
    return make_board()


def at(name: str, batch: Batch) -> str:
    return reverse(f"runs:{name}", args=[batch.experiment.slug])


def addresses(batch: Batch) -> list[str]:
    failed = Run.objects.get(batch=batch, number=11)
    keep_files(failed)
    of_run = [reverse(f"runs:{name}", args=[failed.uuid]) for name in ("run", "card")]
    return [*(at(name, batch) for name in NAMES), *of_run, reverse("runs:batches")]


def test_the_table_follows_the_runs_and_keeps_what_is_ticked(console: Page, batch: Batch) -> None:
    console.goto(at("board", batch))
    console.get_by_label("Compare run 3", exact=True).check()
    console.get_by_label("Compare run 9", exact=True).check()
    run = Run.objects.get(batch=batch, number=12)

    said: JsonObject = {"epoch": 3, "split": "val", "values": {"f1": 0.777, "loss": 0.1}}
    append_to_run(run.pk, [Said(RunEventKind.RUN_MEASURED, said, timezone.now(), attempt=1)])
    expect(console.get_by_text("0.777")).to_be_visible()
    console.get_by_role("button", name="Compare 2").click()

    expect(console.get_by_role("columnheader", name="Run 3")).to_be_visible()
    expect(console.get_by_role("columnheader", name="Run 9")).to_be_visible()


def test_a_line_that_was_hidden_stays_hidden(console: Page, batch: Batch) -> None:
    console.goto(at("charts", batch))
    button = console.locator("[data-toggle]").first
    key = button.get_attribute("data-toggle")
    button.click()
    expect(console.locator(f'g[data-line="{key}"]').first).to_be_hidden()

    console.reload()
    expect(console.locator(f'g[data-line="{key}"]').first).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_can_be_used_by_everybody(console: Page, batch: Batch, theme: str) -> None:
    console.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    found = []
    for url in addresses(batch):
        console.goto(url)
        found += [f"{url}: {each}" for each in violations(console)]

    assert found == []


def test_the_board_fits_a_phone(console: Page, batch: Batch) -> None:
    console.set_viewport_size({"width": 375, "height": 800})
    for url in addresses(batch):
        console.goto(url)
        assert console.evaluate("document.documentElement.scrollWidth") <= 375, url
