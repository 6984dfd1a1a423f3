"""Senders, web processes and the platform killed with -9, answers dropped at every step: everybody is paid once.

The platform is a stand-in in a process of its own, with a journal. The programs' clocks run two hundred times as fast,
so that leases and waits end while the test runs; that is harder to bear, since a slow call outlives its lease.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Event, Thread

import httpx
import psutil
import pytest
from django.db import connection
from django.db.models import F, Sum

from crowd.models import Budget, Campaign, Payment, Submission
from crowd.reconcile.words import PaymentState
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from tests.crowd.factories import dollars
from tests.crowd.money.paying import bonuses_in, campaign_at, worked
from tests.crowd.running import KillableMTurk, mturk_process
from tests.faults.load import served
from tests.faults.test_deciding_under_load import secret_of_an_owner
from tests.proof import ONLY_IN_PROOF, PROOF

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
FEW, MANY, KILLS = 16, 1_000, 60
PATIENCE = 1_800.0 if PROOF else 60.0
PROGRAM = """
import sys, time, django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[1]
from datetime import UTC, datetime, timedelta
import numpy as np
from crowd.models import Account
from crowd.services.sending import send_for

began = float(sys.argv[2])
def clock():
    return datetime.fromtimestamp(began + 200 * (time.time() - began), UTC)

print("sending", flush=True)
while True:
    for account in Account.objects.all():
        send_for(account, clock=clock, rng=np.random.default_rng(), shift=timedelta(minutes=10))
    time.sleep(0.02)
