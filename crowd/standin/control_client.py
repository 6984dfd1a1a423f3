"""Turning a stand-in's controls from Python: what tests, crowds and the demo use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from crowd.standin.kernel.journal import Json

PATIENCE = 30.0


class Control:
    """A running stand-in, by its address. RuntimeError with its sentence where it refuses."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, route: str, body: Json | None = None) -> Json:
        """One route below /_ctl."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/_ctl/{route}", None if body is None else json.dumps(body), headers)
            reply = connection.getresponse()
            found: Json = json.loads(reply.read())
        finally:
            connection.close()
        if reply.status != 200:
            raise RuntimeError(f"{method} {route}: {found.get('error', reply.status)}")
        return found

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.ask("POST", "clock", {"advance": seconds})
        self.ask("POST", "tick", {})

    def fault(self, operation: str, kind: str, **rule: Any) -> None:
        """From now on. See ``crowd.standin.kernel.faults`` for what a rule may say."""
        self.ask("POST", "faults", {"operation": operation, "kind": kind, **rule})

    def clear_faults(self) -> None:
        """No fault any more."""
        self.ask("DELETE", "faults")

    def settings(self, **wanted: float | str) -> Json:
        """Turn some: lag, drop, double, shuffle, seed, rate, burst, reuse_assignments."""
        return self.ask("POST", "settings", wanted)

    def ledger(self) -> Json:
        """available, held, totals by kind, entries: amounts as text."""
        return self.ask("GET", "ledger")

    def calls(self, operation: str | None = None) -> Json:
        """counts by operation, total, and the last of them."""
        return self.ask("GET", f"calls?operation={operation}" if operation else "calls")

    def deposit(self, dollars: float | str) -> None:
        """Pay money in; a negative amount takes it out."""
        self.ask("POST", "balance", {"deposit": str(dollars)})

    def worker(self, worker: str, **traits: Any) -> Json:
        """Say who somebody is: country, subdivision, approved, rejected, is_master, is_adult."""
        return self.ask("POST", "workers", {"id": worker, **traits})

    def subscribe(self, topic: str, endpoint: str, *, confirmed: bool = True) -> None:
        """Post what is sent to the topic to this address. confirmed False: it is asked first, as SNS asks."""
        self.ask("POST", "subscriptions", {"topic": topic, "endpoint": endpoint, "confirmed": confirmed})

    def deliveries(self) -> list[Json]:
        """Every notification there was: status waiting, sent, dropped, read or failed."""
        found: list[Json] = self.ask("GET", "deliveries")["deliveries"]
        return found

    def accept(self, hit: str, worker: str) -> str:
        """A worker takes a place; the id of the assignment."""
        return str(self.ask("POST", "accept", {"hit": hit, "worker": worker})["id"])

    def give_back(self, assignment: str) -> None:
        """The worker returns it."""
        self.ask("POST", "return", {"assignment": assignment})

    def submit(self, assignment: str, **answers: str) -> None:
        """The worker's browser posts the form. No answers: one field, done=1."""
        body = {"assignment": assignment} | ({"answers": answers} if answers else {})
        self.ask("POST", "submit", body)

    def work(self, hit: str, worker: str, **answers: str) -> str:
        """Accept and submit; the id of the assignment."""
        assignment = self.accept(hit, worker)
        self.submit(assignment, **answers)
        return assignment

    def work_all(self, hit: str, workers: Sequence[str]) -> list[str]:
        """Everybody accepts and submits, in one go; the ids of the assignments."""
        found: list[str] = self.ask("POST", "work", {"hit": hit, "workers": list(workers)})["assignments"]
        return found
