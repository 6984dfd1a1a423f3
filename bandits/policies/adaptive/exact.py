"""Sums that do not depend on their order: whole numbers and fractions, written down without loss.

A float is a whole number times a power of two, so sums of floats can be kept exactly. Where a method needs rounding
anyway (discounting), the sum is a float and stays one.
"""

from collections.abc import Sequence
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


def exact_sums(values: Sequence[float]) -> tuple[int | Fraction, int | Fraction]:
    """The sum of the values and the sum of their squares, without rounding: whole numbers over one power of two.

    >>> exact_sums([0.5, 1.0, 0.25])
    (Fraction(7, 4), Fraction(21, 16))
    """
    ratios = [value.as_integer_ratio() for value in values]
    below = max((part for _, part in ratios), default=1)
    wholes = [whole * (below // part) for whole, part in ratios]
    total, squares = sum(wholes), sum(whole * whole for whole in wholes)
    return (total, squares) if below == 1 else (Fraction(total, below), Fraction(squares, below * below))


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
