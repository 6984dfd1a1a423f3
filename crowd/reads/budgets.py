"""What of a study's budget is free."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crowd.models import Budget, Campaign, Obligation
from experiments.models import Study

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Room:
    """limit: as the study says now, but never below what is held and spent. Amounts in its currency."""

    limit: Decimal
    held: Decimal
    spent: Decimal
    currency: str

    @property
    def free(self) -> Decimal:
        """What may still be reserved."""
        return self.limit - self.held - self.spent

    def share(self, amount: Decimal) -> float:
        """Percent of the limit, in [0, 100]."""
        return float(min(Decimal(100), round(100 * amount / self.limit, 2))) if self.limit > 0 else 0.0


def room_of(study: Study) -> Room:
    """One query. Nothing is locked: a reservation looks again."""
    row = Budget.objects.filter(study=study).first()
    held, spent = (row.reserved, row.spent) if row else (NOTHING, NOTHING)
    return Room(max(study.budget, held + spent), held, spent, study.currency)


def why_currency_stays(study: Study) -> str:
    """A sentence once amounts in it were confirmed, held or owed; "" before. Two queries."""
    campaigns = Campaign.objects.filter(experiment__study=study)
    published = campaigns.exclude(status=Campaign.Status.DRAFT).order_by("pk").first()
    if published is not None:
        return f"people were offered amounts in it by the campaign “{published.title}”."
    if Obligation.objects.filter(campaign__in=campaigns).exists():
        return "people are owed amounts in it."
    return ""
