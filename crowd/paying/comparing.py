"""Our payments beside what a platform shows: what is on one side alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from crowd.paying.cost import ZERO
from crowd.paying.keys import REFERENCE_LENGTH
from crowd.platforms.base import BonusSeen

REFERENCE: Final = re.compile(rf"\b[A-Z2-7]{{{REFERENCE_LENGTH}}}\b")


@dataclass(frozen=True, slots=True)
class Comparison:
    """shown: what the platform lists. strange: those that are not ours. missing: ours that it does not list."""

    shown: tuple[Decimal, ...]
    strange: tuple[Decimal, ...]
    missing: tuple[Decimal, ...]


def compare(seen: Iterable[BonusSeen], ours: Mapping[str, Decimal], confirmed: Iterable[str]) -> Comparison:
    """ours: reference > amount of every payment. confirmed: references of those that are to be there.

    One reference that is shown twice is strange the second time, and so is one with another amount.

    >>> one = BonusSeen("s", Decimal("0.50"), "Well done. [AAAAAAAAAAAA]")
    >>> compare([one, one], {"AAAAAAAAAAAA": Decimal("0.50")}, ["AAAAAAAAAAAA"]).strange
    (Decimal('0.50'),)
    """
    left = dict(ours)
    shown, strange = list[Decimal](), list[Decimal]()
    for each in seen:
        shown.append(each.amount)
        named = next((name for name in REFERENCE.findall(each.reason) if name in left), "")
        if not named or left.pop(named) != each.amount:
            strange.append(each.amount)
    missing = tuple(left[name] for name in confirmed if name in left)
    return Comparison(tuple(shown), tuple(strange), missing)


Paid = tuple[str, Decimal]
"""The work that it was for, by the platform's id, and how much."""


def compare_by_work(seen: Iterable[BonusSeen], *, confirmed: Iterable[Paid], maybe: Iterable[Paid]) -> Comparison:
    """For a platform that keeps no reasons: as many bonuses of an amount for one work as we know of are ours.

    maybe: sent, and nobody knows: they may be shown, and need not be.

    >>> paid = ("s", Decimal("0.50"))
    >>> two = [BonusSeen("s", Decimal("0.50")), BonusSeen("s", Decimal("0.50"))]
    >>> compare_by_work(two, confirmed=[paid], maybe=[]).strange
    (Decimal('0.50'),)
    >>> compare_by_work(two, confirmed=[paid], maybe=[paid]).strange
    ()
    """
    shown = [(each.submission_id, each.amount) for each in seen]
    found, sure = Counter(shown), Counter(confirmed)
    strange = found - sure - Counter(maybe)
    missing = sure - found
    return Comparison(tuple(amount for _, amount in shown), tuple(_amounts(strange)), tuple(_amounts(missing)))


def _amounts(counts: Counter[Paid]) -> Iterator[Decimal]:
    for (_, amount), n in counts.items():
        yield from (amount,) * n


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Of none 0.00."""
    return sum(amounts, ZERO)
