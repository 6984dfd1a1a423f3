"""An amount for somebody, and what the platform takes for passing it on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Cost:
    """Both at least 0, in the study's currency, two decimals.

    >>> (Cost(Decimal("1.00"), Decimal("0.20")) * 9).total
    Decimal('10.80')
    """

    amount: Decimal
    fee: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What leaves the budget."""
        return self.amount + self.fee

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.amount + other.amount, self.fee + other.fee)

    def __mul__(self, times: int) -> Cost:
        return Cost(self.amount * times, self.fee * times)
