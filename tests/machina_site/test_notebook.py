"""Machina in a script or a notebook, outside of ``manage.py``."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from analysis.runs.models import Batch
from machina_site.notebook import connect

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cell_of_a_notebook_may_ask_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "")  # as it was, afterwards
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")

    async def cell() -> int:
        connect()
        connect()
        return Batch.objects.count()

    def in_a_loop() -> int:
        try:
            return asyncio.run(cell())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:  # this one may have a loop already: a browser's
        assert thread.submit(in_a_loop).result() == 0
