"""What the researcher sees, with buttons for the clock, the money and the faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import Refusal, Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import button, table
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.records import Entry, Study
from crowd.standin.prolific.site.frame import pounds, show

STEPS = {"10 minutes": 600, "1 hour": 3600, "1 day": 86_400, "3 weeks": 1_814_400}
FAULTS: Mapping[str, Mapping[str, str | int]] = {
    "Lose the reply of the next bonus": {"operation": "PayBonuses", "kind": "drop", "moment": "after"},
    "Throttle the next 3 calls": {"operation": "*", "kind": "throttle", "times": 3},
    "Fail until this is cleared": {"operation": "*", "kind": "error", "times": 0},
}
LATEST = 25


class ResearcherPages:
    """One page and its buttons."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._url = url

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path."""
        return {
            "GET /researcher": self._overview,
            "POST /researcher/clock": self._advance,
            "POST /researcher/deposit": self._deposit,
            "POST /researcher/fault": self._fault,
            "POST /researcher/faults/clear": self._clear,
        }

    def _overview(self, request: Request) -> Reply:
        with self.market.world.store.lock:
            parts = [
                self._figures(),
                *(markup("<h2>Studies</h2>"), self._studies()),
                *(markup("<h2>Money, latest first</h2>"), self._money()),
                *(markup("<h2>Webhooks</h2>"), self._hooks()),
                *(markup("<h2>Faults</h2>"), self._faults()),
                self._how_to_connect(),
            ]
        return show("Researcher", joined(parts))

    def _figures(self) -> Html:
        purse, moved = self.market.purse, self.market.world.clock.ahead
        steps = [button("/researcher/clock", f"+ {name}", {"seconds": str(n)}) for name, n in STEPS.items()]
        note = f" ({moved / 3600:.1f} hours ahead of this machine)" if moved else ""
        return markup(
            '<div class="card"><div class="row"><span>Free: <strong>{}</strong> · held for studies: <strong>{}</strong>'
            '</span><form method="post" action="/researcher/deposit"><label>Pay in '
            '<input name="pounds" value="100" size="6" inputmode="decimal"></label><button>Pay in</button>'
            "</form></div></div>"
            '<div class="card"><div class="row"><span>It is <strong>{}</strong>{}</span>'
            '<span class="row">{}</span></div></div>',
            *(pounds(purse.available), pounds(purse.held), _shown(self.market.now), note, joined(steps)),
        )

    def _studies(self) -> Html:
        rows = [self._study(study) for study in reversed(self.market.studies.all())]
        heads = ["Study", "Name", "State", "#Places", "#Active", "#To review", "#Approved", "#Returned", "#Held"]
        return table(heads, rows, "No studies yet.")

    def _study(self, study: Study) -> list[object]:
        counts = self.market.counts(study)
        numbers = [study.places, counts["ACTIVE"], counts["AWAITING REVIEW"], counts["APPROVED"], counts["RETURNED"]]
        return [study.id, study.name, self.market.status(study), *numbers, pounds(study.held)]

    def _money(self) -> Html:
        rows = [_line(entry) for entry in reversed(self.market.ledger.all()[-LATEST:])]
        return table(["When", "What", "#Amount", "Participant"], rows, "No money has moved.")

    def _hooks(self) -> Html:
        hooks = [[hook.event, hook.url, "yes" if hook.is_enabled else "no"] for hook in self.market.post.hooks.all()]
        sent = Counter(each.status for each in self.market.post.deliveries.all())
        told = ", ".join(f"{n} {name}" for name, n in sent.items())
        shown = table(["Event", "Address", "Confirmed"], hooks, "Nobody asked to be told.")
        return markup('{}<p class="soft">{}</p>', shown, told) if told else shown

    def _faults(self) -> Html:
        rows = [_rule(fault) for fault in self.market.world.faults.all()]
        buttons = [button("/researcher/fault", name, {"name": name}) for name in FAULTS]
        clear = button("/researcher/faults/clear", "Clear all", {})
        shown = table(["Call", "What", "When", "#Struck", "#Of"], rows, "None: everything works.")
        return markup('{}<div class="row">{}{}</div>', shown, joined(buttons), clear)

    def _how_to_connect(self) -> Html:
        text = (
            '<h2>Connect</h2><pre class="card wide">curl -H "Authorization: Token any" {}/api/v1/users/me/</pre>'
            '<p class="soft">An account of Machina: platform Prolific, endpoint {}. The same and more as JSON: '
            '<a href="/_ctl">/_ctl</a></p>'
        )
        return markup(text, self._url, self._url)

    # --- Buttons ---

    def _advance(self, request: Request) -> Reply:
        self.market.world.clock.advance(float(_number(dict(request.form).get("seconds", ""))))
        self.market.tick()
        return redirect("/researcher")

    def _deposit(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            self.market.deposit(_number(dict(request.form).get("pounds", "")).quantize(Decimal("0.01")))
        return redirect("/researcher")

    def _fault(self, request: Request) -> Reply:
        rule = FAULTS.get(dict(request.form).get("name", ""))
        if rule is None:
            raise Refusal("There is no such fault.")
        self.market.world.faults.add(dict(rule))
        return redirect("/researcher")

    def _clear(self, request: Request) -> Reply:
        self.market.world.faults.clear()
        return redirect("/researcher")


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Refusal(f"{text!r} is not a number.") from None
    if not found.is_finite():
        raise Refusal(f"{text!r} is not a number.")
    return found


def _shown(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _line(entry: Entry) -> list[object]:
    return [_shown(entry.at), entry.kind, pounds(entry.amount), entry.participant_id]


def _rule(fault: Fault) -> list[object]:
    return [fault.operation, fault.kind, fault.moment, fault.hits, fault.times or "all"]
