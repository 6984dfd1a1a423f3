"""Submissions: listed, approved, rejected, completed for somebody, asked back; and bonuses for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crowd.errors import PlatformRefused, PlatformUnavailable
from crowd.platforms.base import BonusOrder, BonusSeen, SubmissionSeen
from crowd.platforms.guard import require_spending
from crowd.platforms.prolific.errors import NOT_FOUND
from crowd.platforms.prolific.postings import Postings
from crowd.platforms.prolific.sights import bonuses_seen, submission_seen, text
from crowd.reconcile.words import SubmissionSight
from experiments.types import JsonObject

SHORTEST_REASON: Final = 100
NOT_BEGUN: Final = "not-begun"
"""Nothing was paid: the call that pays was never made."""

APPROVED: Final = frozenset({SubmissionSight.APPROVED, SubmissionSight.PARTLY_APPROVED})
IN: Final = frozenset({SubmissionSight.SUBMITTED, SubmissionSight.SCREENED_OUT}) | APPROVED


class Submissions(Postings):
    """See `Platform`. A bonus is set up, then paid; paying is not counted once: whoever repeats it pays again."""

    def submissions(self, external_id: str) -> Iterator[SubmissionSeen]:
        try:
            for row in self.client.rows(f"studies/{external_id}/submissions"):
                yield submission_seen(row, external_id)
        except PlatformRefused as error:
            if error.code != NOT_FOUND:  # of a study that is not there nobody hands anything in
                raise

    def submission(self, external_id: str) -> SubmissionSeen | None:
        found = self.client.find(f"submissions/{external_id}")
        return submission_seen(found) if found else None

    def approve(self, external_id: str, *, message: str = "", overriding: bool = False) -> None:
        require_spending(self.link)
        now = self.submission(external_id)
        if now is not None and now.sight == SubmissionSight.REJECTED and not overriding:
            raise PlatformRefused("It was rejected: nobody said that this is to be overridden.", code="rejected")
        self._decide(external_id, {"action": "APPROVE"}, APPROVED)

    def reject(self, external_id: str, *, reason: str, category: str = "") -> None:
        if len(reason) < SHORTEST_REASON:
            raise PlatformRefused(
                f"Prolific takes no reason shorter than {SHORTEST_REASON} characters.",
                code="short-reason",
                hint="Say what the person did, and how you know.",
            )
        body: JsonObject = {"action": "REJECT", "message": reason, "rejection_category": category or "OTHER"}
        self._decide(external_id, body, frozenset({SubmissionSight.REJECTED}))

    def complete(self, external_id: str, *, code: str) -> None:
        self._decide(external_id, {"action": "COMPLETE", "completion_code": code}, IN)

    def ask_return(self, external_id: str, *, reason: str) -> None:
        body: JsonObject = {"request_return_reasons": [reason or "The researcher asks you to return it."]}
        self.client.ask("POST", f"submissions/{external_id}/request-return", body)

    def pay_bonus(self, order: BonusOrder) -> str:
        require_spending(self.link)
        batch = self._set_up(order)
        self.client.ask("POST", f"bulk-bonus-payments/{batch}/pay")
        return batch

    def bonuses(self, *, posting_id: str, submission_id: str) -> Iterator[BonusSeen]:
        if submission_id:
            found = self.client.find(f"submissions/{submission_id}")
            yield from bonuses_seen(found) if found else ()
            return
        for row in self.client.rows(f"studies/{posting_id}/submissions"):
            yield from bonuses_seen(row)

    def _set_up(self, order: BonusOrder) -> str:
        """What is only set up costs nothing: whatever goes wrong here, nobody was paid."""
        body: JsonObject = {"study_id": order.posting_id, "csv_bonuses": f"{order.submission_id},{order.amount:.2f}"}
        try:
            batch = text(self.client.ask("POST", "submissions/bonus-payments", body), "id")
        except PlatformUnavailable as error:
            code = error.code if error.code in ("throttled", "waiting", "no-redis") else NOT_BEGUN
            raise PlatformUnavailable(error.message, code=code, retry_after=error.retry_after) from error
        if not batch:
            raise PlatformUnavailable("Prolific did not say what was set up.", code=NOT_BEGUN)
        return batch

    def _decide(self, external_id: str, body: JsonObject, wanted: frozenset[SubmissionSight]) -> None:
        """A second time is refused for its state; then what it is now says whether that was the decision."""
        try:
            self.client.ask("POST", f"submissions/{external_id}/transition", body)
        except PlatformRefused:
            now = self.submission(external_id)
            if now is None or now.sight not in wanted:
                raise
