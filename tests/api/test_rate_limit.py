"""How often one may ask, and what is said about it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from pytest_django.fixtures import Settings

from experiments.models import Experiment
from tests.api.conftest import Program, counts, program


@pytest.fixture(autouse=True)
def three_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small limit, and a clock that stands ten seconds before a new minute."""
    settings.API_RATE_PER_MINUTE = 3
    monkeypatch.setattr("machina_site.api.throttles.time.time", lambda: 60_050.0)


def test_after_the_limit_the_answer_says_when_to_come_back(api: Program, experiment: Experiment) -> None:
    left = [api.get("/experiments/soup/")["RateLimit-Remaining"] for _ in range(3)]
    before = counts()
    refused = api.post("/experiments/soup/pause/")

    assert left == ["2", "1", "0"]
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
    assert refused["Retry-After"] == "10"
    assert (refused["RateLimit-Limit"], refused["RateLimit-Reset"]) == ("3", "10")
    assert counts() == before


def test_each_token_has_its_own_count(api: Program, experiment: Experiment, owner: User) -> None:
    for _ in range(4):
        api.get("/experiments/soup/")

    assert program(owner).get("/experiments/soup/").status_code == 200


def test_in_the_next_minute_one_may_ask_again(
    api: Program, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        api.get("/experiments/soup/")
    monkeypatch.setattr("machina_site.api.throttles.time.time", lambda: 60_060.0)

    assert api.get("/experiments/soup/").status_code == 200


def test_with_the_cache_away_requests_go_on_and_a_line_is_logged(
    api: Program, experiment: Experiment, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"}
    with override_settings(CACHES={"default": away}):
        answers = [api.get("/experiments/soup/").status_code for _ in range(5)]

    assert answers == [200] * 5
    assert "cache is away" in caplog.text
