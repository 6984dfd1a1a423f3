"""A researcher writes a constraint, and is told what is wrong with it while they type."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_constraint_is_read_while_it_is_typed_and_measures_are_written_at_the_cursor(
    page: Page, live_server: LiveServer
) -> None:
    client = Client()
    client.force_login(factories.make_user("researcher"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto("/console/safety/constraints/")
    field = page.get_by_label("Constraint", exact=True)

    field.fill("abs((PR | [M]) - (PR | [F])) < 0.15")
    expect(page.get_by_text("Column 30.")).to_be_visible()
    expect(page.locator("mark")).to_have_text("<")

    page.get_by_label("What is predicted").select_option("regression")
    field.fill("")
    page.get_by_role("button", name="Mean_Error", exact=True).click()
    page.keyboard.type(" <= 0.5")
    expect(page.get_by_role("img", name="Mean_Error (upper)")).to_be_visible()
    expect(field).to_have_value("Mean_Error <= 0.5")
