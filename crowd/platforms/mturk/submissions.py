"""Assignments: listed, approved, rejected; and bonuses for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from crowd.errors import PlatformRefused
from crowd.platforms.base import BonusOrder, BonusSeen, SubmissionSeen
from crowd.platforms.guard import require_spending
from crowd.platforms.mturk.paging import PAGE, paged, pages
from crowd.platforms.mturk.postings import GONE, Postings
from crowd.platforms.mturk.sights import bonus_seen, submission_seen
from crowd.reconcile.words import SubmissionSight

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient
    from mypy_boto3_mturk.literals import AssignmentStatusType
    from mypy_boto3_mturk.type_defs import AssignmentTypeDef, BonusPaymentTypeDef

NOT_SUBMITTED: Final = "AssignmentDoesNotExist"
ANY: Final[list[AssignmentStatusType]] = ["Submitted", "Approved", "Rejected"]
WRONG_STATE: Final = "InvalidAssignmentState"


class Submissions(Postings):
    """See `Platform`."""

    def submissions(self, external_id: str) -> Iterator[SubmissionSeen]:
        def fetch(token: str) -> tuple[list[AssignmentTypeDef], str | None]:
            page = self.client.read(
                lambda mturk: mturk.list_assignments_for_hit(
                    HITId=external_id, MaxResults=PAGE, AssignmentStatuses=ANY, **paged(token)
                )
            )
            return page["Assignments"], page.get("NextToken")

        try:
            for page in pages(fetch):
                yield from map(submission_seen, page)
        except PlatformRefused as error:
            if error.code != GONE:  # of a HIT that is not there nobody hands anything in
                raise

    def submission(self, external_id: str) -> SubmissionSeen | None:
        try:
            shown = self.client.read(lambda mturk: mturk.get_assignment(AssignmentId=external_id))
        except PlatformRefused as error:
            if error.code == NOT_SUBMITTED:
                return None
            raise
        return submission_seen(shown["Assignment"])

    def approve(self, external_id: str, *, message: str = "", overriding: bool = False) -> None:
        require_spending(self.link)
        feedback = {"RequesterFeedback": message[:1024]} if message else {}
        self._decide(
            external_id,
            SubmissionSight.APPROVED,
            lambda mturk: mturk.approve_assignment(AssignmentId=external_id, OverrideRejection=overriding, **feedback),
        )

    def reject(self, external_id: str, *, reason: str, category: str = "") -> None:
        self._decide(
            external_id,
            SubmissionSight.REJECTED,
            lambda mturk: mturk.reject_assignment(AssignmentId=external_id, RequesterFeedback=reason[:1024]),
        )

    def pay_bonus(self, order: BonusOrder) -> str:
        require_spending(self.link)
        self.client.ask(
            lambda mturk: mturk.send_bonus(
                WorkerId=order.worker,
                BonusAmount=str(order.amount),
                AssignmentId=order.submission_id,
                Reason=_reason(order),
                UniqueRequestToken=order.token,
            )
        )
        return ""

    def bonuses(self, *, posting_id: str, submission_id: str) -> Iterator[BonusSeen]:
        of = {"AssignmentId": submission_id} if submission_id else {"HITId": posting_id}

        def fetch(token: str) -> tuple[list[BonusPaymentTypeDef], str | None]:
            page = self.client.read(lambda mturk: mturk.list_bonus_payments(MaxResults=PAGE, **of, **paged(token)))
            return page["BonusPayments"], page.get("NextToken")

        for page in pages(fetch):
            yield from map(bonus_seen, page)

    def _decide(self, external_id: str, wanted: SubmissionSight, call: Callable[[MTurkClient], object]) -> None:
        """A second time is refused for its state; then what it is now says whether that was the decision."""
        try:
            self.client.ask(call)
        except PlatformRefused as error:
            if error.code != WRONG_STATE:
                raise
            now = self.submission(external_id)
            if now is None or now.sight != wanted:
                raise


def _reason(order: BonusOrder) -> str:
    """What the person reads; our reference is found in it again."""
    if order.reference in order.reason:
        return order.reason
    return f"{order.reason} ({order.reference})"
