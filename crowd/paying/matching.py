"""Whether what a platform shows holds a payment of ours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crowd.platforms.base import BonusSeen


def shows(seen: Sequence[BonusSeen], *, reference: str, amount: Decimal, told_apart: Sequence[Decimal] = ()) -> bool:
    """By our reference in the reason. Of a platform that keeps no reasons: one more of that amount than we know of.

    told_apart: amounts of our other payments through the same submission that may be among those seen.

    >>> from decimal import Decimal as D
    >>> shows([BonusSeen("s", D("0.50"), "Well done. [AB]")], reference="AB", amount=D("0.50"))
    True
    >>> shows([BonusSeen("s", D("0.50"))], reference="AB", amount=D("0.50"), told_apart=[D("0.50")])
    False
    """
    if any(reference in each.reason for each in seen):
        return True
    nameless = [each.amount for each in seen if not each.reason]
    return nameless.count(amount) > list(told_apart).count(amount)
