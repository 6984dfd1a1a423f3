"""A researcher writes a batch's document with a mouse and a keyboard."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from analysis.runs.models import Run
from experiments.models import Role
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def designer(page: Page, live_server: LiveServer) -> Page:
    user = factories.make_user("researcher")
    factories.make_study(members={user: Role.RESEARCHER})
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto("/console/batches/design/?example=digits_grid")
    return page


def test_what_is_typed_is_checked_while_it_is_typed(designer: Page) -> None:
    document = designer.get_by_label("The document, as YAML")
    expect(designer.get_by_text("12 settings by grid: 12 runs of 3 epochs.")).to_be_visible()

    document.fill(document.input_value().replace("type: mlp", "type: mpl"))

    expect(designer.get_by_text("Did you mean “mlp”?")).to_be_visible()
    assert document.input_value().startswith("# Handwritten digits")


def test_a_component_is_edited_in_the_form_that_its_box_opens(designer: Page) -> None:
    designer.get_by_label("Edit descent").click()
    designer.locator("[name='p.momentum']").fill("0.5, 0.9")
    designer.get_by_role("button", name="Change it in the document").click()

    expect(designer.get_by_text("24 settings by grid: 24 runs of 3 epochs.")).to_be_visible()
    text = designer.get_by_label("The document, as YAML").input_value()
    assert "sweep:\n          - 0.5" in text
    assert text.startswith("# Handwritten digits")


def test_a_new_component_is_picked_filled_in_and_put_into_the_document(designer: Page) -> None:
    designer.locator("[name=pick]").select_option("optimiser:adam")
    designer.locator("[name='p.learning_rate']").fill("-1")
    designer.get_by_role("button", name="Put it into the document").click()
    expect(designer.get_by_text("-1 cannot stand here.").first).to_be_visible()

    designer.locator("[name='p.learning_rate']").fill("0.1")
    designer.get_by_role("button", name="Put it into the document").click()

    expect(designer.get_by_text("“optimiser” stands in the document.")).to_be_visible()
    expect(designer.get_by_text("“optimiser” is used by nothing.")).to_be_visible()


def test_what_is_in_order_is_queued_with_a_button(designer: Page) -> None:
    designer.get_by_role("button", name="Queue its runs").click()

    expect(designer.get_by_text("12 runs queued")).to_be_visible()
    assert Run.objects.count() == 12
