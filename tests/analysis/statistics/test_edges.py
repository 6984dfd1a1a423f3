"""Whatever finite numbers come in, an answer or a sentence comes out: never NaN, never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from math import isnan
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.agreement.intraclass import intraclass
from analysis.statistics.agreement.kappa import cohen_kappa, fleiss_kappa
from analysis.statistics.agreement.krippendorff import krippendorff_alpha
from analysis.statistics.agreement.reliability import cronbach_alpha, mcdonald_omega
from analysis.statistics.anova.factorial import factorial
from analysis.statistics.anova.one_way import one_way, welch_anova
from analysis.statistics.anova.pairs import games_howell, tukey
from analysis.statistics.anova.repeated import repeated
from analysis.statistics.anova.split_plot import split_plot
from analysis.statistics.durations.hazards import hazard_ratio, log_rank
from analysis.statistics.durations.record import Record
from analysis.statistics.durations.survival import (
    quantile_survival,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
)
from analysis.statistics.effects.correlations import kendall, pearson, spearman
from analysis.statistics.effects.explained import cohen_f, eta_squared, omega_squared
from analysis.statistics.effects.standardised import cohen_d, cohen_dz, cohen_h, hedges_g
from analysis.statistics.estimates.adjusted import adjusted_from_moments, clustered_difference, lin
from analysis.statistics.estimates.counts import Events, rate, rate_difference, rate_ratio
from analysis.statistics.estimates.cuped import cuped
from analysis.statistics.estimates.equivalence import equivalence, non_inferiority
from analysis.statistics.estimates.logistic import logistic
from analysis.statistics.estimates.means import (
    difference,
    mean,
    paired,
    pooled_difference,
    weighted_means,
    z_difference,
)
from analysis.statistics.estimates.proportion_differences import (
    DIFFERENCES,
    odds_ratio,
    pooled_z,
    proportion_difference,
    risk_ratio,
    welch_proportions,
)
from analysis.statistics.estimates.proportions import INTERVALS, Counted, proportion
from analysis.statistics.estimates.quantiles import quantile, quantile_difference
from analysis.statistics.estimates.ratios import ratio, ratio_difference
from analysis.statistics.estimates.stratified import post_stratified
from analysis.statistics.estimates.winsorising import caps, winsorised
from analysis.statistics.moments import Moments
from analysis.statistics.ranks.mann_whitney import mann_whitney
from analysis.statistics.ranks.permutation import permutation_test, sign_flip_test
from analysis.statistics.ranks.several import friedman, kruskal
from analysis.statistics.ranks.wilcoxon import sign_test, wilcoxon
from analysis.statistics.tables.independence import boschloo, chi_square, fisher, goodness_of_fit
from analysis.statistics.tables.within import cochran_q, mcnemar
from analysis.statistics.words import Estimate, NoAnswer, Tested
from tests.proof import PROOF

Arm = list[float]
ROUNDED: Final = (
    "quantile",
    "quantile-clustered",
    "survival-quantile",
    "quantile-difference",
    "quantile-relative",
    "eta-squared",
    "omega-squared",
    "cohen-f",
)
RNG: Final = np.random.default_rng(5)

number = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 0.1, 5.0, 1e-9, 1e9, 1e9 + 1e-6]),
    st.integers(-4, 4).map(float),
    st.floats(-1e60, 1e60, allow_nan=False),
)
constant = st.tuples(number, st.integers(0, 8)).map(lambda pair: [pair[0]] * pair[1])
arm = st.one_of(st.lists(number, max_size=9), constant, st.lists(st.sampled_from([0.0, 1.0]), max_size=9))
few = settings(max_examples=200 if PROOF else 15, deadline=None, derandomize=not PROOF)


def moments(*arms: Sequence[float] | np.ndarray) -> list[Moments]:
    return [Moments.of(each) for each in arms]


def pairs(*arms: Arm) -> list[Moments]:
    """Each arm's values beside themselves in another order, as a covariate or a denominator."""
    return [Moments.of(each, each[::-1]) for each in arms]


def labelled(x: Arm, y: Arm) -> tuple[Arm, Arm]:
    return [*x, *y], [0.0] * len(x) + [1.0] * len(y)


def square(x: Arm, y: Arm) -> np.ndarray:
    """Rows of units that have a value in both."""
    n = min(len(x), len(y))
    return np.array([x[:n], y[:n], [*x[:n]][::-1]], dtype=float).T.reshape(n, 3)


def records(x: Arm, y: Arm) -> list[Record]:
    return [Record.of(np.abs(each), np.arange(len(each)) % 2) for each in (x, y)]


