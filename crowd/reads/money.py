"""The money of a campaign, or of a study, as its payments and its account book say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum

from crowd.models import BudgetEntry, Campaign, LedgerCheck, Obligation, Payment
from crowd.paying.cost import ZERO
from crowd.reconcile.words import PaymentState
from experiments.models import Study
from experiments.types import JsonObject

SENT: Final = (PaymentState.SENDING, PaymentState.UNKNOWN, PaymentState.CONFIRMED)
OPEN: Final = (PaymentState.APPROVED, PaymentState.SENDING, PaymentState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Tally:
    """So many payments of so much, and the fees on them."""

    n: int = 0
    amount: Decimal = ZERO
    fee: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """With fees."""
        return self.amount + self.fee

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.n + other.n, self.amount + other.amount, self.fee + other.fee)

    def as_json(self) -> JsonObject:
        """Amounts as text."""
        return {"payments": self.n, "amount": str(self.amount), "fee": str(self.fee)}


@dataclass(frozen=True, slots=True)
class Report:
    """kinds: kind of obligation > state > tally. held: in the account book, fees included; booked: spent there.

    strange, missing: what the last comparison with the platform showed beyond ours, and of ours did not show.
    """

    currency: str
    held: Decimal
    booked: Decimal
    kinds: dict[str, dict[str, Tally]] = field(default_factory=dict)
    strange: Decimal = ZERO
    missing: Decimal = ZERO

    def of(self, *states: str) -> Tally:
        """All kinds together."""
        return sum((row.get(state, Tally()) for row in self.kinds.values() for state in states), Tally())

    def __add__(self, other: Report) -> Report:
        """Both together; of one currency."""
        names = [kind for kind in Obligation.Kind.values if kind in self.kinds or kind in other.kinds]
        return Report(
            self.currency,
            self.held + other.held,
            self.booked + other.booked,
            {name: _added(self.kinds.get(name, {}), other.kinds.get(name, {})) for name in names},
            self.strange + other.strange,
            self.missing + other.missing,
        )

    @property
    def planned(self) -> Tally:
        """Owed, and approved by nobody yet."""
        return self.of(PaymentState.PLANNED)

    @property
    def approved(self) -> Tally:
        """To be sent."""
        return self.of(PaymentState.APPROVED)

    @property
    def sent(self) -> Tally:
        """What has left the house, or may have."""
        return self.of(*SENT)

    @property
    def confirmed(self) -> Tally:
        """What the platform says it paid; its fees are the fees of the report."""
        return self.of(PaymentState.CONFIRMED)

    @property
    def unknown(self) -> Tally:
        """Sent, no answer yet."""
        return self.of(PaymentState.SENDING, PaymentState.UNKNOWN)

    @property
    def failed(self) -> Tally:
        """Refused by the platform; still owed."""
        return self.of(PaymentState.FAILED)

    @property
    def unexplained(self) -> Decimal:
        """Sent or booked and not confirmed; shown by the platform and not ours, or ours and not shown."""
        apart = abs(self.booked - self.confirmed.total)
        return self.unknown.amount + apart + self.strange + self.missing

    @property
    def is_balanced(self) -> bool:
        """Every cent is accounted for."""
        return self.unexplained == 0

    def as_json(self) -> JsonObject:
        """For the API, the command and the CSV."""
        sums = {"planned": self.planned, "approved": self.approved, "sent": self.sent, "confirmed": self.confirmed}
        return {
            "currency": self.currency,
            **{name: tally.as_json() for name, tally in sums.items()},
            "unknown": self.unknown.as_json(),
            "failed": self.failed.as_json(),
            "reserved": str(self.held),
            "fees": str(self.confirmed.fee),
            "spent": str(self.booked),
            "unexplained": str(self.unexplained),
            "is_balanced": self.is_balanced,
            "kinds": {
                kind: {state: tally.as_json() for state, tally in row.items()} for kind, row in self.kinds.items()
            },
        }


def _added(one: dict[str, Tally], other: dict[str, Tally]) -> dict[str, Tally]:
    return {state: one.get(state, Tally()) + other.get(state, Tally()) for state in {**one, **other}}


def report_of(campaign: Campaign) -> Report:
    """Three queries."""
    return reports_of([campaign], campaign.experiment.study)[campaign.pk]


def report_of_study(study: Study) -> Report:
    """All its campaigns together. Four queries."""
    return together(reports_of(list(Campaign.objects.filter(experiment__study=study)), study).values(), study)


def together(reports: Iterable[Report], study: Study) -> Report:
    """Of several campaigns of one study."""
    return sum(reports, Report(study.currency, ZERO, ZERO))


def reports_of(campaigns: Sequence[Campaign], study: Study) -> dict[int, Report]:
    """Campaign > its report. Three queries for all of them."""
    kinds, booked, checked = _kinds(campaigns), _booked(campaigns), _checked(campaigns)
    nothing = (ZERO, ZERO)
    return {
        each.pk: Report(
            study.currency, *booked.get(each.pk, nothing), kinds.get(each.pk, {}), *checked.get(each.pk, nothing)
        )
        for each in campaigns
    }


def payments_of(campaign: Campaign) -> QuerySet[Payment]:
    """With what they are for, the newest first."""
    rows = Payment.objects.filter(obligation__campaign=campaign).order_by("-pk")
    return rows.select_related("obligation__participant", "obligation__submission", "approved_by")


def last_check(campaign: Campaign) -> LedgerCheck | None:
    """The last comparison with what the platform shows."""
    return LedgerCheck.objects.filter(campaign=campaign).order_by("-pk").first()


def _kinds(campaigns: Sequence[Campaign]) -> dict[int, dict[str, dict[str, Tally]]]:
    """Campaign > kind of obligation > state > tally."""
    rows = Payment.objects.filter(obligation__campaign__in=campaigns).order_by()
    sums = rows.values_list("obligation__campaign", "obligation__kind", "state")
    found: dict[int, dict[str, dict[str, Tally]]] = {}
    for campaign, kind, state, n, amount, fee in sums.annotate(Count("pk"), Sum("obligation__amount"), Sum("fee")):
        found.setdefault(campaign, {}).setdefault(kind, {})[state] = Tally(n, amount, fee)
    return {campaign: _in_order(kinds) for campaign, kinds in found.items()}


def _in_order(kinds: dict[str, dict[str, Tally]]) -> dict[str, dict[str, Tally]]:
    return {kind: kinds[kind] for kind in Obligation.Kind.values if kind in kinds}


def _booked(campaigns: Sequence[Campaign]) -> dict[int, tuple[Decimal, Decimal]]:
    """Campaign > what the account book holds for it, hold by hold, and what it has spent."""
    cost = F("amount") + F("fee")
    entries = BudgetEntry.objects.filter(campaign__in=campaigns).order_by().values("campaign", "hold")
    sums = entries.annotate(
        in_=Sum(cost, filter=Q(kind="reserve"), default=ZERO),
        out=Sum(cost, filter=Q(kind__in=("release", "spend")), default=ZERO),
        spent=Sum(cost, filter=Q(kind="spend"), default=ZERO),
    )
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for campaign, in_, out, spent in sums.values_list("campaign", "in_", "out", "spent"):
        held, booked = found.get(campaign, (ZERO, ZERO))
        found[campaign] = (held + max(in_ - out, ZERO), booked + spent)
    return found


def _checked(campaigns: Sequence[Campaign]) -> dict[int, tuple[Decimal, Decimal]]:
    """Campaign > what stands apart by its last comparison."""
    last = LedgerCheck.objects.filter(campaign__in=campaigns).order_by("campaign_id", "-pk").distinct("campaign_id")
    rows = last.values_list("campaign_id", "strange_amount", "missing_amount")
    return {campaign: (strange, missing) for campaign, strange, missing in rows}
