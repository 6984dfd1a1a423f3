"""The Stroop example in a real browser: words have their colours, and every trial arrives as measurements."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from experiments.models import Measurement
from participants.capability import token_of
from tests.factories import answer
from tests.studies import enter_session, running_example

KEYS = {"rgb(192, 0, 0)": "r", "rgb(0, 122, 31)": "g", "rgb(0, 64, 208)": "b"}
COLOUR = "(word) => getComputedStyle(word).color"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_naming_colours_by_their_colour_is_always_right(page: Page, live_server: LiveServer) -> None:
    now = timezone.now()
    session = answer(enter_session(running_example("stroop.yaml"), now=now), now=now)
    page.goto(reverse("participants:page", args=[token_of(session.uuid)]))
    stage = page.locator("[data-stage]")

    for _ in range(12):
        word = stage.locator("p", has_text=re.compile("RED|GREEN|BLUE")).first
        page.keyboard.press(KEYS[word.evaluate(COLOUR)])
        expect(stage).not_to_contain_text(re.compile("RED|GREEN|BLUE"))
    expect(page.get_by_role("heading", name="Round 2 of 2")).to_be_visible()

    found: dict[str, dict[str, object]] = {}
    for key, value in Measurement.objects.filter(measure__name="response").values_list("key", "value"):
        trial, column = key.rsplit(".", 2)[1:]
        found.setdefault(trial, {})[column] = value
    answered = [trial for trial in found.values() if "response" in trial]
    assert len(answered) == 12
    assert all(trial["response"] == trial["correct_response"] for trial in answered)
    assert len({trial["meaning"] for trial in answered}) == 1
