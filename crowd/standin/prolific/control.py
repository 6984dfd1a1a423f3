"""The controls of the Prolific stand-in: ledger, people, and what a participant does without a browser."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal

from crowd.standin.kernel.control import Control
from crowd.standin.kernel.http import Reply, Request, json_reply
from crowd.standin.prolific import people
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.records import Person


class ProlificControl:
    """Routes below /_ctl, named as other stand-ins name them: "hit" is a study, "assignment" a submission."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def routes(self) -> Control:
        """With those that every stand-in has."""
        return Control(
            self.market.world,
            {
                "GET ledger": self._ledger,
                "GET assignments": self._submissions,
                "GET deliveries": self._deliveries,
                "GET letters": self._letters,
                "GET subscriptions": self._subscriptions,
                "POST workers": self._add_person,
                "POST balance": self._deposit,
                "POST accept": self._accept,
                "POST return": self._return,
                "POST submit": self._submit,
                "POST work": self._work,
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
            entries = [asdict(entry) | {"amount": f"{entry.amount:.2f}"} for entry in market.ledger.all()]
            return json_reply(
                {
                    "available": f"{market.purse.available:.2f}",
                    "held": f"{market.purse.held:.2f}",
                    "totals": {kind: f"{total:.2f}" for kind, total in totals.items()},
                    "entries": entries,
                }
            )

    def _submissions(self, request: Request) -> Reply:
        self.market.tick()
        wanted = request.query.get("hit")
        rows = self.market.submissions.where("study_id", wanted) if wanted else self.market.submissions.all()
        return json_reply({"assignments": [asdict(row) for row in rows]})

    def _deliveries(self, request: Request) -> Reply:
        return json_reply({"deliveries": [asdict(row) for row in self.market.post.deliveries.all()]})

    def _letters(self, request: Request) -> Reply:
        return json_reply({"letters": [asdict(row) for row in self.market.letters.all()]})

    def _subscriptions(self, request: Request) -> Reply:
        return json_reply({"subscriptions": [asdict(row) for row in self.market.post.hooks.all()]})

    def _add_person(self, request: Request) -> Reply:
        asked = request.json()
        key = str(asked.pop("id"))
        with self.market.world.store.transaction():
            row = self.market.people.put(replace(self.market.people.get(key) or Person(key), **asked))
        return json_reply(asdict(row))

    def _deposit(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            self.market.deposit(Decimal(str(request.json()["deposit"])))
        return json_reply({"available": self.market.purse.available})

    def _accept(self, request: Request) -> Reply:
        asked = request.json()
        self.market.tick()
        with self.market.world.store.transaction():
            taken = people.take_part(self.market, self.market.study(asked["hit"]), str(asked["worker"]))
        return json_reply(asdict(taken))

    def _return(self, request: Request) -> Reply:
        self.market.tick()
        with self.market.world.store.transaction():
            people.give_back(self.market, self.market.submission(request.json()["assignment"]))
        return json_reply({"returned": True})

    def _submit(self, request: Request) -> Reply:
        asked = request.json()
        code = str(asked.get("answers", {}).get("code", ""))
        self.market.tick()
        with self.market.world.store.transaction():
            done = people.submit(self.market, self.market.submission(asked["assignment"]), code)
        return json_reply(asdict(done))

    def _work(self, request: Request) -> Reply:
        """Many at once, in one transaction: what a bench needs."""
        asked, market = request.json(), self.market
        code = str(asked.get("code", "NOCODE"))
        market.tick()
        with market.world.store.transaction():
            taken = [people.take_part(market, market.study(asked["hit"]), str(each)) for each in asked["workers"]]
            done = [people.submit(market, each, code).id for each in taken]
        return json_reply({"assignments": done})

    def _tick(self, request: Request) -> Reply:
        self.market.tick()
        return json_reply({"now": self.market.now})
