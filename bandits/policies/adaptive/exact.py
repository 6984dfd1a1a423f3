"""Sums that do not depend on their order: whole numbers and fractions, written down without loss.

A float is a whole number times a power of two, so sums of floats can be kept exactly. Where a method needs rounding
anyway (discounting), the sum is a float and stays one.
"""

from fractions import Fraction
from math import isfinite

from bandits.policies.errors import PolicyError

Exact = int | float | Fraction
LIMIT = 1e100  # its square, times any count, is still a float


def exact(value: float) -> int | Fraction:
    """The float as it is, without rounding.

    >>> exact(3.0), exact(0.5), sum([exact(0.1)] * 10) == 1
    (3, Fraction(1, 2), False)
    """
    return int(value) if value == int(value) else Fraction(value)


def written(value: Exact) -> int | float | str:
    """The sum as JSON: a whole number, a float, or "p/q".

    >>> written(exact(0.5) + exact(1.5)), written(exact(0.5)), written(0.25)
    (2, '1/2', 0.25)
    """
    if not isinstance(value, Fraction):
        return value
    return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def read(path: str, value: object) -> Exact:
    """What ``written`` wrote. PolicyError if it was something else."""
    if isinstance(value, str):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value):
        return value
    raise PolicyError.wrong(path, "a number", value)
