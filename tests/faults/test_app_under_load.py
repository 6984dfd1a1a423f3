"""A Django project of four processes and eight clients at once: each visitor, arm and reward counts exactly once."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg2
import pytest

from machina_site.embedded import Postgres
from machina_site.paths import BASE

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CLIENTS, VISITORS, EXPERIMENTS = 8, 160, 3
MANAGE = [sys.executable, "-m", "examples.button_shop.manage"]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def environment(var: Path, postgres: Postgres) -> dict[str, str]:
    """A project with two of Machina's apps and a database of its own."""
    postgres.ensure()
    named = {"DATABASE_URL": postgres.url(), "MACHINA_VAR": str(var), "DEBUG": "0", "SECRET_KEY": "secret" * 9}
    found = {**os.environ, **named, "DJANGO_SETTINGS_MODULE": "examples.button_shop.settings"}
    for command in (["migrate", "-v0"], ["sync_experiments", "examples/button_shop/experiments.yaml"], ["check"]):
        subprocess.run([*MANAGE, *command], cwd=BASE, env=found, check=True, timeout=120)
    return found


@pytest.fixture
def shop(environment: dict[str, str]) -> Iterator[str]:
    """Four processes behind one address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-w4", "--threads=4", f"-b127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "examples.button_shop.wsgi"], cwd=BASE, env=environment)
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            httpx.get(f"{address}/thanks/", timeout=5)
            break
        except httpx.TransportError:
            time.sleep(0.2)
    yield address
    server.terminate()
    server.wait(30)


def visit(address: str) -> tuple[str, str]:
    """One visitor: looks twice, buys three times over. The colour, both times."""
    with httpx.Client(base_url=address, headers={"user-agent": BROWSER}, timeout=60) as client:
        first = client.get("/")
        again = client.get("/")
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', again.text)[0]
        for _ in range(3):
            assert client.post("/buy/", data={"csrfmiddlewaretoken": token}).status_code == 303
        colors = [re.findall(r'class="(grey|green|red)"', page.text)[0] for page in (first, again)]
        return colors[0], colors[1]


def test_visitors_decisions_and_rewards_are_the_same_number(shop: str, environment: dict[str, str]) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        seen = [*pool.map(visit, [shop] * VISITORS)]
    subprocess.run([*MANAGE, "fold_rewards"], cwd=BASE, env=environment, check=True)
    with psycopg2.connect(environment["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM bandits_decision), (SELECT count(DISTINCT key) FROM bandits_decision), "
            "(SELECT count(*) FROM bandits_reward), (SELECT count(*) FROM bandits_reward WHERE folded_in > 0), "
            "(SELECT sum(folded) FROM bandits_policystate)"
        )
        counts = cursor.fetchone()
    connection.close()

    assert all(first == again for first, again in seen)
    assert counts == (VISITORS * EXPERIMENTS, VISITORS, *([VISITORS * EXPERIMENTS] * 3))
