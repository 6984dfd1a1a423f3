"""The marketplace: its tables, its money, and what happens in it by itself as time passes."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from decimal import Decimal

from crowd.standin.kernel.store import Table
from crowd.standin.kernel.world import World
from crowd.standin.mturk import records
from crowd.standin.mturk.accounting import Counts, places_to_pay, reward_fee, status_of
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.posting import Post
from crowd.standin.mturk.records import Assignment, Bonus, Entry, Hit, HitType, Purse, Token

OPENING_BALANCE = Decimal(10_000)
TOKEN_LIFE = 24 * 3600
DISPOSED_AFTER = 120 * 24 * 3600


def new_id() -> str:
    """An EntityId: 30 capitals and digits."""
    return "3" + hashlib.sha256(uuid.uuid4().bytes).hexdigest().upper()[:29]


class Market:
    """All state. Everything that changes it runs inside ``world.store.transaction()``."""

    def __init__(self, world: World) -> None:
        self.world, store = world, world.store
        self.types = Table(store, "hit types", HitType)
        self.hits = Table(store, "hits", Hit, ("type_id",))
        self.assignments = Table(store, "assignments", Assignment, ("hit_id", "worker_id"))
        self.bonuses = Table(store, "bonuses", Bonus, ("assignment_id", "hit_id", "worker_id"))
        self.purses = Table(store, "purses", Purse)
        self.ledger = Table(store, "ledger", Entry)
        self.tokens = Table(store, "tokens", Token)
        self.qualification_types = Table(store, "qualification types", records.QualificationType)
        self.qualifications = Table(store, "qualifications", records.Qualification, ("type_id", "worker_id"))
        self.requests = Table(store, "qualification requests", records.QualificationRequest, ("type_id",))
        self.workers = Table(store, "workers", records.Worker)
        self.letters = Table(store, "letters", records.Letter, ("worker_id",))
        self.post = Post(world)

    def open(self) -> Market:
        """Read the journal, pay in the opening balance if there is none, and know what is due when."""
        self.world.store.load()
        if "requester" not in self.purses:
            with self.world.store.transaction():
                self.purses.put(Purse("requester", Decimal(0), Decimal(0)))
                self.deposit(OPENING_BALANCE)
        for hit in self.hits.all():
            self.world.agenda.add(hit.expires, f"hit {hit.id}")
        for assignment in self.assignments.all():
            self._schedule(assignment)
        return self

    @property
    def now(self) -> float:
        """Epoch seconds."""
        return self.world.clock.now()

    @property
    def seen_at(self) -> float:
        """The time up to which reads see what was written."""
        return self.now - self.world.settings.number("lag")

    # --- Rows ---

    def hit(self, key: str) -> Hit:
        """Refused if there is none."""
        hit = self.hits.get(key)
        if hit is None:
            raise self.no_hit(key)
        return hit

    def no_hit(self, key: str) -> Refused:
        """MTurk's sentence."""
        return Refused(f"Hit {key} does not exist. ({self.stamp})", "HITDoesNotExist")

    def type_of(self, hit: Hit) -> HitType:
        """What it shares with others."""
        return self.types[hit.type_id]

    def assignment(self, key: str) -> Assignment:
        """A submitted one. Refused otherwise: MTurk knows no other."""
        assignment = self.assignments.get(key)
        if assignment is None or assignment.submitted is None:
            raise Refused(f"Assignment {key} does not exist. ({self.stamp})", "AssignmentDoesNotExist")
        return assignment

    def counts(self, hit: Hit) -> Counts:
        """The places of a HIT."""
        return Counts.of(hit, self.assignments.where("hit_id", hit.id))

    def status(self, hit: Hit) -> str:
        """HITStatus now."""
        return status_of(hit, self.counts(hit), self.now)

    @property
    def stamp(self) -> str:
        """What MTurk puts behind its sentences."""
        return f"{int(self.now * 1000)} s"

    def put(self, assignment: Assignment) -> Assignment:
        """Keep it, and come back when something of it becomes due."""
        self.assignments.put(assignment)
        self._schedule(assignment)
        return assignment

    def _schedule(self, assignment: Assignment) -> None:
        if assignment.status == "Accepted":
            self.world.agenda.add(assignment.deadline, f"assignment {assignment.id}")
        elif assignment.status == "Submitted" and assignment.auto_approval is not None:
            self.world.agenda.add(assignment.auto_approval, f"assignment {assignment.id}")

    # --- Requests that must not have their effect twice ---

    def token(self, scope: str, token: str | None) -> Token | None:
        """What was made with this token in the last 24 hours, if anything."""
        found = self.tokens.get(f"{scope} {token}") if token else None
        return found if found and self.now < found.at + TOKEN_LIFE else None

    def remember(self, scope: str, token: str | None, made: str) -> None:
        """The token has had its effect."""
        if token:
            self.tokens.put(Token(f"{scope} {token}", self.now, made))

    # --- Money ---

    @property
    def purse(self) -> Purse:
        """The requester's."""
        return self.purses["requester"]

    def deposit(self, amount: Decimal) -> None:
        """Money paid in."""
        self.purses.put(replace(self.purse, available=self.purse.available + amount))
        self._enter("deposit", amount)

    def settle(self, hit: Hit, *, is_owed: bool = False) -> Hit:
        """Hold what the HIT may still cost. Refused above what is free, unless it is owed anyway."""
        price = self.types[hit.type_id].reward + reward_fee(self.types[hit.type_id], hit.maximum)
        wanted = places_to_pay(hit, self.counts(hit), self.now) * price
        purse, more = self.purse, wanted - hit.held
        if more > purse.available and not is_owed:
            raise self._short(more)
        self.purses.put(replace(purse, available=purse.available - more, held=purse.held + more))
        return self.hits.put(replace(hit, held=wanted))

    def pay_reward(self, assignment: Assignment) -> None:
        """The reward and its fee leave what is held for the HIT."""
        hit = self.hits[assignment.hit_id]
        reward, fee = self.type_of(hit).reward, reward_fee(self.type_of(hit), hit.maximum)
        self.purses.put(replace(self.purse, available=self.purse.available - reward - fee))
        self._enter("reward", reward, assignment)
        self._enter("reward fee", fee, assignment)

    def pay_bonus(self, bonus: Bonus, fee: Decimal) -> None:
        """The bonus and its fee leave what is free. Refused where that is not enough."""
        if bonus.amount + fee > self.purse.available:
            raise self._short(bonus.amount + fee)
        self.purses.put(replace(self.purse, available=self.purse.available - bonus.amount - fee))
        assignment = self.assignments[bonus.assignment_id]
        self._enter("bonus", bonus.amount, assignment, bonus.reason)
        self._enter("bonus fee", fee, assignment, bonus.reason)

    def _short(self, wanted: Decimal) -> Refused:
        sentence = "This Requester has insufficient funds in their account to complete this transaction."
        return Refused(
            f"{sentence} Balance: {self.purse.available:.2f}, needed: {wanted:.2f}. ({self.stamp})", "InsufficientFunds"
        )

    def _enter(self, kind: str, amount: Decimal, about: Assignment | None = None, reason: str = "") -> None:
        ids = (about.hit_id, about.id, about.worker_id) if about else ("", "", "")
        self.ledger.put(Entry(str(len(self.ledger) + 1), self.now, kind, amount, *ids, reason))

    # --- Time ---

    def tick(self) -> None:
        """Let happen what has become due."""
        with self.world.store.transaction():
            for at, key in self.world.agenda.due(self.now):
                what, row = key.split(" ", 1)
                self._hit_due(row) if what == "hit" else self._assignment_due(row, at)

    def _hit_due(self, key: str) -> None:
        hit = self.hits[key]
        if hit.expires > self.now or hit.is_disposed:
            return
        if self.now >= hit.expires + DISPOSED_AFTER and self.status(hit) in ("Reviewable", "Reviewing"):
            self.changed(replace(hit, is_disposed=True), is_owed=True)
            return
        self.changed(hit, is_owed=True)
        self.world.agenda.add(max(hit.expires + DISPOSED_AFTER, self.now + 1), f"hit {key}")

    def _assignment_due(self, key: str, at: float) -> None:
        assignment = self.assignments[key]
        if assignment.status == "Accepted" and assignment.deadline <= at:
            self.move(replace(assignment, status="Abandoned"), "AssignmentAbandoned")
        elif assignment.status == "Submitted" and assignment.auto_approval == at:
            self.approve(replace(assignment, approved=at))

    # --- Changes ---

    def approve(self, assignment: Assignment) -> None:
        """Pay it."""
        self.assignments.put(replace(assignment, status="Approved"))
        self.pay_reward(assignment)
        self.move(self.assignments[assignment.id], "AssignmentApproved")

    def move(self, assignment: Assignment, event: str) -> None:
        """An assignment has another state: what follows for its HIT, and who is told."""
        self.put(assignment)
        self.post.event(
            self.types[self.hits[assignment.hit_id].type_id], event, self.hits[assignment.hit_id], assignment
        )
        self.changed(self.hits[assignment.hit_id], is_owed=True)

    def changed(self, hit: Hit, *, is_owed: bool = False) -> Hit:
        """A HIT has other places, another expiry or another maximum: hold the right sum, tell what is new."""
        before = hit
        is_expired, status = self.now >= hit.expires, status_of(hit, self.counts(hit), self.now)
        hit = replace(hit, told_expired=is_expired, told_reviewable=status in ("Reviewable", "Reviewing", "Disposed"))
        hit = self.settle(hit, is_owed=is_owed)
        for event in _news(before, hit, status):
            self.post.event(self.types[hit.type_id], event, hit)
        return hit


def _news(before: Hit, after: Hit, status: str) -> list[str]:
    found = []
    if after.told_expired and not before.told_expired:
        found.append("HITExpired")
    if status == "Disposed":
        return [*found, "HITDisposed"]
    if after.told_reviewable and not before.told_reviewable:
        found.append("HITReviewable")
    return found
