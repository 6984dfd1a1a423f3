"""Real work at a stand-in that bonuses are owed for."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from crowd.models import Account, Campaign, Obligation, Payment, Submission
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from crowd.services.sending import accounts_to_pay, send_for
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_submission
from tests.crowd.running import RunningMTurk

FAST = {"calls_per_second": 100_000, "burst": 100_000}


class Clock:
    """Time as we tell it: a wait of hours takes none."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def campaign_at(standin: RunningMTurk, **terms: object) -> Campaign:
    """Confirmed, through an account at that stand-in."""
    account: Account = make_account(endpoint=standin.url, options=FAST)
    return make_campaign(account=account, terms=terms)  # type: ignore[arg-type]  # terms by name


def worked(standin: RunningMTurk, campaign: Campaign, n: int = 1) -> list[Submission]:
    """So many people who submitted there."""
    done: list[Submission] = []
    for start in range(0, n, 9):
        hit = standin.hit(MaxAssignments=9)
        posting = make_posting(campaign, external_id=hit)
        for number in range(start, min(start + 9, n)):
            worker = f"AWORKER{number:06d}"
            assignment = standin.work(hit, worker)
            done.append(make_submission(posting, worker=worker, external_id=assignment, observed="submitted"))
    return done


def bonus(submission: Submission, amount: str = "0.50", *, number: int = 1) -> Payment:
    """Owed and approved."""
    debt = debt_to(submission, Obligation.Kind.BONUS, dollars(amount), reason="Well done.", number=number)
    return approve_payment(owe(debt, at=timezone.now()).payment, by=None, at=timezone.now())


def send(clock: Clock) -> dict[str, int]:
    """What came of one round of sending, over all accounts that have something to do."""
    ended: Counter[str] = Counter()
    for pk in accounts_to_pay(clock()):
        account = Account.objects.get(pk=pk)
        ended += send_for(account, clock=clock, rng=np.random.default_rng(1), shift=timedelta(minutes=1))
    return dict(ended)


def bonuses_in(ledger: dict[str, object]) -> list[dict[str, str]]:
    """The lines of bonuses in a stand-in's ledger."""
    entries: list[dict[str, str]] = ledger["entries"]  # type: ignore[assignment]  # as the stand-in writes it
    return [each for each in entries if each["kind"] == "bonus"]
