"""Real servers for every test that asks for a database."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from machina_site.embedded import ensure_servers
from tests import browser
from tests.emptying import empty_tables

settings.register_profile("machina", deadline=None)  # a busy machine breaks no rule
settings.load_profile("machina")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the test's own thread

gc.set_threshold(50_000, 20, 100)  # a third of the time that collecting tests takes went to looking for garbage


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it need not be searched again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def emptying() -> Iterator[None]:
    """Tests that commit are followed by a quick emptying of what they wrote."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(scope="session")
def servers() -> None:
    """PostgreSQL and Valkey: the embedded ones, or those that DATABASE_URL and REDIS_URL name."""
    ensure_servers()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the servers before pytest-django makes its databases: one for each xdist worker."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tests' own database says that it may be emptied: elsewhere what is frozen refuses it (decision 0144)."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
        cursor.execute(f"ALTER DATABASE {name} SET machina.may_be_emptied = 'on'")
    connection.close()  # the next one knows it


@pytest.fixture
def empty_cache(servers: None) -> Iterator[None]:
    """For a test whose rule lives in the cache (throttles, heartbeats)."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session. None on this machine is a failure, unless somebody asked to go without."""
    if browser.is_refused():
        pytest.skip("MACHINA_NO_BROWSER=1")
    program = browser.find()
    if program is None:
        pytest.fail(browser.ADVICE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(program), args=list(browser.FLAGS), env=dict(browser.environment(program))
        )
        yield running
        running.close()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A fresh visitor on the live server. Afterwards: no page asked anybody else for anything, and no script failed."""
    context = chromium.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)
    page = context.new_page()
    asked, errors = set[str](), list[str]()
    page.on("request", lambda request: asked.add(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    for each in context.pages:  # what a page sends when it is left shall arrive before the tables are emptied
        each.goto("about:blank")
    page.wait_for_timeout(150)
    context.close()
    assert not {url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))}
    assert not errors
