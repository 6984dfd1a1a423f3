"""A researcher fetches data with a mouse."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from analysis.models import Export
from analysis.services.exporting import write_export
from experiments.models import Role
from tests import factories
from tests.exported import make_collected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer) -> Page:
    user = factories.make_user("researcher")
    make_collected(study=factories.make_study(members={user: Role.RESEARCHER}), slug="soup-2026")
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto("/console/experiments/soup-2026/downloads/")
    return page


def test_a_table_is_saved_at_once(signed_in: Page) -> None:
    signed_in.get_by_label("Format").select_option("parquet")

    with signed_in.expect_download() as saved:
        signed_in.get_by_label("Download long").click()

    assert saved.value.suggested_filename == "soup-2026-long.parquet"
    assert len(pd.read_parquet(saved.value.path())) > 10


def test_a_file_made_ready_appears_by_itself_with_its_checksum(signed_in: Page) -> None:
    signed_in.get_by_label("Make wide ready with a checksum").click()
    expect(signed_in.get_by_text("Being made ready")).to_be_visible()

    write_export(Export.objects.get().pk)

    expect(signed_in.get_by_text("SHA-256 ")).to_be_visible()
    shown = signed_in.locator(".a-sum").inner_text()
    with signed_in.expect_download() as saved:
        signed_in.get_by_role("link", name="Fetch").click()
    assert hashlib.sha256(Path(saved.value.path()).read_bytes()).hexdigest() == shown
