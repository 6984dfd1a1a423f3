"""Folders killed with -9 while rewards come in: nothing acknowledged is lost, nothing is learnt twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from bandits.models import PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from tests.learners import make_learner

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
KILLS, ROUND = 6, 300
FOLDER = """
import sys, django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[1]
from django.utils import timezone
from bandits.services.folding import fold_one
print("folding", flush=True)
while True:
    fold_one(int(sys.argv[2]), now=timezone.now())
"""


def test_folders_that_are_killed_lose_and_double_nothing() -> None:
    experiment = make_learner(reward_window_seconds=3600)
    database = str(connection.settings_dict["NAME"])
    for _ in range(KILLS):
        folder = subprocess.Popen(
            [sys.executable, "-c", FOLDER, database, str(experiment.pk)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert folder.stdout is not None
        folder.stdout.readline()
        until = timezone.now() + timedelta(seconds=0.4)
        while timezone.now() < until:
            now = timezone.now()
            made = decide_many(experiment, [Asked() for _ in range(ROUND)], now=now)
            reward_many(experiment, [Sent(decision.uuid, True) for decision, _ in made], now=now)
            time.sleep(0.01)
        folder.send_signal(signal.SIGKILL)
        folder.wait()
        folder.stdout.close()
    before = PolicyState.objects.count()
    fold(experiment, now=timezone.now())

    newest = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert newest is not None
    state = State.parse(dict(newest.statistics))  # type: ignore[arg-type]  # an object
    assert before > KILLS  # they were at work when they were killed
    assert state.folded == sum(sums.n for sums in state.arms.values()) == Reward.objects.count() > 0
