"""A worker asks for a qualification."""

from __future__ import annotations

from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market, new_id
from crowd.standin.mturk.operations.qualification_types import owned
from crowd.standin.mturk.operations.qualifications import grant
from crowd.standin.mturk.records import QualificationRequest


def request_qualification(market: Market, type_id: str, worker_id: str, answer: str = "") -> QualificationRequest:
    """Given at once where the type says so; else it waits for the requester. Refused too soon after the last time."""
    kind = owned(market, type_id)
    if kind.status != "Active":
        raise Refused(f"{kind.name} cannot be requested now.", "InvalidQualificationTypeState")
    before = [each for each in market.requests.where("type_id", type_id) if each.worker_id == worker_id]
    if any(each.status == "Pending" for each in before):
        raise Refused(f"You have requested {kind.name} already.", "QualificationAlreadyExists")
    if before and kind.retry_delay is None:
        raise Refused(f"{kind.name} can be requested once.", "QualificationTypeDoesNotAllowRetake")
    if before and market.now < before[-1].submitted + (kind.retry_delay or 0):
        raise Refused(f"It is too soon to request {kind.name} again.", "QualificationTypeRetryDelayNotElapsed")
    made = QualificationRequest(new_id(), type_id, worker_id, market.now, answer)
    if kind.auto_granted:
        grant(market, type_id, worker_id, kind.auto_granted_value)
        made = QualificationRequest(made.id, type_id, worker_id, market.now, answer, "Granted")
    return market.requests.put(made)
