"""Real servers for every test that asks for a database."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from machina_site.embedded import ensure_servers

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the test's own thread


@pytest.fixture(scope="session")
def servers() -> None:
    """PostgreSQL and Valkey: the embedded ones, or those that DATABASE_URL and REDIS_URL name."""
    ensure_servers()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the servers before pytest-django makes its databases: one for each xdist worker."""


@pytest.fixture
def empty_cache(servers: None) -> Iterator[None]:
    """For a test whose rule lives in the cache (throttles, heartbeats)."""
    cache.clear()
    yield
    cache.clear()
