"""Qualification types: made once under a name, changed, deleted slowly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market, new_id
from crowd.standin.mturk.qualifying import NAMES
from crowd.standin.mturk.records import QualificationType
from crowd.standin.mturk.views import page

DELETION = 48 * 3600
LONGEST_NAME = 200


def create(market: Market, asked: Json) -> Json:
    """The name must be new; it stays taken for 48 hours after a deletion."""
    _check_rules(asked, has_test=bool(asked.get("Test")))
    name = asked["Name"].strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise _wrong("Name", f"it has to have 1 to {LONGEST_NAME} characters")
    for other in market.qualification_types.all():
        if other.name == name and market.now < (other.deleted or market.now) + DELETION:
            raise Refused(
                f"You have already created a QualificationType with this name. ({market.stamp})",
                "QualificationTypeAlreadyExists",
            )
    made = QualificationType(
        id=new_id(),
        created=market.now,
        name=name,
        description=asked["Description"],
        status=asked["QualificationTypeStatus"],
        keywords=asked.get("Keywords", ""),
        **_changes(asked),
    )
    return {"QualificationType": view(market.qualification_types.put(made))}


def get(market: Market, asked: Json) -> Json:
    """One of the requester's, or MTurk's own."""
    key = asked["QualificationTypeId"]
    if key in NAMES:
        return {"QualificationType": view(_system(key))}
    return {"QualificationType": view(owned(market, key))}


def update(market: Market, asked: Json) -> Json:
    """Everything but its name and keywords."""
    before = owned(market, asked["QualificationTypeId"])
    _check_rules(asked, has_test=bool(asked.get("Test") or before.test), is_granted=before.auto_granted)
    changes = _changes(asked)
    for name, key in (("Description", "description"), ("QualificationTypeStatus", "status")):
        if name in asked:
            changes[key] = asked[name]
    return {"QualificationType": view(market.qualification_types.put(replace(before, **changes)))}


def delete(market: Market, asked: Json) -> Json:
    """Gone, with what was requested of it; workers keep what HITs may still look at."""
    kind = owned(market, asked["QualificationTypeId"])
    market.qualification_types.put(replace(kind, deleted=market.now))
    for request in market.requests.where("type_id", kind.id):
        if request.status == "Pending":
            market.requests.put(replace(request, status="Rejected"))
    return {}


def list_types(market: Market, asked: Json) -> Json:
    """By a part of the name, description or keywords."""
    found = [*_own(market), *([] if asked.get("MustBeOwnedByCaller") else map(_system, NAMES))]
    if asked["MustBeRequestable"]:
        found = [kind for kind in found if kind.is_requestable]
    wanted = asked.get("Query", "").lower()
    found = [kind for kind in found if wanted in f"{kind.name} {kind.description} {kind.keywords}".lower()]
    return page(asked, "QualificationTypes", found, view)


def owned(market: Market, key: str) -> QualificationType:
    """The requester's own. Refused if there is none."""
    kind = market.qualification_types.get(key)
    if key in NAMES:
        raise Refused(f"You do not own the QualificationType {key}. ({market.stamp})", "PermissionDeniedException")
    if kind is None or kind.deleted is not None:
        raise Refused(f"QualificationType {key} does not exist. ({market.stamp})", "QualificationTypeDoesNotExist")
    return kind


def view(kind: QualificationType) -> Json:
    """As the wire shows it."""
    optional = {
        "Test": kind.test,
        "AnswerKey": kind.answer_key,
        "TestDurationInSeconds": kind.test_duration,
        "RetryDelayInSeconds": kind.retry_delay,
        "AutoGrantedValue": kind.auto_granted_value if kind.auto_granted else None,
    }
    return {
        "QualificationTypeId": kind.id,
        "CreationTime": kind.created,
        "Name": kind.name,
        "Description": kind.description,
        "Keywords": kind.keywords,
        "QualificationTypeStatus": kind.status,
        "IsRequestable": kind.is_requestable,
        "AutoGranted": kind.auto_granted,
        **{name: value for name, value in optional.items() if value not in (None, "", 0)},
    }


def _own(market: Market) -> Iterator[QualificationType]:
    at = market.seen_at
    return (kind for kind in market.qualification_types.all() if kind.deleted is None and kind.created <= at)


def _system(key: str) -> QualificationType:
    return QualificationType(key, 0.0, NAMES[key], NAMES[key], "Active", is_requestable=False)


def _changes(asked: Json) -> Json:
    names = {
        "Test": "test",
        "AnswerKey": "answer_key",
        "TestDurationInSeconds": "test_duration",
        "RetryDelayInSeconds": "retry_delay",
        "AutoGranted": "auto_granted",
        "AutoGrantedValue": "auto_granted_value",
    }
    return {field: asked[name] for name, field in names.items() if name in asked}


def _check_rules(asked: Json, *, has_test: bool, is_granted: bool = False) -> None:
    if asked.get("Test") and not asked.get("TestDurationInSeconds"):
        raise _wrong("TestDurationInSeconds", "a Test needs it")
    if asked.get("AnswerKey") and not has_test:
        raise _wrong("AnswerKey", "it needs a Test")
    if asked.get("AutoGranted", is_granted) and has_test:
        raise _wrong("AutoGranted", "it does not go together with a Test")


def _wrong(name: str, sentence: str) -> Refused:
    return Refused(f"{name}: {sentence}.", "InvalidParameterValue")


OPERATIONS = {
    "CreateQualificationType": create,
    "GetQualificationType": get,
    "UpdateQualificationType": update,
    "DeleteQualificationType": delete,
    "ListQualificationTypes": list_types,
}
