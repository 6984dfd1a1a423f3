"""The promise of bounds: an exact one fails with probability at most delta, where Student's t fails far more often.

500 trials a case. Noise: three standard errors of a rate of delta, .029 here. `make proof` tries more kinds of values.
"""

from math import sqrt

import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS, Betting, Bootstrap, Dkw, OneSided, StudentT
from analysis.safety.bounds.risks import CVaR, ProportionalHazard, VaR, Wang
from analysis.safety.terms import Evidence, Risk
from bench.hard_values import CONFIDENT, ERRORS, LONG, MIDDLE, RARE, SHORT, Hard
from scripts.proof_bounds import ORDER, cell

DELTA, TRIALS = 0.05, 500
NOISE = 3 * sqrt(DELTA * (1 - DELTA) / TRIALS)
EXACT = sorted(name for name, kind in BOUNDS.members.items() if kind.exact)
CASES = pytest.mark.parametrize(
    ("hard", "n"),
    [(RARE, 25), (ERRORS, 100), (CONFIDENT, 60), (MIDDLE, 100)],
    ids=lambda part: getattr(part, "title", part),
)


def failing(bound: OneSided, hard: Hard, n: int, trials: int = TRIALS) -> float:
    """The share of trials in which a constraint that is broken by a hair would have passed."""
    rng = np.random.default_rng(18)
    return sum(hard.missed(bound, hard.evidence(rng, n), delta=DELTA) for _ in range(trials)) / trials


@CASES
@pytest.mark.parametrize("name", EXACT)
def test_an_exact_bound_fails_at_most_as_often_as_it_says(name: str, hard: Hard, n: int) -> None:
    assert failing(BOUNDS.parse(name), hard, n) <= DELTA + NOISE


@pytest.mark.parametrize(
    ("hard", "n", "at_least"), [(RARE, 25, 0.5), (ERRORS, 100, 0.1), (CONFIDENT, 60, 0.15), (LONG, 25, 0.5)]
)
def test_students_t_fails_there_many_times_as_often_and_warns(hard: Hard, n: int, at_least: float) -> None:
    assert failing(StudentT(), hard, n) > at_least
    assert StudentT().warning(hard.evidence(np.random.default_rng(3), n))


def test_the_bootstrap_is_no_way_out() -> None:
    assert failing(Bootstrap(resamples=200), RARE, 25, trials=150) > 0.3


def test_returns_of_which_only_one_end_is_known_have_a_bound_away_from_it_that_holds() -> None:
    """Weighted rewards are never below 0, and their largest value may be unknown: a lower bound needs no more."""
    rng, missed = np.random.default_rng(18), 0
    for _ in range(TRIALS):
        earned = Evidence(-SHORT.draw(rng, 100), low=0.0)
        missed += Betting().lower(earned, delta=DELTA) > -SHORT.mean
        assert Betting().upper(earned, delta=DELTA) == np.inf

    assert missed / TRIALS <= DELTA + NOISE


RISKS: list[tuple[Risk, float]] = [
    (CVaR(0.1), 0.95),
    (VaR(0.1), 0.9),
    (ProportionalHazard(2.0), 2 / 3),
    (Wang(0.5), float("nan")),
]


@pytest.mark.parametrize(("risk", "true"), RISKS, ids=lambda part: getattr(part, "name", ""))
def test_risks_of_uniform_values_are_bounded_from_both_sides(risk: Risk, true: float) -> None:
    """P(value > x) = 1 - x, so the true risk is the integral of the weight of that."""
    grid = (np.arange(100_000) + 0.5) / 100_000
    exactly = float(risk.weight(1 - grid).mean())
    assert np.isnan(true) or exactly == pytest.approx(true, abs=1e-4)
    rng, missed = np.random.default_rng(18), np.zeros(2)
    for _ in range(TRIALS):
        evidence = Evidence(rng.random(80), 0.0, 1.0, risk=risk)
        missed += Dkw().upper(evidence, delta=DELTA) < exactly, Dkw().lower(evidence, delta=DELTA) > exactly

    assert (missed / TRIALS <= DELTA + NOISE).all()


def test_the_bound_on_cvar_is_that_of_thomas_and_learned_miller() -> None:
    """Written out as in Theorems 3 and 4, with a tenth of squared errors between 0 and 81."""
    values = np.sort(np.random.default_rng(4).exponential(4.0, 60))
    evidence = Evidence(values, 0.0, 81.0, risk=CVaR(0.1))
    margin, n = sqrt(np.log(1 / DELTA) / 120), 60
    above, below = np.r_[values, 81.0], np.r_[0.0, values]
    upper = 81 - 10 * sum((above[i] - above[i - 1]) * max(0, i / n - margin - 0.9) for i in range(1, n + 1))
    lower = values[-1] - 10 * sum((below[i + 1] - below[i]) * max(0, min(1, i / n + margin) - 0.9) for i in range(n))

    assert Dkw().upper(evidence, delta=DELTA) == pytest.approx(upper, rel=1e-12)
    assert Dkw().lower(evidence, delta=DELTA) == pytest.approx(lower, rel=1e-12)
    assert Dkw().upper(evidence, delta=0.6) == 81.0


def test_the_proof_has_a_column_for_every_bound_and_judges_the_exact_ones_alone() -> None:
    assert set(ORDER) == BOUNDS.members.keys() - {"auto"}
    assert not cell(StudentT(), RARE, 25, trials=40).fails(40)
    assert (cell(StudentT(), RARE, 25, trials=40).misses or 0) > 0.3
    assert str(cell(BOUNDS.parse("clopper_pearson"), CONFIDENT, 25, trials=2)) == "-"
