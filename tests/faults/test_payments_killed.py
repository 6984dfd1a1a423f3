"""Senders, approvers and the platform killed with -9, and answers dropped at every step: everybody is paid once.

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
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.db.models import F, Sum

from crowd.models import Budget, Campaign, Payment
from crowd.reconcile.words import PaymentState
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from tests.crowd.factories import dollars
from tests.crowd.money.paying import bonuses_in, campaign_at, worked
from tests.crowd.running import KillableMTurk, mturk_process
from tests.proof import PROOF

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
PAYMENTS, KILLS, SENDERS = (1_000, 90, 3) if PROOF else (40, 2, 1)
PATIENCE = 600.0 if PROOF else 60.0
PROGRAM = """
import sys, time, django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[2]
from datetime import UTC, datetime, timedelta
import numpy as np
from crowd.models import Account, Payment
from crowd.services.payments import approve_payment
from crowd.services.sending import send_for

began = float(sys.argv[3])
def clock():
    return datetime.fromtimestamp(began + 200 * (time.time() - began), UTC)

def send():
    for account in Account.objects.all():
        send_for(account, clock=clock, rng=np.random.default_rng(), shift=timedelta(minutes=10))

def approve():
    for payment in Payment.objects.filter(state="planned").order_by("?")[:20]:
        approve_payment(payment, by=None, at=clock())

deed = {"send": send, "approve": approve}[sys.argv[1]]
print(sys.argv[1], flush=True)
while True:
    deed()
    time.sleep(0.02)
"""
FAULTS = [
    ("SendBonus", "drop", "before"),
    ("SendBonus", "drop", "after"),
    ("SendBonus", "error", "after"),
    ("ListBonusPayments", "drop", "after"),
    ("ListBonusPayments", "error", "before"),
]


class Programs:
    """Processes that do one thing again and again, until they are killed."""

    def __init__(self) -> None:
        self.began = time.time()
        self.running: list[tuple[str, subprocess.Popen[str]]] = []

    def start(self, deed: str) -> None:
        command = [sys.executable, "-c", PROGRAM, deed, str(connection.settings_dict["NAME"]), str(self.began)]
        self.running.append((deed, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)))

    def wait_for_last(self) -> None:
        """Until the newest has begun."""
        pipe = self.running[-1][1].stdout
        assert pipe is not None
        pipe.readline()

    def kill_one(self, rng: Random) -> str:
        """-9, whoever it hits. What it did."""
        deed, process = self.running.pop(rng.randrange(len(self.running)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        return deed

    def clear(self) -> None:
        while self.running:
            self.kill_one(Random(0))


@pytest.fixture
def programs() -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.clear()


def owed_to_many(standin: KillableMTurk) -> Campaign:
    """A bonus for each of so many people; in the proof programs approve them, which are killed, too."""
    campaign = campaign_at(standin)
    now = datetime.now(UTC)
    for each in worked(standin, campaign, PAYMENTS):
        payment = owe(debt_to(each, "bonus", dollars("0.10"), reason="Well done."), at=now).payment
        if not PROOF:
            approve_payment(payment, by=None, at=now)
    return campaign


def states() -> Counter[str]:
    return Counter(Payment.objects.values_list("state", flat=True))


def test_a_thousand_payments_killed_at_every_step_are_paid_once_each(tmp_path: Path, programs: Programs) -> None:
    rng, killed = Random(7), Counter[str]()
    with mturk_process(tmp_path / "mturk.journal") as standin:
        owed_to_many(standin)
        for seed, (operation, kind, moment) in enumerate(FAULTS):
            standin.fault(operation, kind, moment=moment, times=0, chance=0.05, seed=seed)
        for deed in (*["approve"] * PROOF, *["send"] * SENDERS):
            programs.start(deed)
        end = time.monotonic() + PATIENCE
        while states()[PaymentState.CONFIRMED] < PAYMENTS and time.monotonic() < end:
            time.sleep(0.3)
            if killed.total() < KILLS:
                killed += _kill_somebody(standin, programs, rng, killed.total())
        programs.clear()
        standin.clear_faults()
        ledger = bonuses_in(standin.ledger())

    paid = Counter(each["reason"].partition("[")[2].rstrip("]") for each in ledger)
    assert killed["send"] >= 1
    assert killed["platform"] >= 1
    assert states() == {PaymentState.CONFIRMED: PAYMENTS}
    assert set(paid.values()) == {1}
    assert set(paid) == set(Payment.objects.values_list("reference", flat=True))
    _require_books_agree(ledger)


def _kill_somebody(standin: KillableMTurk, programs: Programs, rng: Random, number: int) -> Counter[str]:
    """A program, or every third time the platform; it comes back at once."""
    if number % 3 == 1:
        standin.kill()
        standin.start()
        return Counter({"platform": 1})
    programs.wait_for_last()
    deed = programs.kill_one(rng)
    programs.start(deed)
    return Counter({deed: 1})


def _require_books_agree(ledger: list[dict[str, str]]) -> None:
    """What the platform took, what we say is paid, and what the budget has spent are one sum; nothing is held."""
    ours = Payment.objects.aggregate(amount=Sum("obligation__amount"), fee=Sum("fee"))
    budget = Budget.objects.get()
    assert sum(Decimal(each["amount"]) for each in ledger) == ours["amount"]
    assert budget.spent == ours["amount"] + ours["fee"]
    assert budget.reserved == 0
    assert not Payment.objects.filter(confirmed_at__lt=F("sent_at")).exists()
