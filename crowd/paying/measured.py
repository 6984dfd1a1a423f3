"""What was measured of somebody, as a formula counts with it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from experiments.types import Json


def numbers_of(measured: Iterable[tuple[str, Json]]) -> dict[str, list[Decimal]]:
    """Measure > its values in the order given. True counts 1, a text that is a number is one; others are left out.

    >>> numbers_of([("correct", True), ("correct", False), ("note", "well"), ("score", "0.80")])
    {'correct': [Decimal('1'), Decimal('0')], 'score': [Decimal('0.80')]}
    """
    found: dict[str, list[Decimal]] = {}
    for name, value in measured:
        number = _number(value)
        if number is not None:
            found.setdefault(name, []).append(number)
    return found


def _number(value: Json) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal(int(value))
    if not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
