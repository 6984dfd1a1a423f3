"""Confidence sequences: they hold the mean at every look at once, and reproduce their formulas' figures."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, sqrt

import numpy as np
import pytest

from analysis.statistics.confidence_sequences import (
    Bounds,
    asymptotic,
    asymptotic_p,
    betting,
    empirical_bernstein,
    hoeffding,
    mixture_ratio,
    normal_mixture_boundary,
)
from tests.proof import PROOF

LEVEL, RUNS = 0.1, 150
BETS = 200 if PROOF else 80
Sequence = Callable[..., Bounds]
ALL = pytest.mark.parametrize("sequence", [hoeffding, empirical_bernstein, betting])


@ALL
@pytest.mark.parametrize("rate", [0.5, 0.05])
def test_the_mean_is_ever_outside_at_most_as_often_as_the_level(sequence: Sequence, rate: float) -> None:
    runs = (np.random.default_rng(6).random((RUNS, 200)) < rate).astype(float)
    runs = runs[:40] if sequence is betting else runs
    missed = [ever_outside(sequence(run, level=LEVEL), rate) for run in runs]

    assert np.mean(missed) <= LEVEL


@pytest.mark.slow
@ALL
@pytest.mark.parametrize("rate", [0.5, 0.1, 0.01])
def test_the_mean_is_ever_outside_at_most_as_often_as_the_level_in_long_runs(sequence: Sequence, rate: float) -> None:
    many = BETS if sequence is betting else 2_000
    runs = np.random.default_rng(7).beta(4 * rate, 4 * (1 - rate), (many, 2_000))
    missed = [ever_outside(sequence(run, level=LEVEL), rate) for run in runs]

    assert np.mean(missed) <= LEVEL + 3 * sqrt(LEVEL * (1 - LEVEL) / many)


def ever_outside(bounds: Bounds, mean: float) -> bool:
    return bool(((bounds.lower > mean) | (bounds.upper < mean)).any())


def test_each_side_spends_half_the_level_and_not_a_quarter() -> None:
    """The conjugate-mixture sequence of confseq halves the level twice; one side is its one-sided bound here."""
    from analysis.statistics.confidence_sequences import bernstein_lower

    values = np.random.default_rng(8).random(300)

    both = empirical_bernstein(values, level=0.05)

    assert both.lower[-1] == bernstein_lower(values, level=0.025)[-1]
    assert both.upper[-1] == 1 - bernstein_lower(1 - values, level=0.025)[-1]
    assert both.lower[-1] > empirical_bernstein(values, level=0.025).lower[-1]


def test_empirical_bernstein_is_its_formula_written_as_a_loop() -> None:
    values = [float(x) for x in np.random.default_rng(9).beta(2, 5, 120)]
    level = 0.025
    won = bets = charge = spread = total = 0.0
    for t, x in enumerate(values, 1):
        bet = min(0.5, sqrt(2 * log(1 / level) / (t * log(1 + t) * (0.25 + spread) / t)))
        guess = total / (t - 1) if t > 1 else 0.0
        total += x
        spread += (x - (0.5 + total) / (t + 1)) ** 2
        won, bets = won + bet * x, bets + bet
        charge += (x - guess) ** 2 * (-log(1 - bet) - bet)

    found = empirical_bernstein(values, level=2 * level).lower[-1]

    assert found == pytest.approx((won - log(1 / level) - charge) / bets, rel=1e-12)


def test_betting_keeps_the_means_against_which_nobody_won_enough() -> None:
    values, level = np.random.default_rng(10).beta(2, 5, 80), 0.05
    spread = total = 0.0
    bets = []
    for t, x in enumerate(values, 1):
        bets.append(sqrt(2 * log(1 / level) / (t * log(1 + t) * (0.25 + spread) / t)))
        total += x
        spread += (x - (0.5 + total) / (t + 1)) ** 2

    def capital(mean: float) -> float:
        up = down = 0.5
        for x, bet in zip(values, bets, strict=True):
            up *= 1 + min(bet, 0.5 / mean) * (x - mean)
            down *= 1 - min(bet, 0.5 / (1 - mean)) * (x - mean)
        return max(up, down)

    found = betting(values, level=level)

    assert capital(found.lower[-1] + 0.0011) < 1 / level < capital(found.lower[-1] - 1e-9)
    assert capital(found.upper[-1] - 0.0011) < 1 / level < capital(found.upper[-1] + 1e-9)


def test_the_better_the_method_the_narrower() -> None:
    values = np.random.default_rng(11).beta(10, 30, 500)
    widths = [
        float((b := method(values)).upper[-1] - b.lower[-1]) for method in (hoeffding, empirical_bernstein, betting)
    ]

    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 1.5 * widths[2]


@ALL
def test_values_in_any_range_are_the_same_turned_and_stretched(sequence: Sequence) -> None:
    values = np.random.default_rng(12).random(60)
    unit, wide = sequence(values), sequence(100 * values - 20, low=-20, high=80)

    assert wide.lower == pytest.approx(100 * unit.lower - 20)
    assert wide.upper == pytest.approx(100 * unit.upper - 20)


@ALL
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_equal_values_at_an_end_leave_that_end_in(sequence: Sequence, value: float) -> None:
    bounds = sequence(np.full(300, value))

    assert bounds.lower[-1] <= value <= bounds.upper[-1]
    assert bounds.upper[-1] - bounds.lower[-1] < 0.3
    assert np.isfinite(bounds.lower).all()


def test_cut_with_all_before_it_never_widens() -> None:
    bounds = empirical_bernstein(np.random.default_rng(13).random(400)).intersected()

    assert (np.diff(bounds.lower) >= 0).all()
    assert (np.diff(bounds.upper) <= 0).all()


@ALL
@pytest.mark.parametrize("values", [[], [0.2, 1.2], [0.2, float("nan")], [[0.1], [0.2]]])
def test_what_would_void_the_guarantee_is_refused(sequence: Sequence, values: list[float]) -> None:
    with pytest.raises(ValueError, match="values must be"):
        sequence(values)


def test_the_asymptotic_sequence_reproduces_the_reference_case() -> None:
    control, treatment = (412, 5231.5, 98211.25), (389, 5377.25, 104903.5)
    (mean_c, var_c), (mean_t, var_t) = ((s / n, (q - s * s / n) / (n - 1)) for n, s, q in (control, treatment))
    effect = (mean_t - mean_c) / mean_c
    variance = var_t / (389 * mean_c**2) + var_c * mean_t**2 / (412 * mean_c**4)

    found = asymptotic(effect, 801 * variance, 801)

    assert found.value == pytest.approx(0.08863329637279797, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((-0.09047040938765914, 0.2677370021332551), rel=1e-9)
    assert asymptotic_p(effect, 801 * variance, 801) == pytest.approx(0.6544821832437793, rel=1e-9)


def test_the_asymptotic_p_value_falls_below_the_level_where_the_interval_leaves_zero() -> None:
    for mean in np.linspace(0.001, 0.1, 50):
        interval = asymptotic(float(mean), 0.25, 3_000)
        assert (asymptotic_p(float(mean), 0.25, 3_000) < 0.05) == (interval.low > 0)


def test_one_value_says_nothing_of_the_spread() -> None:
    assert (asymptotic(3.0, 0.0, 1).low, asymptotic(3.0, 0.0, 1).high) == (-inf, inf)
    assert asymptotic_p(3.0, 0.0, 1) == 1


def test_the_normal_mixture_reproduces_the_reference_case() -> None:
    assert normal_mixture_boundary(2500, level=0.05, best_at=100) == pytest.approx(168.40193567985864, rel=1e-8)
    assert normal_mixture_boundary(2500, level=0.05, best_at=100, sides=1) == pytest.approx(156.0328175656167, rel=1e-8)


def test_the_mixture_ratio_test_is_the_asymptotic_mixture_in_other_letters() -> None:
    """The same mixture of normals: tau2 = rho squared times the variance of one value."""
    from analysis.statistics.confidence_sequences import tuned_rho

    n, one, mean = 4_000, 0.3, 0.03
    p, half = mixture_ratio(mean, one / n, tau2=tuned_rho(0.05, 5000) ** 2 * one)

    assert p == pytest.approx(asymptotic_p(mean, one, n), rel=1e-9)
    assert half == pytest.approx(asymptotic(mean, one, n).high - mean, rel=1e-9)
