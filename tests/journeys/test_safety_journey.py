"""A researcher trains a fair model, lets an arm serve it, and takes it back: all by pressing buttons."""

from __future__ import annotations

from typing import cast

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from analysis.runs.models import Batch
from experiments.models import Experiment, Role, Study
from experiments.types import Json, JsonObject
from tests.analysis.assurance.trainings import carried_out
from tests.factories import make_experiment, make_study, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARMS: Json = [{"name": "old", "levels": {}, "is_control": True}, {"name": "fair", "levels": {}}]


@pytest.fixture
def study(page: Page, live_server: LiveServer) -> Study:
    """Signed in as its owner, on a phone."""
    owner, client = make_user("amara"), Client()
    client.force_login(owner)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": 375, "height": 812})
    return make_study(slug="kitchen", members={owner: Role.OWNER})


def test_from_a_constraint_to_an_arm_that_serves_the_model_and_is_taken_down(page: Page, study: Study) -> None:
    experiment = make_experiment(study, status="draft", unit_kind="visitor", steps=[], factors=[], arms=ARMS)
    page.goto("/console/safety/new/")
    page.get_by_label("Name", exact=True).fill("Fair enough")
    page.get_by_label("Data", exact=True).select_option("made_up")
    page.get_by_label("Value that counts as yes").fill("")
    page.get_by_label("Groups, one a line").fill("A: group = A\nB: group = B")
    page.get_by_role("textbox", name="What must hold").first.fill("abs((PR | [A]) - (PR | [B])) <= 0.5")
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_role("navigation", name="Board")).to_be_visible()
    carried_out(Batch.objects.get(slug="fair-enough"))

    page.get_by_role("link", name="Safety", exact=True).click()
    expect(page.get_by_text("Passed:")).to_be_visible()
    page.get_by_role("link", name="Serve it by an arm").click()
    page.get_by_label("Arm", exact=True).select_option(label=next_arm(page))
    page.get_by_role("button", name="Pin it to the arm").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("running").first).to_be_visible()
    assert served(experiment) == {"old": True, "fair": True}

    page.goto(f"/console/safety/{Batch.objects.get().runs.get().safety_tests.get().uuid}/")
    page.get_by_text("Withdraw this test").click()
    page.get_by_label("Because").fill("The labels were wrong.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("Withdrawn since")).to_be_visible()
    assert served(experiment) == {"old": True, "fair": False}


def next_arm(page: Page) -> str:
    """As the list names the arm `fair`."""
    return next(
        text for text in page.get_by_label("Arm", exact=True).locator("option").all_inner_texts() if "fair" in text
    )


def served(experiment: Experiment) -> dict[Json, Json]:
    """Which arms newcomers may get."""
    experiment.refresh_from_db()
    assert experiment.version is not None
    definition = cast(JsonObject, experiment.version.definition)
    return {arm["name"]: arm["is_enabled"] for arm in cast("list[JsonObject]", definition["arms"])}
