"""What developers see: a header and a panel, with none, some or all experiments; neither ever breaks the page."""

import re
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from bandits.web import experiment
from experiments.models import Experiment
from tests.bandits.web.conftest import make_trial

pytestmark = pytest.mark.django_db


def test_outside_debug_no_header_says_anything(visitor: Client, color: Experiment, text: Experiment) -> None:
    assert "X-Bandits" not in visitor.get("/").headers


def test_in_debug_a_header_says_what_was_chosen(
    visitor: Client, color: Experiment, text: Experiment, settings: Settings
) -> None:
    settings.DEBUG = True
    first, again = visitor.get("/"), visitor.get("/")

    assert re.fullmatch(r"color=(green|red) \(new\); button-text=(Buy|Buy now) \(new\)", first.headers["X-Bandits"])
    assert again.headers["X-Bandits"] == first.headers["X-Bandits"].replace("new)", "kept)")
    assert "X-Bandits" not in visitor.get("/plain/").headers


def test_a_name_that_fits_no_header_breaks_nothing(visitor: Client, settings: Settings) -> None:
    settings.DEBUG = True
    make_trial(levels=["grün\r\nSet-Cookie: x=y"])

    assert visitor.get("/inline/").headers["X-Bandits"] == "color=gr?n??Set-Cookie: x=y (new)"


@pytest.fixture
def toolbar(settings: Settings) -> None:
    settings.DEBUG = True
    settings.MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware", *settings.MIDDLEWARE]
    settings.DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": lambda request: True}
    settings.ROOT_URLCONF = "tests.bandits.web.toolbar"


def panel_of(page: str) -> str:
    """What the panel shows when it is opened."""
    found = re.search(r'data-request-id="(\w+)"', page)
    assert found, page
    query = {"request_id": found[1], "panel_id": "BanditsPanel"}
    return str(Client().get(reverse("djdt:render_panel"), query).json()["content"])


def said(html: str) -> str:
    """Its words, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.usefixtures("toolbar")
def test_with_both_experiments_it_says_arm_chance_and_reward(
    visitor: Client, color: Experiment, text: Experiment
) -> None:
    response = visitor.get("/both/")
    panel = panel_of(response.content.decode())

    assert "2 arms" in response.content.decode()
    assert {"color", "button-text"} <= set(re.findall(r"<code>([\w-]+)</code>", panel))
    assert "0.5" in panel
    assert "new: decided now" in panel
    assert re.search(r"Rewards .* color 1.0 yes", said(panel))


@pytest.mark.usefixtures("toolbar")
@pytest.mark.parametrize(("address", "sentence"), [("/one/", "color"), ("/none/", "No arm was asked for")])
def test_with_one_or_none_of_them_it_shows_too(
    visitor: Client, color: Experiment, text: Experiment, address: str, sentence: str
) -> None:
    assert sentence in said(panel_of(visitor.get(address).content.decode()))


@pytest.mark.usefixtures("toolbar")
def test_without_any_experiment_in_the_database_the_page_and_the_panel_show(visitor: Client) -> None:
    response = visitor.get("/both/")

    assert response.status_code == 200
    assert "There is no experiment “color”" in panel_of(response.content.decode())


@pytest.mark.usefixtures("toolbar")
def test_with_the_database_away_they_show(
    visitor: Client, color: Experiment, refuse_queries: Callable[[], None], settings: Settings
) -> None:
    refuse_queries()
    response = visitor.get("/one/")

    assert response.status_code == 200
    assert "the database cannot be asked" in panel_of(response.content.decode())


@pytest.mark.usefixtures("toolbar")
def test_without_the_middleware_it_says_so(visitor: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "Bandits" not in each]

    assert "is not in MIDDLEWARE" in said(panel_of(visitor.get("/none/").content.decode()))


@pytest.mark.usefixtures("toolbar")
def test_in_an_async_view_it_shows(color: Experiment) -> None:
    async def visit() -> str:
        return (await AsyncClient().get("/aone/")).content.decode()

    assert "decided now" in panel_of(async_to_sync(visit)())


@pytest.mark.usefixtures("toolbar")
def test_what_an_arm_says_is_escaped_in_it(visitor: Client) -> None:
    make_trial(levels=None, arms=[{"name": "<b>a", "levels": {}, "payload": {"value": "<script>x</script>"}}])
    panel = panel_of(visitor.get("/one/").content.decode())

    assert "<script>x" not in panel
    assert "<b>a" not in panel


@pytest.mark.usefixtures("toolbar")
def test_a_function_is_named_in_it(visitor: Client) -> None:
    experiment("color", arms={"loud": str.upper})
    call_command("sync_experiments", verbosity=0)

    assert "function upper" in panel_of(visitor.get("/one/").content.decode())
