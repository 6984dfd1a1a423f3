"""What it costs to read an account with 10,000 submissions on 1,200 HITs: ``make bench-crowd``.

Against the stand-in as a program of its own, by the real boto3 client, on the embedded PostgreSQL. For a tenth of it
and for all of it: the postings are published by the executor; the people come through our door (their rows are there)
and submit; then the account is read for the first time, once more when nothing changed, and after a hundredth was
approved at the platform. Requests are counted by the stand-in, queries by Django, growth is that of the peak memory of
this process while it read.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import numpy as np  # noqa: E402 (after the apps are ready)
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from crowd.models import Campaign, Posting, Submission  # noqa: E402
from crowd.reconcile.words import PostingWish, SubmissionSight  # noqa: E402
from crowd.services.carrying_out import carry_out_account  # noqa: E402
from crowd.services.polling import poll_account  # noqa: E402
from machina_site.embedded import ensure_servers  # noqa: E402
from participants.identity import digest_of  # noqa: E402
from participants.models import Participant  # noqa: E402
from tests.crowd.factories import make_account, make_campaign  # noqa: E402
from tests.crowd.running import RunningMTurk, mturk_process  # noqa: E402

SIZES = ((120, 1_000), (1_200, 10_000))
AN_HOUR = timedelta(hours=1)
A_SECOND = 5
"""Calls that MTurk is asked in a second, unless an account says otherwise."""
WHAT = f"{'HITs':>6} {'submissions':>12}  {'':<22}"
HEAD = f"{WHAT} {'requests':>9} {'queries':>8} {'seconds':>8} {'growth, MB':>11} {'at 5/s':>8}"


@dataclass
class Measured:
    """What one act took. queries and growth (bytes) are this process's."""

    requests: int = 0
    queries: int = 0
    seconds: float = 0.0
    growth: int = 0


def main() -> None:
    """A table on standard output."""
    ensure_servers()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(HEAD)
        for hits, submissions in SIZES:
            with tempfile.TemporaryDirectory() as folder, mturk_process(Path(folder) / "journal") as theirs:
                one_size(theirs, hits, submissions)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def one_size(theirs: RunningMTurk, hits: int, submissions: int) -> None:
    """Every line of one size."""
    rng = np.random.default_rng(0)
    account = make_account(endpoint=theirs.url, options={"calls_per_second": 100_000, "burst": 100_000})
    campaign = make_campaign(account=account, goal=submissions)
    theirs.deposit(10 * submissions)
    places(campaign, hits)

    def say(what: str, measured: Measured) -> None:
        print(
            f"{hits:>6,} {submissions:>12,}  {what:<22} {measured.requests:>9,} {measured.queries:>8,} "
            f"{measured.seconds:>8.1f} {measured.growth / 2**20:>11.1f} {measured.requests / A_SECOND:>6.0f} s",
            flush=True,
        )

    with measured(theirs) as published:
        carry_out_account(account, clock=timezone.now, rng=rng, shift=AN_HOUR)
    say("published", published)
    people(theirs, campaign, submissions)
    for what in ("first look", "nothing changed"):
        with measured(theirs) as look:
            poll_account(account, clock=timezone.now, rng=rng, shift=AN_HOUR)
        say(what, look)
    require(campaign, SubmissionSight.SUBMITTED, submissions)
    approve(theirs, campaign, submissions // 100)
    with measured(theirs) as look:
        poll_account(account, clock=timezone.now, rng=rng, shift=AN_HOUR)
    say("a hundredth changed", look)
    require(campaign, SubmissionSight.APPROVED, submissions // 100)


def require(campaign: Campaign, sight: SubmissionSight, n: int) -> None:
    """RuntimeError unless so many were seen like that: a fast look that misses somebody is none."""
    found = Submission.objects.filter(posting__campaign=campaign, observed=sight).count()
    if found != n:
        raise RuntimeError(f"{found} submissions are {sight}, and {n} should be.")


def places(campaign: Campaign, hits: int) -> None:
    """What publishing a campaign leaves: postings that are wished for."""
    Posting.objects.bulk_create(
        Posting(
            campaign=campaign,
            round=1,
            number=number,
            token=f"{campaign.uuid.hex}{number}",
            desired=PostingWish.OPEN,
            desired_places=9,
            expires_at=timezone.now() + timedelta(days=1),
        )
        for number in range(hits)
    )


def people(theirs: RunningMTurk, campaign: Campaign, submissions: int) -> None:
    """They come through our door, each with a row, and submit."""
    postings = list(Posting.objects.filter(campaign=campaign).order_by("pk"))
    claims = []
    for posting, n in shares(postings, submissions):
        workers = [f"A{posting.number:07d}{place}" for place in range(n)]
        taken = zip(workers, theirs.work_all(posting.external_id, workers), strict=True)
        claims += [(posting, worker, claim) for worker, claim in taken]
    study = campaign.experiment.study
    persons = Participant.objects.bulk_create(
        Participant(study=study, platform="mturk", external_digest=digest_of("mturk", worker))
        for _, worker, _ in claims
    )
    Submission.objects.bulk_create(
        Submission(posting=posting, external_id=claim, participant=person, accepted_at=timezone.now())
        for (posting, _, claim), person in zip(claims, persons, strict=True)
    )


def shares(postings: list[Posting], submissions: int) -> Iterator[tuple[Posting, int]]:
    """How many of each posting's places are used; nine at most."""
    n = len(postings)
    for index, posting in enumerate(postings):
        yield posting, submissions * (index + 1) // n - submissions * index // n


def approve(theirs: RunningMTurk, campaign: Campaign, n: int) -> None:
    """At the platform, by somebody else."""
    rows = Submission.objects.filter(posting__campaign=campaign).order_by("?")
    client = theirs.client()
    for row in rows[:n]:
        client.approve_assignment(AssignmentId=row.external_id)


@contextmanager
def measured(theirs: RunningMTurk) -> Iterator[Measured]:
    """Requests by the stand-in's count; the others by ours."""
    told, queries = Measured(), [0]

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # as Django calls it
        queries[0] += 1
        return execute(sql, params, many, context)

    requests, peak, started = int(theirs.calls()["total"]), _peak(), time.perf_counter()
    with connection.execute_wrapper(count):
        yield told
    told.seconds, told.growth = time.perf_counter() - started, _peak() - peak
    told.queries, told.requests = queries[0], int(theirs.calls()["total"]) - requests


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
