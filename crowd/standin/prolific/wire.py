"""The REST API: a call comes in with a token, and is carried out in one transaction."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from email.utils import formatdate

from crowd.standin.kernel.allowance import Allowance
from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import BadRequest, Reply, Request, json_reply
from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Refused
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.operations import ACCEPTED, CREATED, ROUTES, named
from crowd.standin.prolific.operations.hooks import HAND


class Wire:
    """What answers below /api/v1. url: of the stand-in."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._url = url
        self._allowance = Allowance()

    def __call__(self, request: Request) -> Reply:
        """One call, with the faults that hit it."""
        operation, key = named(request.method, request.path) or ("Unknown", "")
        outcome = "lost"
        try:
            reply = self.market.world.under_faults(operation, lambda: self._call(request, operation, key), _spoilt)
            outcome = "ok" if reply.status < 400 else str(reply.status)
        finally:
            self.market.world.calls.note(operation, time.time(), outcome, _shown(request))
        when = formatdate(self.market.now, usegmt=True)  # by the clock that can be moved
        return replace(reply, headers={**reply.headers, "Date": when})

    def _call(self, request: Request, operation: str, key: str) -> Reply:
        try:
            self._check(request)
            if operation not in ROUTES:
                raise Refused("There is no such address.", status=404, code=140404)
            asked = Asked(key, request.query, _body(request), f"{self._url}{request.path}")
            self.market.tick()
            with self.market.world.store.transaction():
                return _reply(operation, ROUTES[operation][2](self.market, asked))
        except Refused as refused:
            return refused.reply()

    def _check(self, request: Request) -> None:
        scheme, _, token = request.header("Authorization").partition(" ")
        settings = self.market.world.settings
        known = settings.text("access_key")
        if scheme != "Token" or not token or (known and token != known):
            raise Refused("Authentication credentials were not provided, or are wrong.", status=401, code=140401)
        if not self._allowance.take(settings.number("rate"), settings.number("burst")):
            raise _too_many()


def _too_many() -> Refused:
    return Refused("Request was throttled. Expected available in 2 seconds.", status=429, code=140429)


def _spoilt(fault: Fault) -> Reply:
    if fault.kind == "throttle":
        return replace(_too_many().reply(), headers={"Retry-After": "2"})
    return Refused("Internal server error", status=500, code=140500).reply()


def _reply(operation: str, found: Json | list[Json] | None) -> Reply:
    if found is None:
        return Reply(b"", 204, "application/json")
    hand = str(found.pop(HAND, "")) if isinstance(found, dict) else ""
    status = 201 if operation in CREATED else 202 if operation in ACCEPTED else 200
    reply = json_reply(found, status)
    return replace(reply, headers={HAND: hand}) if hand else reply


def _body(request: Request) -> Json:
    try:
        return request.json()
    except BadRequest as error:
        raise Refused(str(error)) from error


def _shown(request: Request) -> Json:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        body = {}
    return {"path": request.path, **(body if isinstance(body, dict) else {})}
