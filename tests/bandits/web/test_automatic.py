"""Requests that nobody looks at get the control and leave nothing: exploring on link scanners spoils the data."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from bandits.models import Decision
from bandits.web.automatic import BOT
from experiments.models import Experiment
from tests.bandits.web.conftest import BROWSER

pytestmark = pytest.mark.django_db

ROBOTS = """
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
Twitterbot/1.0
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
WhatsApp/2.23.20.0
TelegramBot (like TwitterBot)
Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36
Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)
curl/8.5.0
python-requests/2.32.3
Go-http-client/2.0
""".strip().splitlines()
PEOPLE = f"""
{BROWSER}
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/138.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; arm_64; Android 13) AppleWebKit/537.36 Chrome/136.0.0.0 YaBrowser/25.6 Mobile Safari/537.36
""".strip().splitlines()


@pytest.mark.parametrize("agent", ROBOTS)
def test_a_robot_gets_the_control(color: Experiment, agent: str) -> None:
    response = Client(headers={"user-agent": agent}).get("/inline/")

    assert (response.json()["color"], response.json()["how"]) == ("green", "control")
    assert not response.cookies
    assert not Decision.objects.exists()


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_person_is_no_robot(agent: str) -> None:
    assert not BOT.search(agent)


@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"}]
)
def test_a_page_fetched_ahead_is_not_shown_to_anybody_yet(
    visitor: Client, color: Experiment, headers: dict[str, str]
) -> None:
    assert visitor.get("/inline/", headers=headers).json()["how"] == "control"
    assert not Decision.objects.exists()
    assert visitor.get("/inline/").json()["how"] == "new"


def test_a_head_request_shows_nobody_anything(visitor: Client, color: Experiment) -> None:
    visitor.head("/inline/")

    assert not Decision.objects.exists()


def test_a_project_may_name_more_of_them(color: Experiment, settings: Settings) -> None:
    settings.BANDITS = {"BOTS": "our-own-checker"}

    assert Client(headers={"user-agent": "Our-Own-Checker 1"}).get("/inline/").json()["how"] == "control"
    assert not Decision.objects.exists()
