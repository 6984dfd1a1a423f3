"""What stands on every payer's page of a stand-in: the clock, the money and the faults, each with its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Protocol

from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import Handler, Refusal, Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import button, table
from crowd.standin.kernel.world import World

STEPS = {"10 minutes": 600, "1 hour": 3600, "1 day": 86_400, "1 week": 604_800, "3 weeks": 1_814_400}
MOST = 10**9


class Purse(Protocol):
    """Money: free, and held for what is posted."""

    @property
    def available(self) -> Decimal:
        """Free to be spent."""

    @property
    def held(self) -> Decimal:
        """For work that may still be done."""


class Market(Protocol):
    """What a desk moves."""

    world: World

    @property
    def purse(self) -> Purse:
        """The payer's."""

    @property
    def now(self) -> float:
        """On the movable clock."""

    def tick(self) -> None:
        """Let what is due happen."""

    def deposit(self, amount: Decimal) -> None:
        """Money paid in."""


@dataclass(frozen=True)
class Desk:
    """path: of the page. work: what money is held for. money: as people write it. bonus: the call that pays one."""

    market: Market
    path: str
    work: str
    money: Callable[[Decimal], str]
    bonus: str

    def pages(self) -> Mapping[str, Handler]:
        """The buttons, by method and path. Each leads back to the page."""
        return {
            f"POST {self.path}/clock": self._advance,
            f"POST {self.path}/deposit": self._deposit,
            f"POST {self.path}/fault": self._fault,
            f"POST {self.path}/faults/clear": self._clear,
        }

    def figures(self) -> Html:
        """What is free and held, and what time it is."""
        purse, moved = self.market.purse, self.market.world.clock.ahead
        steps = [button(f"{self.path}/clock", f"+ {name}", {"seconds": str(n)}) for name, n in STEPS.items()]
        note = f" ({moved / 3600:.1f} hours ahead of this machine)" if moved else ""
        return markup(
            '<div class="card"><div class="row"><span>Free: <strong>{}</strong> · held for {}: <strong>{}</strong>'
            '</span><form method="post" action="{}/deposit"><label>Pay in '
            '<input name="amount" value="100" size="6" inputmode="decimal"></label><button>Pay in</button>'
            "</form></div></div>"
            '<div class="card"><div class="row"><span>It is <strong>{}</strong>{}</span>'
            '<span class="buttons">{}</span></div></div>',
            *(self.money(purse.available), self.work, self.money(purse.held), self.path),
            *(shown(self.market.now), note, joined(steps)),
        )

    def faults(self) -> Html:
        """Those that are set, and the way to set one."""
        rows = [_rule(fault) for fault in self.market.world.faults.all()]
        buttons = [button(f"{self.path}/fault", name, {"name": name}) for name in self._rules()]
        clear = button(f"{self.path}/faults/clear", "Clear all", {})
        table_of_them = table(["Call", "What", "When", "#Struck", "#Of"], rows, "None: everything works.")
        return markup('{}<div class="buttons">{}{}</div>', table_of_them, joined(buttons), clear)

    def _rules(self) -> dict[str, dict[str, str | int]]:
        return {
            "Lose the reply of the next bonus": {"operation": self.bonus, "kind": "drop", "moment": "after"},
            "Throttle the next 3 calls": {"operation": "*", "kind": "throttle", "times": 3},
            "Fail until this is cleared": {"operation": "*", "kind": "error", "times": 0},
        }

    def _advance(self, request: Request) -> Reply:
        self.market.world.clock.advance(float(number(dict(request.form).get("seconds", ""))))
        self.market.tick()
        return redirect(self.path)

    def _deposit(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            self.market.deposit(number(dict(request.form).get("amount", "")).quantize(Decimal("0.01")))
        return redirect(self.path)

    def _fault(self, request: Request) -> Reply:
        rule = self._rules().get(dict(request.form).get("name", ""))
        if rule is None:
            raise Refusal("There is no such fault.")
        self.market.world.faults.add(dict(rule))
        return redirect(self.path)

    def _clear(self, request: Request) -> Reply:
        self.market.world.faults.clear()
        return redirect(self.path)


def shown(moment: float) -> str:
    """A moment of the clock as people read it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")


def number(text: str) -> Decimal:
    """Between 0 and a milliard; refused otherwise."""
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise Refusal(f"{text!r} is not a number.") from error
    if not found.is_finite() or not 0 <= found < MOST:
        raise Refusal(f"{text} is not between 0 and a milliard.")
    return found


def _rule(fault: Fault) -> list[object]:
    return [fault.operation, fault.kind, fault.moment, fault.hits, fault.times or "all"]
