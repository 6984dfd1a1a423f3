"""The button shop does what its tutorial says, and the tutorial shows the code that does it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command, get_commands
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from bandits.models import Decision, Reward
from bandits.policies.audience import Audience
from bandits.services.folding import fold_all
from bandits.services.states import _HELD, in_force
from bandits.web.checks import code_fits_together, experiments_named_in_code_exist
from bandits.web.declared import DECLARED
from bandits.web.naming import MISFITS, NAMED
from bandits.web.options import NAMES
from experiments.models import Experiment

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "bandit-in-your-app.md"
TUTORIAL = PAGE.read_text(encoding="utf-8")
SHOP = ROOT / "examples" / "button_shop"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SLUGS = ("button-color", "button-text", "ranking")


@pytest.fixture
def shop(settings: Settings, transactional_db: None) -> Iterator[None]:
    """Synced as the tutorial says. The whole project, on its own, is in tests/faults."""
    DECLARED.clear()
    sys.modules.pop("examples.button_shop.arms", None)  # so that it declares again
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [SHOP / "templates"]}]
    settings.STATICFILES_DIRS = [SHOP / "static"]
    settings.ROOT_URLCONF = "examples.button_shop.urls"
    import_module("examples.button_shop.arms")
    call_command("sync_experiments", str(SHOP / "experiments.yaml"), verbosity=0)
    yield
    DECLARED.clear()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.usefixtures("shop")
def test_visitors_buy_once_each_and_the_better_button_is_shown_more() -> None:
    sold = {"grey": 0, "green": 0, "red": 0}
    for _ in range(60):
        visitor = Client(headers={"user-agent": BROWSER})
        page = visitor.get("/").content.decode()
        (color,) = set(re.findall(r'<button type="submit" class="(\w+)"', page))
        if color == "green":
            assert visitor.post("/buy/").status_code == 303
            visitor.post("/buy/")
            sold[color] += 1
    color_of = Experiment.objects.get(slug="button-color")

    assert Decision.objects.filter(experiment=color_of).count() == 60
    assert Reward.objects.filter(experiment=color_of).count() == sold["green"]
    late = timezone.now() + timedelta(seconds=1801)
    fold_all(now=late)
    _HELD.clear()
    chances = in_force(color_of, now=late).table.chances
    assert chances["green"] > 0.8
    assert min(chances.values()) >= 0.05 - 1e-9


@pytest.mark.usefixtures("shop")
def test_the_checks_find_nothing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {slug: places for slug, places in NAMED.items() if any("button_shop" in place for place in places)}
    monkeypatch.setattr("bandits.web.checks.NAMED", ours)
    monkeypatch.setattr("bandits.web.checks.MISFITS", [each for each in MISFITS if "button_shop" in each])

    assert experiments_named_in_code_exist() == []
    assert code_fits_together() == []


@pytest.mark.browser
@pytest.mark.usefixtures("shop")
def test_in_a_browser_one_buys_reloads_and_comes_back_to_the_same_button(
    chromium: Browser, live_server: LiveServer
) -> None:
    context = chromium.new_context(base_url=live_server.url, user_agent=BROWSER)
    page = context.new_page()
    page.goto("/")
    button = page.get_by_role("button").first
    before = button.get_attribute("class"), button.inner_text(), page.locator("main > p").inner_text()
    button.click()
    page.wait_for_url("**/thanks/")
    page.reload()
    page.get_by_role("link", name="Back").click()
    button = page.get_by_role("button").first
    after = button.get_attribute("class"), button.inner_text(), page.locator("main > p").inner_text()
    (cookie,) = [each for each in context.cookies() if each["name"] == "bandits"]
    context.close()

    assert after == before
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, False, "Lax")
    assert sorted(Reward.objects.values_list("experiment__slug", flat=True)) == sorted(SLUGS)


def blocks() -> list[tuple[str, str]]:
    """(language, code) of the tutorial."""
    return re.findall(r"```(\w+)\n(.*?)```", TUTORIAL, re.DOTALL)


def test_every_piece_of_code_it_shows_is_the_shops() -> None:
    files = [path.read_text(encoding="utf-8") for path in SHOP.rglob("*") if path.suffix in (".py", ".html", ".yaml")]
    shown = [code for language, code in blocks() if language != "sh"]

    assert len(shown) >= 7
    for code in shown:
        assert any(plain(code) in plain(text) for text in files), code


def plain(text: str) -> str:
    """Without the indentation, which differs inside a page."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def test_every_file_and_page_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:examples|tests|docs)/[^`\s]+)`", TUTORIAL))
    linked = {link for link in re.findall(r"\]\(([^)#]+)", TUTORIAL) if not link.startswith("http")}

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [link for link in linked if not (PAGE.parent / link).exists()] == []


@pytest.mark.usefixtures("shop")
def test_the_check_says_what_the_tutorial_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandits.web.checks._names", lambda: {"buton-color": {"examples.button_shop.views.shop"}})
    (found,) = experiments_named_in_code_exist()

    assert f"({found.id}) {found.msg}" in TUTORIAL
    assert f"HINT: {found.hint}" in TUTORIAL


REFERENCE = (ROOT / "docs" / "in-your-app.md").read_text(encoding="utf-8")


def test_the_reference_names_every_setting_and_every_check() -> None:
    said = set(re.findall(r"`([A-Z_]{4,})`", REFERENCE.split("## Settings")[1]))
    source = (ROOT / "bandits" / "web" / "checks.py").read_text(encoding="utf-8")

    assert {name.upper() for name in NAMES} <= said
    assert set(re.findall(r"bandits\.([EW]\d+)", source)) <= set(re.findall(r"[EW]\d{3}", REFERENCE))


def test_the_audience_of_the_reference_can_be_read_and_explains_itself_as_shown() -> None:
    (block,) = [code for code in re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL) if "audience" in code]
    audience = Audience.parse(yaml.safe_load(block)["allocation"]["audience"])
    steps = audience.verdict("u1", {"country": "US", "age": 30}).steps

    for step in steps[-2:]:
        assert f"# {'+' if step.holds else '-'} {step.sentence}" in REFERENCE


def test_every_command_that_both_pages_name_is_there() -> None:
    named = set(re.findall(r"manage(?:\.py)? ([a-z_]+)", TUTORIAL + REFERENCE))

    assert {"sync_experiments", "fold_rewards", "force_arm", "explain_arm"} <= named
    assert named <= get_commands().keys() | {"runserver"}
