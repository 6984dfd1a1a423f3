"""Blocks of workers, and letters to them."""

from __future__ import annotations

from dataclasses import replace

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk import workers
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.operations.qualifications import write
from crowd.standin.mturk.records import Worker
from crowd.standin.mturk.views import page

MOST_BLOCKS = 100_000
MOST_ADDRESSEES = 100
LONGEST_SUBJECT = 200
LONGEST_TEXT = 4096


def block(market: Market, asked: Json) -> Json:
    """The worker accepts nothing of this requester any more. Twice is as good as once."""
    if not asked["Reason"].strip():
        raise Refused("Reason: it is empty.", "InvalidParameterValue")
    if len(_blocked(market)) >= MOST_BLOCKS:
        raise Refused(f"There are {MOST_BLOCKS} blocks already.", "InvalidParameterValue")
    market.workers.put(replace(workers.worker(market, asked["WorkerId"]), block_reason=asked["Reason"]))
    return {}


def unblock(market: Market, asked: Json) -> Json:
    """Blocked or not: afterwards the worker is not."""
    person = market.workers.get(asked["WorkerId"])
    if person is not None:
        market.workers.put(replace(person, block_reason=None))
    return {}


def list_blocks(market: Market, asked: Json) -> Json:
    """Everybody who is blocked, and why."""
    return page(
        asked, "WorkerBlocks", _blocked(market), lambda each: {"WorkerId": each.id, "Reason": each.block_reason}
    )


def notify(market: Market, asked: Json) -> Json:
    """A letter to workers whose work was approved or rejected; for others a HardFailure, each by name."""
    for name, longest in (("Subject", LONGEST_SUBJECT), ("MessageText", LONGEST_TEXT)):
        if not 0 < len(asked[name]) <= longest:
            raise Refused(f"{name}: it has to have 1 to {longest} characters.", "InvalidParameterValue")
    if not 0 < len(asked["WorkerIds"]) <= MOST_ADDRESSEES:
        raise Refused(f"WorkerIds: 1 to {MOST_ADDRESSEES} at a time.", "InvalidParameterValue")
    strangers = [key for key in asked["WorkerIds"] if not _is_known(market, key)]
    for key in asked["WorkerIds"]:
        if key not in strangers:
            write(market, key, asked["Subject"], asked["MessageText"])
    return {"NotifyWorkersFailureStatuses": [_failure(key) for key in strangers]}


def _blocked(market: Market) -> list[Worker]:
    return [each for each in market.workers.all() if each.block_reason is not None]


def _is_known(market: Market, key: str) -> bool:
    return any(each.status in ("Approved", "Rejected") for each in market.assignments.where("worker_id", key))


def _failure(key: str) -> Json:
    message = "Your account has not approved or rejected work of this worker."
    return {"NotifyWorkersFailureCode": "HardFailure", "NotifyWorkersFailureMessage": message, "WorkerId": key}


OPERATIONS = {
    "CreateWorkerBlock": block,
    "DeleteWorkerBlock": unblock,
    "ListWorkerBlocks": list_blocks,
    "NotifyWorkers": notify,
}
