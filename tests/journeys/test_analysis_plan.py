"""A researcher draws a gate by keys and by hand, sees what it would find, saves it, and reads it back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from analysis.registered.reads import registered
from experiments.models import Role
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shot(page: Page, name: str) -> None:
    """Pictures for whoever asks for them: SHOTS=folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_gate_is_drawn_by_keys_and_by_hand(page: Page, live_server: LiveServer) -> None:
    user = factories.make_user("researcher")
    study = factories.make_study(members={user: Role.OWNER})
    experiment = factories.make_experiment(
        study,
        slug="soup",
        status="draft",
        arms=[{"levels": {"frame": "plain"}, "is_control": True}],
        measures=[
            {"name": "score", "kind": "number", "role": "primary", "direction": "up", "low": 0, "high": 100},
            {"name": "again", "kind": "boolean", "role": "secondary", "direction": "up"},
            {"name": "seconds", "kind": "number", "role": "guardrail", "direction": "down"},
        ],
    )
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto("/console/experiments/soup/analysis-plan/")
    shot(page, "plan")
    page.get_by_label("Secondary questions").select_option("gate")
    first = page.get_by_role("button", name="score: “vivid” against “plain”: share 100 percent")
    second = page.get_by_role("button", name="again: “vivid” against “plain”: share 0 percent")
    expect(first).to_be_visible()

    arrow = page.get_by_role("button", name="Arrow from score")
    arrow.focus()
    page.keyboard.press("Delete")
    expect(arrow).to_have_count(0)
    first.focus()
    page.keyboard.press("Enter")
    second.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Arrow from score: “vivid” against “plain” to again")).to_be_focused()
    page.keyboard.press("-")
    expect(page.locator("[name=a-0-1]")).to_have_value("95")
    page.keyboard.press("+")

    first.focus()
    before = first.get_attribute("transform")
    page.keyboard.press("ArrowDown")
    assert first.get_attribute("transform") != before
    box = first.locator("circle.g-body").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    page.mouse.up()
    expect(page.get_by_text("this graph finds at least one")).to_be_visible()
    shot(page, "graph")

    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("The plan is saved")).to_be_visible()
    (family,) = registered(experiment).planned.families
    assert family.graph is not None
    assert [(edge.source[:5], edge.target[:5], edge.weight) for edge in family.graph.edges] == [("score", "again", 1.0)]
    page.get_by_role("button", name="Copy “score").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("is copied as")).to_be_visible()
    expect(page.locator("[name=q-1-name]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Once more?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The plan is saved")).to_be_visible()
    assert "Once more?" in [each.name for each in registered(experiment).planned.questions]

    page.set_viewport_size({"width": 375, "height": 812})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    shot(page, "plan-phone")