"""
FAULTS = [
    ("SendBonus", "drop", "before"),
    ("SendBonus", "drop", "after"),
    ("SendBonus", "error", "after"),
    ("ListBonusPayments", "drop", "after"),
    ("ListBonusPayments", "error", "before"),
]


class Senders:
    """Processes that send again and again, until they are killed."""

    def __init__(self) -> None:
        self.began = time.time()
        self.running: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        command = [sys.executable, "-c", PROGRAM, str(connection.settings_dict["NAME"]), str(self.began)]
        self.running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))

    def wait_for_last(self) -> None:
        """Until the newest has begun."""
        pipe = self.running[-1].stdout
        assert pipe is not None
        pipe.readline()

    def kill_one(self, rng: Random) -> None:
        """-9, whoever it hits."""
        process = self.running.pop(rng.randrange(len(self.running)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

    def clear(self) -> None:
        while self.running:
            self.kill_one(Random(0))


@pytest.fixture
def senders() -> Iterator[Senders]:
    senders = Senders()
    yield senders
    senders.clear()


class Owner:
    """Somebody who lets go out whatever is planned, over the API, and asks again when nobody answered."""

    def __init__(self, campaign: Campaign, base_url: str) -> None:
        path = f"/api/v1/experiments/{campaign.experiment.slug}/campaigns/{campaign.uuid}/payments/plan/"
        headers = {"Authorization": f"Bearer {secret_of_an_owner()}"}
        self.path, self.is_over = path, Event()
        self.api = httpx.Client(base_url=base_url, headers=headers, timeout=20, trust_env=False)
        self.thread = Thread(target=self._approve)

    def __enter__(self) -> Owner:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join()
        self.api.close()

    def _approve(self) -> None:
        while not self.is_over.wait(0.05):
            with suppress(httpx.HTTPError, ValueError):
                plan = self.api.get(self.path).json()
                if plan.get("payments"):
                    self.api.post(self.path, json={"total": plan["total"], "sha256": plan["sha256"]})


def kill_a_web_process(rng: Random) -> None:
    """One of those that answer; the first process starts another."""
    answering = [each for each in psutil.Process().children(recursive=True) if _answers(each)]
    if answering:
        rng.choice(answering).kill()


def _answers(process: psutil.Process) -> bool:
    try:
        return "gunicorn" in " ".join(process.cmdline()) and not process.children()
    except psutil.Error:
        return False  # it has died meanwhile


def owe_bonuses(submissions: list[Submission], *, approved: bool) -> None:
    """A bonus to each."""
    now = datetime.now(UTC)
    for each in submissions:
        payment = owe(debt_to(each, "bonus", dollars("0.10"), reason="Well done."), at=now).payment
        if approved:
            approve_payment(payment, by=None, at=now)


def states() -> Counter[str]:
    return Counter(Payment.objects.values_list("state", flat=True))


def test_payments_killed_at_every_step_are_paid_once_each(tmp_path: Path, senders: Senders) -> None:
    with mturk_process(tmp_path / "mturk.journal") as standin:
        owe_bonuses(worked(standin, campaign_at(standin), FEW), approved=True)
        spoil(standin)
        senders.start()
        deaths = [lambda: kill_the_platform(standin), lambda: kill_a_sender(senders, Random(7))]
        while states()[PaymentState.CONFIRMED] < FEW and not out_of_patience(senders):
            time.sleep(0.3)
            if deaths:
                deaths.pop()()
        senders.clear()
        standin.clear_faults()
        require_all_paid_once(standin, FEW)


@ONLY_IN_PROOF
def test_a_thousand_payments_with_web_workers_and_platform_killed_again_and_again(
    tmp_path: Path, senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, killed = Random(7), 0
    with mturk_process(tmp_path / "mturk.journal") as standin, served(monkeypatch) as base_url:
        campaign = campaign_at(standin)
        people = worked(standin, campaign, MANY)
        spoil(standin)
        for _ in range(3):
            senders.start()
        deaths = [
            lambda: kill_the_platform(standin),
            lambda: kill_a_sender(senders, rng),
            lambda: kill_a_web_process(rng),
        ]
        with Owner(campaign, base_url):
            while states()[PaymentState.CONFIRMED] < MANY and not out_of_patience(senders):
                owe_bonuses(people[:25], approved=False)
                del people[:25]
                time.sleep(rng.random() / 2)
                if killed < KILLS:
                    deaths[killed % 3]()
                    killed += 1
        senders.clear()
        standin.clear_faults()
        require_all_paid_once(standin, MANY)
    assert killed >= 6  # each of the three at least twice, before everybody was paid


def spoil(standin: KillableMTurk) -> None:
    """One answer in twenty is lost, before or after its effect."""
    for seed, (operation, kind, moment) in enumerate(FAULTS):
        standin.fault(operation, kind, moment=moment, times=0, chance=0.05, seed=seed)


def kill_the_platform(standin: KillableMTurk) -> None:
    """It comes back at once, with what it had written down."""
    standin.kill()
    standin.start()


def kill_a_sender(senders: Senders, rng: Random) -> None:
    """Once the newest is at work; another one takes over."""
    senders.wait_for_last()
    senders.kill_one(rng)
    senders.start()


def out_of_patience(senders: Senders) -> bool:
    return time.time() > senders.began + PATIENCE


def require_all_paid_once(standin: KillableMTurk, n: int) -> None:
    """Every reference once in the platform's ledger, and the books agree."""
    ledger = bonuses_in(standin.ledger())
    paid = Counter(each["reason"].partition("[")[2].rstrip("]") for each in ledger)
    assert states() == {PaymentState.CONFIRMED: n}
    assert set(paid.values()) == {1}
    assert set(paid) == set(Payment.objects.values_list("reference", flat=True))
    _require_books_agree(ledger)


def _require_books_agree(ledger: list[dict[str, str]]) -> None:
    """What the platform took, what we say is paid, and what the budget has spent are one sum; nothing is held."""
    ours = Payment.objects.aggregate(amount=Sum("obligation__amount"), fee=Sum("fee"))
    budget = Budget.objects.get()
    assert sum(Decimal(each["amount"]) for each in ledger) == ours["amount"]
    assert budget.spent == ours["amount"] + ours["fee"]
    assert budget.reserved == 0
    assert not Payment.objects.filter(confirmed_at__lt=F("sent_at")).exists()
