"""The controls of the MTurk stand-in: ledger, workers, and what a worker does without a browser."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal

from crowd.standin.kernel.control import Control
from crowd.standin.kernel.http import Reply, Request, json_reply
from crowd.standin.mturk import workers
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Assignment
from crowd.standin.mturk.sns import Topics


def amount(dollars: Decimal) -> str:
    """Two places, or more where there are more."""
    cents = dollars.quantize(Decimal("0.01"))
    return f"{cents if cents == dollars else dollars.normalize():f}"


class MTurkControl:
    """Routes below /_ctl."""

    def __init__(self, market: Market, topics: Topics) -> None:
        self.market = market
        self._topics = topics

    def routes(self) -> Control:
        """With those that every stand-in has."""
        return Control(
            self.market.world,
            {
                "GET ledger": self._ledger,
                "GET assignments": self._assignments,
                "GET deliveries": self._deliveries,
                "GET workers": self._workers,
                "GET letters": self._letters,
                "POST workers": self._add_worker,
                "POST balance": self._deposit,
                "POST accept": self._accept,
                "POST return": self._return,
                "POST submit": self._submit,
                "POST work": self._work,
                "POST subscriptions": self._subscribe,
                "GET subscriptions": self._subscriptions,
                "POST tick": self._tick,
            },
        )

    def _ledger(self, request: Request) -> Reply:
        market = self.market
        market.tick()
        with market.world.store.lock:
            totals: dict[str, Decimal] = {}
            for entry in market.ledger.all():
                totals[entry.kind] = totals.get(entry.kind, Decimal(0)) + entry.amount
            return json_reply(
                {
                    "available": amount(market.purse.available),
                    "held": amount(market.purse.held),
                    "totals": {kind: amount(total) for kind, total in totals.items()},
                    "entries": [asdict(entry) | {"amount": amount(entry.amount)} for entry in market.ledger.all()],
                }
            )

    def _assignments(self, request: Request) -> Reply:
        self.market.tick()
        wanted = request.query.get("hit")
        rows = self.market.assignments.where("hit_id", wanted) if wanted else self.market.assignments.all()
        return json_reply({"assignments": [asdict(row) for row in rows]})

    def _deliveries(self, request: Request) -> Reply:
        return json_reply({"deliveries": [asdict(row) for row in self.market.post.deliveries.all()]})

    def _workers(self, request: Request) -> Reply:
        return json_reply({"workers": [asdict(row) for row in self.market.workers.all()]})

    def _letters(self, request: Request) -> Reply:
        return json_reply({"letters": [asdict(row) for row in self.market.letters.all()]})

    def _add_worker(self, request: Request) -> Reply:
        asked = request.json()
        with self.market.world.store.transaction():
            person = workers.worker(self.market, asked.pop("id"))
            row = self.market.workers.put(replace(person, **asked))
        return json_reply(asdict(row))

    def _deposit(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            self.market.deposit(Decimal(str(request.json()["deposit"])))
        return json_reply({"available": self.market.purse.available})

    def _accept(self, request: Request) -> Reply:
        asked = request.json()
        self.market.tick()
        with self.market.world.store.transaction():
            taken = workers.accept(self.market, self.market.hit(asked["hit"]), asked["worker"])
        return json_reply(asdict(taken))

    def _return(self, request: Request) -> Reply:
        self.market.tick()
        with self.market.world.store.transaction():
            workers.give_back(self.market, self._held(request.json()["assignment"]))
        return json_reply({"returned": True})

    def _submit(self, request: Request) -> Reply:
        asked = request.json()
        fields = [(str(name), str(value)) for name, value in asked.get("answers", {"done": "1"}).items()]
        self.market.tick()
        with self.market.world.store.transaction():
            done = workers.submit(self.market, asked["assignment"], fields)
        return json_reply(asdict(done))

    def _work(self, request: Request) -> Reply:
        """Many at once, in one transaction: what a bench needs."""
        asked, market = request.json(), self.market
        market.tick()
        with market.world.store.transaction():
            taken = [workers.accept(market, market.hit(asked["hit"]), each).id for each in asked["workers"]]
            for key in taken:
                workers.submit(market, key, [("done", "1")])
        return json_reply({"assignments": taken})

    def _held(self, key: str) -> Assignment:
        found = self.market.assignments.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def _subscribe(self, request: Request) -> Reply:
        asked = request.json()
        self._topics.subscribe(asked["topic"], asked["endpoint"], is_confirmed=bool(asked.get("confirmed")))
        return self._subscriptions(request)

    def _subscriptions(self, request: Request) -> Reply:
        return json_reply({"subscriptions": [asdict(row) for row in self.market.post.subscriptions.all()]})

    def _tick(self, request: Request) -> Reply:
        self.market.tick()
        return json_reply({"now": self.market.now})
