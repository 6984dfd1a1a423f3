"""Several arms against one control: intervals and p-values that hold for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from analysis.statistics.moments import Moments
from analysis.statistics.multiplicity.adjusting import Array
from analysis.statistics.words import Estimate, NoAnswer, Validity

NODES = 96


@dataclass(frozen=True, slots=True)
class Compared:
    """Arms compared with one control. shares: of each arm, sqrt(n / (n + n of the control)): what makes two
    comparisons go together.
    """

    shares: Array
    degrees: int


def dunnett(control: Moments, arms: Sequence[Moments], *, level: float) -> list[Estimate]:
    """Differences of means, arm less control, whose intervals all hold at once. Dunnett (1955), JASA 50.

    One look; values normal with the same variance in all groups, which is pooled. NoAnswer without two groups, with an
    empty one, with fewer values than groups and one more, or if no value differs from its group's mean.
    """
    groups = [control, *arms]
    if not arms or min(group.n for group in groups) < 1:
        raise NoAnswer("A group is empty: there is nothing to compare with the control.")
    degrees = sum(group.n for group in groups) - len(groups)
    if degrees < 1:
        raise NoAnswer("Each group has one value: nothing says how much values vary.")
    variance = sum(float(group.scatter[0, 0]) for group in groups) / degrees
    if not variance > 0:
        raise NoAnswer("No value differs from its group's mean: nothing says how much values vary.")
    design = Compared(np.array([sqrt(arm.n / (arm.n + control.n)) for arm in arms]), degrees)
    wide = critical(design, level)
    return [_estimate(control, arm, variance, design, (wide, level)) for arm in arms]


def _estimate(control: Moments, arm: Moments, variance: float, design: Compared, cut: tuple[float, float]) -> Estimate:
    wide, level = cut
    error = sqrt(variance * (1 / arm.n + 1 / control.n))
    value = float(arm.mean[0] - control.mean[0])
    return Estimate(
        value=value,
        low=value - wide * error,
        high=value + wide * error,
        level=level,
        n=arm.n + control.n,
        method="dunnett",
        validity=Validity.FIXED,
        p_value=float(min(max(exceeding(abs(value) / error, design.shares, design.degrees), 0.0), 1.0)),
        standard_error=error,
    )


def exceeding(t: float, shares: Array, degrees: int) -> float:
    """The chance that the largest of the absolute statistics exceeds t, if no arm differs from the control.

    Given the control's mean z and the pooled deviation s they are independent; both are integrated over, z by Gauss and
    Hermite, s by Gauss and Legendre on its quantiles. Good to about 1e-9. Dunnett and Sobel (1955).
    """
    from scipy.special import ndtr

    z, weight_z = _normal_nodes()
    s, weight_s = _deviation_nodes(degrees)
    rest = np.sqrt(1 - shares**2)
    shift = np.outer(shares, z)[:, :, None]
    inside = ndtr((t * s - shift) / rest[:, None, None]) - ndtr((-t * s - shift) / rest[:, None, None])
    return float(weight_z @ (1 - inside.prod(axis=0)) @ weight_s)


def critical(design: Compared, level: float) -> float:
    """What the largest absolute statistic exceeds with that chance, if no arm differs from the control."""
    from scipy.optimize import brentq
    from scipy.stats import t as student

    alone = float(student.isf(level / 2, design.degrees))
    most = float(student.isf(level / 2 / len(design.shares), design.degrees))
    if most - alone < 1e-12:
        return alone
    found = brentq(lambda t: exceeding(t, design.shares, design.degrees) - level, alone - 1e-6, most + 1e-6, xtol=1e-10)
    return float(found)


@lru_cache(maxsize=1)
def _normal_nodes() -> tuple[Array, Array]:
    nodes, weights = hermegauss(NODES)
    return nodes, weights / weights.sum()


@lru_cache(maxsize=64)
def _deviation_nodes(degrees: int) -> tuple[Array, Array]:
    """Of sqrt(chi-square / degrees), between quantiles that leave 1e-13 outside."""
    from scipy.stats import chi2

    low, high = np.sqrt(np.array([chi2.ppf(1e-13, degrees), chi2.isf(1e-13, degrees)]) / degrees)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    s = (high - low) / 2 * nodes + (high + low) / 2
    density = chi2.pdf(degrees * s**2, degrees) * 2 * degrees * s
    w = weights * density
    return s, w / w.sum()
