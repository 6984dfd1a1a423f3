"""AWS JSON 1.1: a call comes in, is checked as AWS checks it, and is carried out in one transaction."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace
from email.utils import formatdate

from crowd.standin.kernel.allowance import Allowance
from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import BadRequest, Reply, Request
from crowd.standin.kernel.journal import Json
from crowd.standin.mturk import signatures
from crowd.standin.mturk.errors import Faulty, Invalid, Refused, Throttled, Unknown
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.operations import OPERATIONS
from crowd.standin.mturk.validation import model, validate

CONTENT_TYPE = "application/x-amz-json-1.1"


class Wire:
    """The endpoint of the requester's API."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._allowance = Allowance()

    def __call__(self, request: Request) -> Reply:
        """One call, with the faults that hit it."""
        prefix, _, operation = request.header("X-Amz-Target").partition(".")
        outcome = "lost"
        try:
            reply = self.market.world.under_faults(operation, lambda: self._call(request, prefix, operation), _spoilt)
            outcome = json.loads(reply.body).get("__type", "ok") if reply.status != 200 else "ok"
        finally:
            self.market.world.calls.note(operation, time.time(), outcome, _shown(request))
        when = formatdate(self.market.now, usegmt=True)  # by the clock that can be moved
        return replace(reply, headers={**reply.headers, "Date": when})

    def _call(self, request: Request, prefix: str, operation: str) -> Reply:
        try:
            self._check(request, prefix, operation)
            asked = _asked(request)
            validate(operation, asked)
            self.market.tick()
            with self.market.world.store.transaction():
                return _reply(OPERATIONS[operation](self.market, asked), 200)
        except Refused as refused:
            return _refusal(refused)

    def _check(self, request: Request, prefix: str, operation: str) -> None:
        if prefix != model().metadata["targetPrefix"]:
            raise Unknown(f"X-Amz-Target: {prefix!r} is not {model().metadata['targetPrefix']}.")
        settings = self.market.world.settings
        signatures.check(request, operation, settings)
        if not self._allowance.take(settings.number("rate"), settings.number("burst")):
            raise Throttled("Rate exceeded")


def _asked(request: Request) -> Json:
    try:
        return request.json()
    except BadRequest as error:
        raise Invalid(str(error)) from error


def _shown(request: Request) -> Json:
    try:
        return request.json()
    except BadRequest:
        return {}


def _spoilt(fault: Fault) -> Reply:
    return _refusal(
        Throttled("Rate exceeded") if fault.kind == "throttle" else Faulty("Internal failure", "ServiceFault")
    )


def _refusal(refused: Refused) -> Reply:
    body = {"__type": refused.kind, "Message": refused.message, "message": refused.message}
    return _reply(body | ({"TurkErrorCode": refused.code} if refused.code else {}), refused.status)


def _reply(body: Json, status: int) -> Reply:
    headers = {"x-amzn-RequestId": str(uuid.uuid4())}
    return Reply(json.dumps(body, default=str).encode(), status, CONTENT_TYPE, headers)
