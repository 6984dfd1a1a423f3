"""A campaign's money at a glance, from the account book alone. Two queries, of any size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum, Value
from django.db.models.functions import StrIndex, Substr

from crowd.models import BudgetEntry, Campaign, Posting

NOTHING = Decimal("0.00")
Kind = BudgetEntry.Kind


@dataclass(frozen=True, slots=True)
class Glance:
    """held: by what it waits for ("campaign", "posting", "submission", "payment"), fees included.

    paid, fees: what has left. planned: what was confirmed, top-ups too.
    """

    planned: Decimal
    held: dict[str, Decimal]
    paid: Decimal
    fees: Decimal

    @property
    def spent(self) -> Decimal:
        """With fees."""
        return self.paid + self.fees

    @property
    def waiting(self) -> Decimal:
        """Held, for whatever."""
        return sum(self.held.values(), NOTHING)

    def held_for(self, *kinds: str) -> Decimal:
        """Held for things of those kinds."""
        return sum((self.held.get(kind, NOTHING) for kind in kinds), NOTHING)

    @property
    def freed(self) -> Decimal:
        """Confirmed, and not needed after all; at least 0."""
        return max(NOTHING, self.planned - self.waiting - self.spent)

    def share(self, amount: Decimal) -> float:
        """Percent of what was confirmed, in [0, 100]."""
        whole = max(self.planned, self.waiting + self.spent)
        return float(round(100 * amount / whole, 2)) if whole else 0.0


def glance_at(campaign: Campaign) -> Glance:
    """One query."""
    own = f"campaign:{campaign.uuid.hex}"
    kind_of_hold = Substr("hold", 1, StrIndex("hold", Value(":")) - 1)
    rows = (
        BudgetEntry.objects.filter(campaign=campaign)
        .order_by()
        .annotate(of=kind_of_hold)
        .values_list("of", "kind")
        .annotate(amounts=Sum("amount"), fees=Sum("fee"))
    )
    held: dict[str, Decimal] = {}
    paid = fees = NOTHING
    for of, kind, amounts, taken in rows:
        if kind == Kind.SPEND:
            paid, fees = paid + amounts, fees + taken
        if kind in (Kind.RESERVE, Kind.RELEASE, Kind.SPEND):
            sign = 1 if kind == Kind.RESERVE else -1
            held[of] = held.get(of, NOTHING) + sign * (amounts + taken)
    left = {of: max(NOTHING, amount) for of, amount in held.items()}
    return Glance(_planned(campaign, own), left, paid, fees)


def postings_with_money(campaign: Campaign, postings: QuerySet[Posting]) -> Iterable[Posting]:
    """Those of them whose hold still has something. Two queries."""
    rich = set(open_holds(campaign, of="posting"))
    return [each for each in postings if f"posting:{each.uuid.hex}" in rich] if rich else []


def open_holds(campaign: Campaign, *, of: str = "") -> list[str]:
    """Names of the holds that still have something, of one kind or of all. One query."""
    entries = BudgetEntry.objects.filter(campaign=campaign, hold__startswith=f"{of}:" if of else "").order_by()
    sums: dict[str, Decimal] = {}
    for hold, kind, total in entries.values_list("hold", "kind").annotate(total=Sum(F("amount") + F("fee"))):
        sums[hold] = sums.get(hold, NOTHING) + (total if kind == Kind.RESERVE else -total)
    return sorted(hold for hold, left in sums.items() if hold and left > 0)


def _planned(campaign: Campaign, hold: str) -> Decimal:
    """What was reserved for the plan and its top-ups; what came back to it from postings does not count again."""
    entries = BudgetEntry.objects.filter(campaign=campaign, hold=hold, kind=Kind.RESERVE, key__startswith=f"{hold}#")
    return entries.aggregate(total=Sum(F("amount") + F("fee")))["total"] or NOTHING
