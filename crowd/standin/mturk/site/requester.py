"""What the requester sees, with buttons for the clock, the money and the faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import Refusal, Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import button, table
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Entry, Hit
from crowd.standin.mturk.site.frame import dollars, show

STEPS = {"10 minutes": 600, "1 hour": 3600, "1 day": 86_400, "1 week": 604_800}
FAULTS: Mapping[str, Mapping[str, str | int]] = {
    "Lose the reply of the next bonus": {"operation": "SendBonus", "kind": "drop", "moment": "after"},
    "Throttle the next 3 calls": {"operation": "*", "kind": "throttle", "times": 3},
    "Fail until this is cleared": {"operation": "*", "kind": "error", "times": 0},
}
LATEST = 25


class RequesterPages:
    """One page and its buttons."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._url = url

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path."""
        return {
            "GET /requester": self._overview,
            "POST /requester/clock": self._advance,
            "POST /requester/deposit": self._deposit,
            "POST /requester/fault": self._fault,
            "POST /requester/faults/clear": self._clear,
        }

    def _overview(self, request: Request) -> Reply:
        with self.market.world.store.lock:
            parts = [
                self._figures(),
                *(markup("<h2>HITs</h2>"), self._hits()),
                *(markup("<h2>Money, latest first</h2>"), self._money()),
                *(markup("<h2>Notifications</h2>"), self._notifications()),
                *(markup("<h2>Faults</h2>"), self._faults()),
                self._how_to_connect(),
            ]
        return show("Requester", joined(parts))

    def _figures(self) -> Html:
        purse, moved = self.market.purse, self.market.world.clock.ahead
        steps = [button("/requester/clock", f"+ {name}", {"seconds": str(n)}) for name, n in STEPS.items()]
        note = f" ({moved / 3600:.1f} hours ahead of this machine)" if moved else ""
        return markup(
            '<div class="card"><div class="row"><span>Free: <strong>{}</strong> · held for HITs: <strong>{}</strong>'
            '</span><form method="post" action="/requester/deposit"><label>Pay in '
            '<input name="dollars" value="100" size="6" inputmode="decimal"></label><button>Pay in</button>'
            "</form></div></div>"
            '<div class="card"><div class="row"><span>It is <strong>{}</strong>{}</span>'
            '<span class="buttons">{}</span></div></div>',
            *(dollars(purse.available), dollars(purse.held), _shown(self.market.now), note, joined(steps)),
        )

    def _hits(self) -> Html:
        rows = [self._hit(hit) for hit in reversed(self.market.hits.all())]
        heads = ["Title", "State", "#Open", "#To review", "#Reviewed", "#Free", "#Held", "Until", "HIT"]
        return table(heads, rows, "No HITs yet.")

    def _hit(self, hit: Hit) -> list[object]:
        counts, title = self.market.counts(hit), self.market.type_of(hit).title
        places = [counts.open, counts.waiting, counts.done, counts.available]
        return [title, self.market.status(hit), *places, dollars(hit.held), _shown(hit.expires), hit.id]

    def _money(self) -> Html:
        rows = [_line(entry) for entry in reversed(self.market.ledger.all()[-LATEST:])]
        return table(["When", "What", "#Amount", "Worker", "Reason"], rows, "No money has moved.")

    def _notifications(self) -> Html:
        counts = Counter(each.status for each in self.market.post.deliveries.all())
        return table(["State", "#Number"], [[name, n] for name, n in counts.items()], "Nobody asked to be notified.")

    def _faults(self) -> Html:
        rows = [_rule(fault) for fault in self.market.world.faults.all()]
        buttons = [button("/requester/fault", name, {"name": name}) for name in FAULTS]
        clear = button("/requester/faults/clear", "Clear all", {})
        shown = table(["Call", "What", "When", "#Struck", "#Of"], rows, "None: everything works.")
        return markup('{}<div class="buttons">{}{}</div>', shown, joined(buttons), clear)

    def _how_to_connect(self) -> Html:
        text = (
            '<h2>Connect</h2><pre class="card wide">boto3.client("mturk", endpoint_url="{}", region_name="us-east-1",\n'
            '             aws_access_key_id="any", aws_secret_access_key="any")</pre>'
            '<p class="soft">The same and more as JSON: <a href="/_ctl">/_ctl</a></p>'
        )
        return markup(text, self._url)

    # --- Buttons ---

    def _advance(self, request: Request) -> Reply:
        self.market.world.clock.advance(float(_number(dict(request.form).get("seconds", ""))))
        self.market.tick()
        return redirect("/requester")

    def _deposit(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            self.market.deposit(_number(dict(request.form).get("dollars", "")).quantize(Decimal("0.01")))
        return redirect("/requester")

    def _fault(self, request: Request) -> Reply:
        rule = FAULTS.get(dict(request.form).get("name", ""))
        if rule is None:
            raise Refusal("There is no such fault.")
        self.market.world.faults.add(dict(rule))
        return redirect("/requester")

    def _clear(self, request: Request) -> Reply:
        self.market.world.faults.clear()
        return redirect("/requester")


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise Refusal(f"{text!r} is not a number.") from error
    if not found.is_finite() or not 0 <= found < 10**9:
        raise Refusal(f"{text} is not between 0 and a milliard.")
    return found


def _shown(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _line(entry: Entry) -> list[object]:
    return [_shown(entry.at), entry.kind, dollars(entry.amount), entry.worker_id, entry.reason]


def _rule(fault: Fault) -> list[object]:
    return [fault.operation, fault.kind, fault.moment, fault.hits, fault.times or "∞"]
