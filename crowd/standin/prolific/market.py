"""The marketplace: its tables, its money, and what happens in it by itself as time passes."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from crowd.standin.kernel.store import Table
from crowd.standin.kernel.world import World
from crowd.standin.prolific import records
from crowd.standin.prolific.accounting import counts_of, fee, places_to_pay, status_of
from crowd.standin.prolific.errors import Missing, Refused
from crowd.standin.prolific.posting import Post
from crowd.standin.prolific.records import Bonus, Entry, Purse, Study, Submission

OPENING_BALANCE = Decimal(10_000)
AUTO_APPROVED_AFTER = 21 * 24 * 3600
WORKSPACE = "64aa00000000000000000001"
PROJECT = "64aa00000000000000000002"
RESEARCHER = "64aa00000000000000000003"
NO_FUNDS = "You do not have enough funds in your workspace's wallet. Top up your balance, then try again."


def new_id() -> str:
    """24 hex digits."""
    return uuid.uuid4().hex[:24]


class Market:
    """All state. Everything that changes it runs inside ``world.store.transaction()``."""

    def __init__(self, world: World) -> None:
        self.world, store = world, world.store
        self.studies = Table(store, "studies", Study)
        self.submissions = Table(store, "submissions", Submission, ("study_id", "participant_id"))
        self.batches = Table(store, "bonus batches", records.Batch)
        self.bonuses = Table(store, "bonuses", Bonus, ("submission_id",))
        self.groups = Table(store, "participant groups", records.Group)
        self.people = Table(store, "people", records.Person)
        self.letters = Table(store, "letters", records.Letter, ("participant_id",))
        self.purses = Table(store, "purses", Purse)
        self.ledger = Table(store, "ledger", Entry)
        self.post = Post(world)

    def open(self) -> Market:
        """Read the journal, pay in the opening balance if there is none, and know what is due when."""
        self.world.store.load()
        if "workspace" not in self.purses:
            with self.world.store.transaction():
                self.purses.put(Purse("workspace", Decimal(0), Decimal(0)))
                self.deposit(OPENING_BALANCE)
        for study in self.studies.all():
            self.world.agenda.add(study.opens, f"study {study.id}")
        for submission in self.submissions.all():
            self._schedule(submission)
        return self

    @property
    def now(self) -> float:
        """Epoch seconds."""
        return self.world.clock.now()

    @property
    def seen_at(self) -> float:
        """The time up to which reads see what was paid."""
        return self.now - self.world.settings.number("lag")

    # --- Rows ---

    def study(self, key: str) -> Study:
        """Missing if there is none."""
        found = self.studies.get(key)
        if found is None:
            raise Missing("Study")
        return found

    def submission(self, key: str) -> Submission:
        """Missing if there is none."""
        found = self.submissions.get(key)
        if found is None:
            raise Missing("Submission")
        return found

    def counts(self, study: Study) -> Counter[str]:
        """How many of its submissions have each status."""
        return counts_of(self.submissions.where("study_id", study.id))

    def status(self, study: Study) -> str:
        """As the API says it."""
        return status_of(study, self.counts(study))

    def _schedule(self, submission: Submission) -> None:
        if submission.status == "ACTIVE":
            self.world.agenda.add(submission.deadline, f"submission {submission.id}")
        elif submission.status == "AWAITING REVIEW" and submission.auto_approval is not None:
            self.world.agenda.add(submission.auto_approval, f"submission {submission.id}")

    # --- Money ---

    @property
    def purse(self) -> Purse:
        """The workspace's."""
        return self.purses["workspace"]

    def deposit(self, amount: Decimal) -> None:
        """Money paid in."""
        self.purses.put(replace(self.purse, available=self.purse.available + amount))
        self._enter("deposit", amount)

    def settle(self, study: Study, *, is_owed: bool = False) -> Study:
        """Hold what the study may still cost. Refused above what is free, unless it is owed anyway."""
        wanted = places_to_pay(study, self.counts(study)) * (study.reward + fee(study.reward))
        purse, more = self.purse, wanted - study.held
        if more > purse.available and not is_owed:
            raise Refused(NO_FUNDS, code=140301)
        self.purses.put(replace(purse, available=purse.available - more, held=purse.held + more))
        return self.studies.put(replace(study, held=wanted))

    def pay(self, submission: Submission, amount: Decimal, kind: str = "reward") -> None:
        """The amount and its fee. Refused where that is not enough, unless it is a reward, which is held."""
        cost = amount + fee(amount)
        if kind == "bonus" and cost > self.purse.available:
            raise Refused(NO_FUNDS, code=140301)
        self.purses.put(replace(self.purse, available=self.purse.available - cost))
        self._enter(kind, amount, submission)
        self._enter(f"{kind} fee", fee(amount), submission)

    def _enter(self, kind: str, amount: Decimal, about: Submission | None = None) -> None:
        ids = (about.study_id, about.id, about.participant_id) if about else ("", "", "")
        self.ledger.put(Entry(str(len(self.ledger) + 1), self.now, kind, amount, *ids))

    # --- Time ---

    def tick(self) -> None:
        """Let happen what has become due."""
        with self.world.store.transaction():
            for at, key in self.world.agenda.due(self.now):
                what, row = key.split(" ", 1)
                self._study_due(row, at) if what == "study" else self._submission_due(row, at)

    def _study_due(self, key: str, at: float) -> None:
        study = self.studies.get(key)
        if study is not None and study.state == "PUBLISHING" and study.opens <= at:
            self.changed(replace(study, state="ACTIVE"))

    def _submission_due(self, key: str, at: float) -> None:
        submission = self.submissions[key]
        if submission.status == "ACTIVE" and submission.deadline <= at:
            self.move(replace(submission, status="TIMED-OUT"))
        elif submission.status == "AWAITING REVIEW" and submission.auto_approval == at:
            self.approve(submission, at)

    # --- Changes ---

    def approve(self, submission: Submission, at: float | None = None) -> Submission:
        """Pay the whole reward."""
        reward = self.studies[submission.study_id].reward
        self.pay(submission, reward)
        return self.move(replace(submission, status="APPROVED", paid=reward, decided=at or self.now))

    def move(self, submission: Submission) -> Submission:
        """A submission has another state: what follows for its study, and who is told."""
        self.submissions.put(submission)
        self._schedule(submission)
        about = {"resource_id": submission.id, "participant_id": submission.participant_id}
        self.post.event("submission.status.change", {**about, "status": submission.status})
        self.changed(self.studies[submission.study_id])
        return submission

    def changed(self, study: Study, *, must_be_covered: bool = False) -> Study:
        """A study has other places, or another state: hold the right sum, tell what is new.

        must_be_covered: refused where the money for it is not there.
        """
        status = self.status(study)
        if status != study.told:
            self.post.event("study.status.change", {"resource_id": study.id, "status": status})
        return self.settle(replace(study, told=status), is_owed=not must_be_covered)

    def is_kept_out(self, study: Study, participant_id: str) -> bool:
        """By a group that the study bars, or one that it asks for."""
        for each in study.filters:
            lists = [self.groups[key] for key in each.get("selected_values", ()) if key in self.groups]
            is_in = any(participant_id in group.members for group in lists)
            if each.get("filter_id") == "participant_group_blocklist" and is_in:
                return True
            if each.get("filter_id") == "participant_group_allowlist" and not is_in:
                return True
        return False
