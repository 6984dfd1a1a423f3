"""Pollers, executors and the platform killed with -9, and answers lost: each posting is made once.

The platform is a stand-in in a process of its own, with a journal. The programs' clocks run two hundred times as fast,
so that leases and waits end while the test runs.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from crowd.models import Account, Campaign, Posting, Submission
from crowd.reads.differences import differences
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight, SubmissionWish
from tests.crowd.factories import make_account, make_campaign, make_posting
from tests.crowd.running import KillableMTurk, mturk_process
from tests.proof import PROOF

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
POSTINGS, KILLS = (120, 15) if PROOF else (4, 2)
PEOPLE = 3
PATIENCE = 900.0 if PROOF else 60.0
PROGRAM = """
import sys, time, django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[2]
from datetime import UTC, datetime, timedelta
import numpy as np
from crowd.models import Account
from crowd.platforms.mturk import client
from crowd.services.carrying_out import carry_out_account
from crowd.services.polling import poll_account

client.PAUSES = (0.01, 0.01)
began = float(sys.argv[3])
def clock():
    return datetime.fromtimestamp(began + 200 * (time.time() - began), UTC)

deed = {"carry": carry_out_account, "poll": poll_account}[sys.argv[1]]
print(sys.argv[1], flush=True)
while True:
    for account in Account.objects.all():
        deed(account, clock=clock, rng=np.random.default_rng(), shift=timedelta(minutes=10))
    time.sleep(0.05)
"""
FAULTS = [
    ("CreateHITWithHITType", "drop", "before"),
    ("CreateHITWithHITType", "drop", "after"),
    ("ApproveAssignment", "drop", "after"),
    ("RejectAssignment", "error", "after"),
    ("GetAssignment", "error", "before"),
    ("ListHITs", "drop", "after"),
    ("ListAssignmentsForHIT", "error", "before"),
]


class Program:
    """One that does its deed again and again, until it is killed; then it begins anew."""

    def __init__(self, deed: str, began: float) -> None:
        self.command = [sys.executable, "-c", PROGRAM, deed, str(connection.settings_dict["NAME"]), str(began)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def kill(self) -> None:
        """-9, once it is at work."""
        assert self.process.stdout is not None
        self.process.stdout.readline()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"it never came to rest: {standing()}"
        time.sleep(0.1)


def standing() -> object:
    """For whoever reads the failure."""
    rows = Submission.objects.values_list("desired", "observed", "told", "refused", "tried_at", "retry_at", "trouble")
    places = Posting.objects.values_list("observed", "look_at", "counts", "trouble")
    accounts = Account.objects.values("trouble", "rests_until", "polling_until", "poll_due", "failures")
    return [*rows, *places, *accounts]


def decide() -> None:
    """As a person does, of what was seen: most are approved."""
    rows = Submission.objects.filter(desired=SubmissionWish.UNDECIDED, observed=SubmissionSight.SUBMITTED)
    for row in rows:
        wish = SubmissionWish.REJECTED if row.pk % 4 == 0 else SubmissionWish.APPROVED
        Submission.objects.filter(pk=row.pk).update(desired=wish, reason="As announced.")


def is_settled(n: int) -> bool:
    decide()
    approved = Submission.objects.filter(desired="approved", observed="approved").count()
    return approved + Submission.objects.filter(desired="rejected", observed="rejected").count() == n


def truth(theirs: KillableMTurk, posting: Posting) -> dict[str, str]:
    """How the platform has its assignments."""
    listed = theirs.client().list_assignments_for_hit(HITId=posting.external_id)["Assignments"]
    return {each["AssignmentId"]: each["AssignmentStatus"].lower() for each in listed}


def all_hits(theirs: KillableMTurk) -> list[str]:
    pages = theirs.client().get_paginator("list_hits").paginate(PaginationConfig={"PageSize": 100})
    return [hit["HITId"] for page in pages for hit in page["HITs"]]


def test_whoever_is_killed_each_posting_is_made_once_and_each_decision_is_told(tmp_path: Path) -> None:
    with mturk_process(tmp_path / "mturk.journal") as theirs:
        account = make_account(endpoint=theirs.url, options={"calls_per_second": 1000, "burst": 1000})
        campaign, chance = make_campaign(account=account, goal=PEOPLE * POSTINGS), Random(3)
        for number, (operation, kind, moment) in enumerate(FAULTS):
            theirs.fault(operation, kind, moment=moment, times=0, chance=0.1, seed=number)
        for _ in range(POSTINGS):
            make_posting(campaign, places=PEOPLE, desired=PostingWish.OPEN)
        began = time.time()
        programs = [Program(deed, began) for deed in ("carry", "poll", "carry", "poll")[: 4 if PROOF else 2]]
        try:
            until(lambda: not Posting.objects.exclude(observed=PostingSight.OPEN).exists(), PATIENCE)
            for posting in Posting.objects.all():
                theirs.work_all(posting.external_id, [f"A{posting.pk:05d}{n}" for n in range(PEOPLE)])
            for round_ in range(KILLS):
                time.sleep(chance.uniform(0.2, 1.0))
                decide()
                victim = chance.choice(programs)
                victim.kill()
                if round_ % 2:
                    theirs.kill()
                    theirs.start()
                victim.start()
            until(lambda: is_settled(PEOPLE * POSTINGS), PATIENCE)
        finally:
            for program in programs:
                program.kill()
        theirs.clear_faults()

        assert sorted(all_hits(theirs)) == sorted(Posting.objects.values_list("external_id", flat=True))
        for posting in Posting.objects.all():
            assert truth(theirs, posting) == dict(posting.submissions.values_list("external_id", "observed"))
        paid = Submission.objects.filter(observed=SubmissionSight.APPROVED).count()
        assert theirs.ledger()["totals"]["reward"] == f"{paid}.00"
        assert [
            line for line in differences(Campaign.objects.all(), timezone.now()) if "decision" in line.subject
        ] == []
