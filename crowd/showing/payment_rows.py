"""How the page of a campaign's money shows its rows. Words and order; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet

from crowd.models import Campaign, Obligation, Payment
from crowd.paying.cost import ZERO
from crowd.reads.money import Report, Tally, payments_of
from crowd.reconcile.words import PaymentState
from crowd.services.approving import PaymentPlan
from crowd.services.payments import cost_of

STEPS: Final = (
    ("Planned", "owed, approved by nobody yet", (PaymentState.PLANNED,)),
    ("Approved", "goes out next", (PaymentState.APPROVED,)),
    ("On its way", "sent, no answer yet", (PaymentState.SENDING, PaymentState.UNKNOWN)),
    ("Confirmed", "the platform paid it", (PaymentState.CONFIRMED,)),
    ("Failed", "the platform refused it", (PaymentState.FAILED,)),
)
CHIPS: Final = {
    PaymentState.CONFIRMED: "is-running",
    PaymentState.SENDING: "is-paused",
    PaymentState.UNKNOWN: "is-alarm",
    PaymentState.FAILED: "is-alarm",
}
TITLES: Final = dict(Obligation.Kind.choices)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of obligation, with a tally for each step and one for all that is not called off."""

    title: str
    steps: tuple[Tally, ...]

    @property
    def whole(self) -> Tally:
        """All steps together."""
        return sum(self.steps, Tally())


def rows_of(report: Report) -> list[KindRow]:
    """The table, kind by kind."""
    return [
        KindRow(
            str(TITLES[Obligation.Kind(kind)]),
            tuple(sum((states.get(state, Tally()) for state in names), Tally()) for _, _, names in STEPS),
        )
        for kind, states in report.kinds.items()
    ]


def sums_of(report: Report) -> KindRow:
    """Its last line."""
    return KindRow("Together", tuple(report.of(*names) for _, _, names in STEPS))


def kinds_of(plan: PaymentPlan) -> list[tuple[str, int, Decimal]]:
    """(kind, payments, total with fees) of what would go out."""
    found: dict[str, tuple[int, Decimal]] = {}
    for payment in plan.payments:
        kind = payment.obligation.kind
        n, total = found.get(kind, (0, ZERO))
        found[kind] = (n + 1, total + cost_of(payment).total)
    return [(str(TITLES[Obligation.Kind(kind)]), *sums) for kind, sums in sorted(found.items())]


def waiting_payments(campaign: Campaign) -> QuerySet[Payment]:
    """Those that somebody should look at: failed, unknown, or approved and held up."""
    stuck = Q(state=PaymentState.APPROVED) & ~Q(trouble="")
    wayless = Q(pk__in=Payment.objects.without_way().filter(obligation__campaign=campaign).values("pk"))
    return payments_of(campaign).filter(Q(state__in=(PaymentState.FAILED, PaymentState.UNKNOWN)) | stuck | wayless)
