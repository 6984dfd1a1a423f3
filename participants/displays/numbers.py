"""Reading a number that somebody typed."""

from __future__ import annotations

import math
from decimal import Decimal

from .errors import NOT_A_NUMBER, NOT_WHOLE, OFF_STEP, TOO_HIGH, TOO_LOW, refuse

EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u066b\u066c\u2212", "01234567890123456789.,-")


def read_number(text: str, name: str) -> float:
    """The finite number in the text; a decimal comma and Arabic or Persian digits are understood."""
    plain = text.translate(EASTERN_DIGITS).replace("\u00a0", "").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain) if len(plain) <= 40 and "_" not in plain else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise refuse(name, NOT_A_NUMBER)
    return value


def within(value: float, name: str, *, low: float | None, high: float | None, step: float | None) -> int | float:
    """The number, if it lies in the range and on the step (counted from low, or from zero); whole ones as int."""
    if low is not None and value < low:
        raise refuse(name, TOO_LOW, low=f"{low:g}")
    if high is not None and value > high:
        raise refuse(name, TOO_HIGH, high=f"{high:g}")
    if step is not None and not on_step(value, low or 0.0, step):
        if step == 1:
            raise refuse(name, NOT_WHOLE)
        raise refuse(name, OFF_STEP, step=f"{step:g}")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def on_step(value: float, start: float, step: float) -> bool:
    """Whether the value is a whole number of steps away, in decimal arithmetic (0.3 is on a step of 0.1)."""
    return (Decimal(repr(value)) - Decimal(repr(start))) % Decimal(repr(step)) == 0