def one_share(interval: str, control: Counted, treatment: Counted) -> Estimate:
    return proportion(control, interval=interval)


def two_shares(interval: str, control: Counted, treatment: Counted) -> Estimate:
    return proportion_difference(control, treatment, interval=interval)


TWO_ARMS: Final[dict[str, Callable[[Arm, Arm], Any]]] = {
    "mean": lambda x, y: mean(*moments(x)),
    "difference": lambda x, y: difference(*moments(x, y)),
    "relative": lambda x, y: difference(*moments(x, y), relative=True),
    "weighted": lambda x, y: weighted_means(moments(x, y, x), [1.0, -2.0, 1.0]),
    "student": lambda x, y: pooled_difference(*moments(x, y)),
    "z": lambda x, y: z_difference(*moments(x, y)),
    "paired": lambda x, y: paired(*moments(x)),
    "ratio": lambda x, y: ratio(*pairs(x)),
    "ratios": lambda x, y: ratio_difference(*pairs(x, y)),
    "ratios relative": lambda x, y: ratio_difference(*pairs(x, y), relative=True),
    "cuped": lambda x, y: cuped(*pairs(x, y)),
    "cuped relative": lambda x, y: cuped(*pairs(x, y), relative=True),
    "lin from moments": lambda x, y: adjusted_from_moments(*pairs(x, y)),
    "lin": lambda x, y: lin(*labelled(x, y), [*y, *x]),
    "clustered": lambda x, y: clustered_difference(*labelled(x, y), np.arange(len(x) + len(y)) // 2),
    "stratified": lambda x, y: post_stratified({"a": tuple(moments(x, y)), "b": tuple(moments(y, x))}),  # type: ignore[dict-item]  # a pair
    "quantile": lambda x, y: quantile(x),
    "quantile clustered": lambda x, y: quantile(x, clusters=np.arange(len(x)) // 2),
    "quantiles": lambda x, y: quantile_difference(x, y),
    "quantiles relative": lambda x, y: quantile_difference(x, y, 0.8, relative=True),
    "winsorised": lambda x, y: moments(*winsorised([x, y], caps([x, y], lower=0.1, upper=0.9))[0]),
    "mann-whitney": mann_whitney,
    "wilcoxon": lambda x, y: wilcoxon(x),
    "sign test": lambda x, y: sign_test(x),
    "kruskal": lambda x, y: kruskal([x, y, x]),
    "friedman": lambda x, y: friedman(square(x, y)),
    "permutation": lambda x, y: permutation_test(x, y, rng=RNG, times=50),
    "sign flip": lambda x, y: sign_flip_test(x, rng=RNG, times=50),
    "anova": lambda x, y: one_way(moments(x, y)),
    "welch anova": lambda x, y: welch_anova(moments(x, y, x)),
    "factorial": lambda x, y: factorial([*x, *y], {"A": labelled(x, y)[1], "B": np.arange(len(x) + len(y)) % 2}),
    "repeated": lambda x, y: repeated(square(x, y)),
    "split-plot": lambda x, y: split_plot(square(x, y), np.arange(min(len(x), len(y))) % 2),
    "tukey": lambda x, y: tukey(dict(zip("ab", moments(x, y), strict=True))),
    "games-howell": lambda x, y: games_howell(dict(zip("ab", moments(x, y), strict=True))),
    "d": lambda x, y: cohen_d(*moments(x, y)),
    "g": lambda x, y: hedges_g(*moments(x, y)),
    "dz": lambda x, y: cohen_dz(*moments(x)),
    "eta": lambda x, y: [each(one_way(moments(x, y))) for each in (eta_squared, omega_squared, cohen_f)],
    "pearson": lambda x, y: pearson(*pairs(x)),
    "spearman": lambda x, y: spearman(x, x[::-1]),
    "kendall": lambda x, y: kendall(x, x[::-1]),
    "logistic": lambda x, y: logistic(labelled(x, y)[1], {"x": [*x, *y]}),
    "log-rank": lambda x, y: log_rank(records(x, y)),
    "hazards": lambda x, y: hazard_ratio(*records(x, y)),
    "survival": lambda x, y: survival_at(records(x, y)[0], 1.0),
    "median survival": lambda x, y: quantile_survival(records(x, y)[0]),
    "rmst": lambda x, y: restricted_mean(records(x, y)[0], 1.0),
    "rmst difference": lambda x, y: restricted_mean_difference(*records(x, y), until=1.0, relative=True),
    "kappa": lambda x, y: cohen_kappa(square(x, y)[:, 0], square(x, y)[:, 1], weights="quadratic"),
    "krippendorff": lambda x, y: krippendorff_alpha(square(x, y), scale="interval"),
    "cronbach": lambda x, y: cronbach_alpha(square(x, y)),
    "omega": lambda x, y: mcdonald_omega(square(x, y)),
    "icc": lambda x, y: list(intraclass(square(x, y)).values()),
    "non-inferiority": lambda x, y: non_inferiority(difference(*moments(x, y)), 0.5),
    "equivalence": lambda x, y: equivalence(difference(*moments(x, y)), -1.0, 1.0),
}


@pytest.mark.parametrize("name", TWO_ARMS)
@few
@given(x=arm, y=arm)
def test_any_two_arms_give_an_answer_or_a_sentence(name: str, x: Arm, y: Arm) -> None:
    answer_or_sentence(lambda: TWO_ARMS[name](x, y))


counted = (
    st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).map(lambda pair: Counted(*pair))
)
COUNTED: Final[dict[str, Callable[[Counted, Counted], Any]]] = {
    **{f"one {key}": partial(one_share, key) for key in INTERVALS},
    **{f"two {key}": partial(two_shares, key) for key in DIFFERENCES},
    "welch": welch_proportions,
    "welch relative": lambda c, t: welch_proportions(c, t, relative=True),
    "pooled z": pooled_z,
    "risk ratio": risk_ratio,
    "risk ratio log": lambda c, t: risk_ratio(c, t, interval="log"),
    "odds": odds_ratio,
    "odds score": lambda c, t: odds_ratio(c, t, interval="score"),
    "odds exact": lambda c, t: odds_ratio(c, t, interval="exact"),
    "fisher": fisher,
    "chi-square": lambda c, t: chi_square([[c.successes, c.n - c.successes], [t.successes, t.n - t.successes]]),
    "goodness": lambda c, t: goodness_of_fit([c.n, t.n], [1, 1]),
    "mcnemar": lambda c, t: mcnemar(c.successes, 0, max(c.n, 1)),
    "rate": lambda c, t: rate(Events(c.successes, 1.0 + c.n)),
    "rates": lambda c, t: rate_ratio(Events(c.successes, 1.0 + c.n), Events(t.successes, 2.0)),
    "rate difference": lambda c, t: rate_difference(Events(c.successes, 1.0 + c.n), Events(t.successes, 2.0)),
    "h": cohen_h,
    "fleiss": lambda c, t: fleiss_kappa([[c.successes, c.n - c.successes], [t.successes, t.n - t.successes]]),
    "cochran": lambda c, t: cochran_q([[1, 0], [0, 1]] * c.successes + [[1, 1]] * t.successes),
}


@pytest.mark.parametrize("name", COUNTED)
@few
@given(control=counted, treatment=counted)
def test_any_two_counts_give_an_answer_or_a_sentence(name: str, control: Counted, treatment: Counted) -> None:
    answer_or_sentence(lambda: COUNTED[name](control, treatment))


@pytest.mark.parametrize("pair", [(0, 0), (0, 5), (5, 5), (2, 5)])
def test_boschloo_answers_at_the_edges(pair: tuple[int, int]) -> None:
    answer_or_sentence(lambda: boschloo(Counted(pair[0], 5), Counted(pair[1], 5)))


def answer_or_sentence(ask: Callable[[], Any]) -> None:
    try:
        found = ask()
    except NoAnswer as refusal:
        found = str(refusal)
    if isinstance(found, str):
        assert found[0].isupper()
        assert found.endswith(".")
    else:
        for answer in told(found):
            assert_sound(answer)


def told(found: Any) -> Iterator[Estimate | Tested]:
    """All estimates and tests in an answer, however deep."""
    if isinstance(found, Estimate | Tested):
        yield found
    if is_dataclass(found):
        parts = [getattr(found, field.name) for field in fields(found)]
    else:
        parts = (
            list(found.values()) if isinstance(found, dict) else list(found) if isinstance(found, list | tuple) else []
        )
    for part in parts:
        yield from told(part)


def assert_sound(answer: Estimate | Tested) -> None:
    assert answer.p_value is None or 0 <= answer.p_value <= 1
    if isinstance(answer, Estimate):
        slack = 1e-9 * min(abs(answer.value), 1e300)
        assert answer.low - slack <= answer.value <= answer.high + slack
        assert not isnan(answer.value)
        assert answer.low < answer.high or answer.remarks or is_rounded(answer)


def is_rounded(answer: Estimate) -> bool:
    """Whether an interval of no length is so because values come in steps, or figures in sixteen digits."""
    return answer.method in ROUNDED or (answer.standard_error or 1.0) < 1e-12 * abs(answer.value)
