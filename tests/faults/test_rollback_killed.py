"""The worker killed with -9 in the middle of a roll-back: it is done, or not done, and the next look does it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from bandits.models import PolicyState, Switch
from bandits.ramps import Plan, Stage
from bandits.services.guarding import look_after
from bandits.services.ramping import start_switch
from experiments.models import Event, Experiment, Version
from tests.bandits.switched import MINUTE, collect, make_logged, newest, proposed
from tests.studies import NOON

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
START = NOON + 2 * MINUTE
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
LOOKER = """
import sys, django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[1]
from django.utils import timezone
from bandits.services.guarding import look_after
print("looking", flush=True)
look_after(int(sys.argv[2]), now=timezone.now())
"""


def harmful() -> Switch:
    """On its way, and its rewards prove that it does harm; nobody has looked yet."""
    experiment = make_logged((0.1, 0.9), n=300)
    wrong = {"policy": "epsilon_greedy", "epsilon": 1.0, "control": "plain", "control_share": 0.95}
    switch = proposed(experiment, wrong, plan=Plan((Stage(0.5, 100_000),)), because="to see it fail")  # type: ignore[arg-type]  # JSON
    switch = start_switch(switch, now=START)
    collect(experiment, (0.1, 0.9), 600, rng=np.random.default_rng(18), now=START)
    return switch


@contextmanager
def nobody_writes(table: str) -> Iterator[None]:
    """Whoever wants to write into that table waits."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
        yield
        other.rollback()
    finally:
        other.close()


def killed_while_it_waits_for(table: str, switch: Switch) -> None:
    """The worker gets as far as writing into that table, and no further."""
    with nobody_writes(table):
        name = str(connection.settings_dict["NAME"])
        worker = subprocess.Popen([sys.executable, "-c", LOOKER, name, str(switch.pk)], cwd=ROOT)
        until = time.monotonic() + 30
        with connection.cursor() as cursor:
            while time.monotonic() < until:
                cursor.execute(WAITING, [table])
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.05)
            else:
                pytest.fail(f"The worker never came to {table}.")
        worker.kill()
        worker.wait()


@pytest.mark.parametrize("table", ["experiments_version", "bandits_policystate", "experiments_event"])
def test_killed_in_the_middle_nothing_is_done_and_the_next_look_does_it(table: str) -> None:
    switch = harmful()
    before = (Version.objects.count(), PolicyState.objects.count(), Event.objects.count())
    killed_while_it_waits_for(table, switch)

    assert (Version.objects.count(), PolicyState.objects.count(), Event.objects.count()) == before
    stored = Switch.objects.get()
    assert (stored.status, stored.watch) == ("ramping", {})
    assert Experiment.objects.get().version == stored.version_to
    assert newest(switch.experiment).beside is not None

    done = look_after(switch.pk, now=START + MINUTE)
    assert done.status == "rolled back"
    assert Experiment.objects.get().version == done.version_back
    assert newest(switch.experiment).beside is None
    assert Event.objects.filter(kind="switch.rolled_back").count() == 1
