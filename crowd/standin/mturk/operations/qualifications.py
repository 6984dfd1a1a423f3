"""Who has a qualification, and who asks for one."""

from __future__ import annotations

from dataclasses import replace

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.operations.qualification_types import owned
from crowd.standin.mturk.records import Letter, Qualification, QualificationRequest
from crowd.standin.mturk.views import page


def associate(market: Market, asked: Json) -> Json:
    """Give it, or change its value. Twice is as good as once."""
    kind = owned(market, asked["QualificationTypeId"])
    grant(market, kind.id, asked["WorkerId"], asked.get("IntegerValue", 1))
    if asked.get("SendNotification", True):
        write(market, asked["WorkerId"], f"You were given the qualification {kind.name}", kind.description)
    return {}


def disassociate(market: Market, asked: Json) -> Json:
    """Take it away."""
    kind = owned(market, asked["QualificationTypeId"])
    has = _held(market, kind.id, asked["WorkerId"])
    market.qualifications.put(replace(has, status="Revoked"))
    write(market, has.worker_id, f"The qualification {kind.name} was taken away", asked.get("Reason", ""))
    return {}


def get_score(market: Market, asked: Json) -> Json:
    """One worker's. Refused where it was never given or was taken away."""
    return {"Qualification": view(_held(market, owned(market, asked["QualificationTypeId"]).id, asked["WorkerId"]))}


def list_workers(market: Market, asked: Json) -> Json:
    """Who has it (Granted) or had it (Revoked)."""
    rows = market.qualifications.where("type_id", owned(market, asked["QualificationTypeId"]).id)
    wanted, at = asked.get("Status", "Granted"), market.seen_at
    found = [row for row in rows if row.status == wanted and row.granted <= at]
    return page(asked, "Qualifications", found, view)


def list_requests(market: Market, asked: Json) -> Json:
    """Pending ones."""
    key = asked.get("QualificationTypeId")
    rows = market.requests.where("type_id", owned(market, key).id) if key else market.requests.all()
    pending = [row for row in rows if row.status == "Pending"]
    return page(asked, "QualificationRequests", pending, lambda row: _request_view(market, row))


def accept_request(market: Market, asked: Json) -> Json:
    """Give what was asked for."""
    request = _pending(market, asked["QualificationRequestId"])
    grant(market, request.type_id, request.worker_id, asked.get("IntegerValue", 1))
    market.requests.put(replace(request, status="Granted"))
    return {}


def reject_request(market: Market, asked: Json) -> Json:
    """Do not give it."""
    request = _pending(market, asked["QualificationRequestId"])
    market.requests.put(replace(request, status="Rejected"))
    write(market, request.worker_id, "Your request for a qualification was rejected", asked.get("Reason", ""))
    return {}


def grant(market: Market, type_id: str, worker_id: str, value: int) -> None:
    """It is the worker's now."""
    key = f"{type_id} {worker_id}"
    market.qualifications.put(Qualification(key, type_id, worker_id, value, market.now))


def write(market: Market, worker_id: str, subject: str, text: str) -> None:
    """A letter."""
    market.letters.put(Letter(str(len(market.letters) + 1), worker_id, subject, text, market.now))


def view(has: Qualification) -> Json:
    """As the wire shows it."""
    return {
        "QualificationTypeId": has.type_id,
        "WorkerId": has.worker_id,
        "GrantTime": has.granted,
        "IntegerValue": has.value,
        "Status": has.status,
    }


def _held(market: Market, type_id: str, worker_id: str) -> Qualification:
    found = market.qualifications.get(f"{type_id} {worker_id}")
    if found is None or found.status != "Granted":
        raise Refused(
            f"Worker {worker_id} does not have the qualification {type_id}. ({market.stamp})",
            "QualificationDoesNotExist",
        )
    return found


def _pending(market: Market, key: str) -> QualificationRequest:
    found = market.requests.get(key)
    if found is None:
        raise Refused(f"QualificationRequest {key} does not exist.", "QualificationRequestDoesNotExist")
    if found.status != "Pending":
        raise Refused(f"QualificationRequest {key} is {found.status}.", "InvalidQualificationRequestState")
    return found


def _request_view(market: Market, request: QualificationRequest) -> Json:
    kind = market.qualification_types[request.type_id]
    return {
        "QualificationRequestId": request.id,
        "QualificationTypeId": request.type_id,
        "WorkerId": request.worker_id,
        "SubmitTime": request.submitted,
        **{name: text for name, text in {"Test": kind.test, "Answer": request.answer}.items() if text},
    }


OPERATIONS = {
    "AssociateQualificationWithWorker": associate,
    "DisassociateQualificationFromWorker": disassociate,
    "GetQualificationScore": get_score,
    "ListWorkersWithQualificationType": list_workers,
    "ListQualificationRequests": list_requests,
    "AcceptQualificationRequest": accept_request,
    "RejectQualificationRequest": reject_request,
}
