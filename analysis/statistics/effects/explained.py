"""Shares of variance explained: eta squared, omega squared, epsilon squared, from an F test. Steiger (2004)."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt

from analysis.statistics.effects.noncentral import f_limits
from analysis.statistics.estimates.referring import bare
from analysis.statistics.words import Estimate, NoAnswer, Tested


def eta_squared(tested: Tested, *, level: float = 0.1) -> Estimate:
    """Partial eta squared of an F test: what the effect explains of itself and the residual.

    level 0.1 by custom: the interval then excludes 0 just if F is significant at 0.05. NoAnswer if it is no F test.
    """
    f, above, below = _f(tested)
    value = above * f / (above * f + below)
    return _within(tested, value, level, "eta-squared")


def omega_squared(tested: Tested, *, level: float = 0.1) -> Estimate:
    """Partial omega squared: eta squared without most of its bias; 0 where it would be below."""
    f, above, below = _f(tested)
    n = above + below + 1
    value = max(above * (f - 1) / (above * (f - 1) + n), 0.0)
    return _within(tested, value, level, "omega-squared")


def cohen_f(tested: Tested, *, level: float = 0.1) -> Estimate:
    """The square root of explained over unexplained variance, as power calculations take it."""
    eta = eta_squared(tested, level=level)
    figures = [sqrt(share / (1 - share)) if share < 1 else inf for share in (eta.value, eta.low, eta.high)]
    return replace(eta, value=figures[0], low=figures[1], high=figures[2], method="cohen-f")


def _f(tested: Tested) -> tuple[float, float, float]:
    if tested.name != "F" or len(tested.degrees) != 2:
        raise NoAnswer("A share of variance explained is told of an F test; this is none.")
    return tested.statistic, tested.degrees[0], tested.degrees[1]


def _within(tested: Tested, value: float, level: float, method: str) -> Estimate:
    f, above, below = _f(tested)
    n = above + below + 1
    low, high = (limit / (limit + n) for limit in f_limits(f, (above, below), level))
    found = replace(bare(value, tested.n, level, method), p_value=tested.p_value)
    return replace(found, low=min(low, value), high=max(high, value))
