"""A campaign at a stand-in, and a clock that goes with the stand-in's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from crowd.models import Account, Campaign, Posting, Submission
from crowd.platforms.mturk import client
from crowd.reconcile.actions import Action
from crowd.reconcile.words import PostingWish, SubmissionWish
from crowd.services.carrying_out import carry_out_account
from crowd.services.polling import Reading, poll_account
from tests.crowd.factories import make_account, make_campaign, make_posting
from tests.crowd.running import RunningMTurk


@dataclass
class Site:
    """Ours and theirs, with one clock."""

    theirs: RunningMTurk
    account: Account
    campaign: Campaign
    ahead: timedelta = timedelta()
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def now(self) -> datetime:
        """Of both."""
        return timezone.now() + self.ahead

    def wait(self, seconds: float) -> None:
        """Let time pass on both sides."""
        self.theirs.advance(seconds)
        self.ahead += timedelta(seconds=seconds)

    def carry_out(self) -> dict[Action, int]:
        """What a worker does in one shift."""
        self.account.refresh_from_db()
        return dict(carry_out_account(self.account, clock=self.now, rng=self.rng))

    def poll(self) -> Reading | None:
        """What a poller does in one shift."""
        self.account.refresh_from_db()
        return poll_account(self.account, clock=self.now, rng=self.rng)

    def posting(self, *, places: int = 9) -> Posting:
        """One that is up."""
        posting = make_posting(self.campaign, places=places, desired=PostingWish.OPEN)
        self.carry_out()
        posting.refresh_from_db()
        return posting

    def decide(self, submission: Submission, wish: SubmissionWish) -> None:
        """As a service does."""
        Submission.objects.filter(pk=submission.pk).update(desired=wish, reason="As announced.")

    def calls(self, operation: str) -> int:
        """How many calls of that operation there were."""
        found = self.theirs.calls()["counts"].get(operation, 0)
        return int(found)


@pytest.fixture
def site(db: None, mturk_standin: RunningMTurk, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A running campaign at a stand-in."""
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(client, "AFTER_THROTTLE", 0.0)
    options = {"calls_per_second": 1000, "burst": 1000}
    account = make_account(endpoint=mturk_standin.url, options=options)
    return Site(mturk_standin, account, make_campaign(account=account))
