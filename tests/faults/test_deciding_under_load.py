"""Deciding and rewarding by many at once: counted exactly, whoever is killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.folding import fold
from experiments.models import Experiment, Role
from experiments.services.tokens import create_token
from machina_site.embedded import Postgres, Valkey
from tests.factories import make_user
from tests.faults.crowd_of_programs import Program, Receipts, at_once
from tests.faults.load import served
from tests.faults.test_demo import Demo
from tests.faults.test_kill_under_load import is_back, manage
from tests.learners import make_learner
from tests.proof import ONLY_IN_PROOF

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CLIENTS, PROCESSES, VISITORS = 8, 4, 100


def secret_of_an_owner() -> str:
    user = make_user("owner")
    user.is_superuser = True
    user.save()
    return create_token(user=user, name="load", role=Role.OWNER)[1]


def learnt(experiment: Experiment) -> State:
    newest = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert newest is not None
    return State.parse(dict(newest.statistics))  # type: ignore[arg-type]  # an object


@pytest.mark.django_db(transaction=True)
def test_8_clients_on_4_processes_are_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, secret, receipts = (
        make_learner(slug="soup", reward_window_seconds=3600),
        secret_of_an_owner(),
        Receipts(),
    )

    def client(number: int, port: int) -> None:
        program = Program(port, secret, receipts)
        for visitor in range(VISITORS):
            program.visit("soup", f"visitor-{number}-{visitor}", value=visitor % 2)
        program.close()

    with served(monkeypatch, workers=PROCESSES) as base_url:
        port = int(urlsplit(base_url).port or 0)
        for thread in at_once([partial(client, number, port) for number in range(CLIENTS)]):
            thread.join()
    fold(experiment, now=timezone.now())

    visitors = CLIENTS * VISITORS
    state = learnt(experiment)
    assert receipts.refused == []
    assert len(receipts.decided) == len(receipts.rewarded) == receipts.taken == visitors
    assert Decision.objects.count() == Reward.objects.count() == state.folded == visitors
    assert sum(sums.n for sums in state.arms.values()) == visitors
    assert sum(sums.total for sums in state.arms.values()) == visitors / 2
    pulls = Counter(Decision.objects.values_list("arm__name", flat=True))
    assert {name: sums.n for name, sums in state.arms.items()} == dict(pulls)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_and_the_same_reward_sent_8_times_at_once_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    make_learner(slug="soup", reward_window_seconds=3600)
    secret, receipts, rounds = secret_of_an_owner(), Receipts(), 15

    with served(monkeypatch, workers=PROCESSES) as base_url:
        port = int(urlsplit(base_url).port or 0)
        programs = [Program(port, secret, receipts) for _ in range(CLIENTS)]
        for number in range(rounds):
            for thread in at_once([partial(each.visit, "soup", f"key-{number}", value=1) for each in programs]):
                thread.join()
        for program in programs:
            program.close()

    assert receipts.refused == []
    assert receipts.taken == rounds
    assert Decision.objects.count() == Reward.objects.count() == rounds


BEGIN = """
import json
from django.contrib.auth.models import User
from experiments.models import Role
from experiments.services.tokens import create_token
from tests.learners import make_learner
make_learner(slug="soup", reward_window_seconds=86400)
user = User.objects.get(username="admin")
print("SECRET", create_token(user=user, name="load", role=Role.OWNER)[1])
"""
AUDIT = """
import json, time
from django.utils import timezone
from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.folding import fold
from experiments.models import Experiment
experiment = Experiment.objects.get(slug="soup")
rewards = Reward.objects.of(experiment, is_rehearsal=False)
states = PolicyState.objects.of(experiment, is_rehearsal=False)
until = time.monotonic() + 60
while rewards.unfolded().exists() and time.monotonic() < until:
    fold(experiment, now=timezone.now())  # leaves at once while the worker folds
    time.sleep(0.1)
state = State.parse(dict(states.newest().statistics))
rows = Decision.objects.of(experiment, is_rehearsal=False).values_list("key", "uuid", "arm__name")
print("AUDIT", json.dumps({
    "decided": {key: [str(uuid), arm] for key, uuid, arm in rows},
    "rewarded": {str(uuid): value for uuid, value in rewards.values_list("decision__uuid", "value")},
    "rewards": rewards.count(),
    "decisions": len(rows),
    "learnt": sum(sums.n for sums in state.arms.values()),
    "states": states.count(),
}))
"""
SAY = {"gunicorn": "gunicorn", "granian": "machina_site.granian_server"}


@pytest.fixture(params=["gunicorn", pytest.param("granian", marks=ONLY_IN_PROOF)])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("WEB_SERVER", request.param)
    return str(request.param)


@pytest.fixture
def demo(site_var: Path, server: str) -> Iterator[Demo]:
    started = Demo(site_var)
    started.wait_for("Machina runs.")
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def victims(demo: Demo, var: Path, server: str) -> dict[str, Callable[[], int | None]]:
    """Whom to kill: what has that pid now."""
    return {
        "web": lambda: demo.program(SAY[server]).pid,
        "the worker that folds": lambda: demo.program("worker").pid,
        "postgres": Postgres(var).pid,
        "one web process": lambda: demo.program(SAY[server]).children()[0].pid,
        "redis": Valkey(var).pid,
    }


def said_by(demo: Demo, var: Path, script: str, word: str) -> str:
    """What a script of ours printed after that word."""
    shell = manage(demo, var, "shell", "-v", "0", "-c", script)
    output, _ = shell.communicate(timeout=120)
    assert shell.returncode == 0, output
    return next(line for line in output.splitlines() if line.startswith(word)).removeprefix(word).strip()


def test_whoever_is_killed_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    demo: Demo, var: Path, server: str
) -> None:
    secret, receipts, numbers = said_by(demo, var, BEGIN, "SECRET"), Receipts(), count()
    end = [float("inf")]

    def client() -> None:
        program = Program(demo.port, secret, receipts)
        while time.monotonic() < end[0]:
            number = next(numbers)
            program.visit("soup", f"visitor-{number}", value=number % 2)
        program.close()

    threads = at_once([client] * CLIENTS)
    for name, pid_of in victims(demo, var, server).items():
        time.sleep(1.5)
        pid, before = pid_of(), len(receipts.rewarded)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        demo._until(lambda pid=pid, pid_of=pid_of: is_back(demo, pid, pid_of), 60, f"{name} never came back")  # type: ignore[misc]  # bound now
        demo._until(lambda before=before: len(receipts.rewarded) > before + 20, 60, f"nobody went on after {name}")  # type: ignore[misc]  # the same
    end[0] = time.monotonic() + 1
    for thread in threads:
        thread.join()
    audit = json.loads(said_by(demo, var, AUDIT, "AUDIT"))

    assert receipts.refused == []
    assert len(receipts.rewarded) > 200
    assert {key: audit["decided"].get(key) for key in receipts.decided} == {
        key: list(found) for key, found in receipts.decided.items()
    }
    assert {one: audit["rewarded"].get(one) for one in receipts.rewarded} == receipts.rewarded
    assert audit["rewards"] == audit["learnt"] == len(audit["rewarded"])
    assert audit["decisions"] == len(audit["decided"])
    assert audit["states"] > 2  # folded while it went on
    assert demo.end() == 0
