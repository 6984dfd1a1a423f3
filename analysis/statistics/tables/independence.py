"""Rows against columns: chi-square, Fisher's and Boschloo's exact tests, Cramér's V."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.effects.noncentral import chi_square_limits
from analysis.statistics.estimates.proportion_differences import odds_ratio
from analysis.statistics.estimates.proportions import Counted
from analysis.statistics.estimates.referring import bare
from analysis.statistics.words import Estimate, NoAnswer, Tested, Validity

Array = NDArray[np.float64]
LEAST_EXPECTED = 5.0


def chi_square(table: ArrayLike, *, level: float = 0.05, corrected: bool = False) -> Tested:
    """Are rows and columns independent? Pearson's chi-square; corrected: Yates's, for two by two only.

    Empty rows and columns are left out and said so. estimate: Cramér's V. NoAnswer if then fewer than two of either
    remain, or a count is negative. Pearson (1900).
    """
    from scipy.stats import chi2_contingency

    counts, remarks = _counted(table)
    found = chi2_contingency(counts, correction=corrected)
    if float(np.min(found.expected_freq)) < LEAST_EXPECTED:
        remarks += ("Some expected counts are below five: the p-value is rough; an exact test is better.",)
    statistic, degrees, n = float(found.statistic), float(found.dof), round(float(counts.sum()))
    p_value = float(found.pvalue)
    tested = Tested("chi2", statistic, p_value, n, "chi-square", Validity.APPROXIMATE, degrees=(degrees,))
    return replace(tested, estimate=_cramer(counts, tested, level), remarks=remarks)


def goodness_of_fit(counts: ArrayLike, weights: ArrayLike) -> Tested:
    """Are shares as planned? weights: above 0, of any sum; a weight of 0 must have no count, and costs no degree.

    For sample ratios that are looked at again and again, see `sample_ratio`.
    """
    from analysis.statistics.sample_ratio import chi_square_tail

    seen, planned = np.asarray(counts, dtype=float), np.asarray(weights, dtype=float)
    if seen.shape != planned.shape or seen.ndim != 1 or (seen < 0).any() or not (planned >= 0).all():
        raise ValueError("counts and weights must be of the same length, and 0 or more.")
    if seen[planned == 0].any():
        raise NoAnswer("An arm whose weight is 0 has units: no share was planned for it.")
    seen, planned = seen[planned > 0], planned[planned > 0]
    if len(seen) < 2 or not seen.sum():
        raise NoAnswer("Shares need units, and two or more arms to be shared among.")
    expected = planned / planned.sum() * seen.sum()
    statistic, degrees = float(((seen - expected) ** 2 / expected).sum()), len(seen) - 1
    p_value = chi_square_tail(statistic, degrees)
    return Tested(
        "chi2", statistic, p_value, int(seen.sum()), "goodness-of-fit", Validity.APPROXIMATE, degrees=(float(degrees),)
    )


def fisher(control: Counted, treatment: Counted, *, level: float = 0.05) -> Tested:
    """Two proportions exactly, given the margins: never errs more often than it says; often less. Fisher (1935)."""
    from scipy.stats import fisher_exact

    table = _two_by_two(control, treatment)
    p_value = min(float(fisher_exact(table).pvalue), 1.0)
    n = control.n + treatment.n
    inner = 0 < control.successes < control.n
    ratio = odds_ratio(control, treatment, level=level, interval="exact") if inner else None
    value = ratio.value if ratio else _odds_at_edge(control, treatment)
    return Tested("odds", value, p_value, n, "fisher", Validity.FIXED, estimate=ratio)


def _odds_at_edge(control: Counted, treatment: Counted) -> float:
    """0 or infinite where the control's odds are infinite or 0; 1 where treatment's are the same."""
    if control.share == treatment.share:
        return 1.0
    return inf if not control.successes else 0.0


def boschloo(control: Counted, treatment: Counted) -> Tested:
    """Two proportions exactly, without given margins: as safe as Fisher's, and never less powerful. Boschloo (1970)."""
    from scipy.stats import boschloo_exact

    table = _two_by_two(control, treatment)
    n = control.n + treatment.n
    if not 0 < control.successes + treatment.successes < n:
        return Tested("F", 1.0, 1.0, n, "boschloo", Validity.FIXED)
    found = boschloo_exact(table.T)
    return Tested("F", float(found.statistic), min(float(found.pvalue), 1.0), n, "boschloo", Validity.FIXED)


def _counted(table: ArrayLike) -> tuple[Array, tuple[str, ...]]:
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise NoAnswer("A table of counts needs rows and columns of numbers that are 0 or more.")
    rows, columns = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    kept = counts[np.ix_(rows, columns)]
    if min(kept.shape, default=0) < 2:
        raise NoAnswer("Units differ in rows or in columns, but not in both: there is nothing to be independent.")
    remarks = () if kept.shape == counts.shape else ("Empty rows and columns were left out.",)
    return kept, remarks


def _cramer(counts: Array, tested: Tested, level: float) -> Estimate:
    """Cramér's V with the interval of chi-square's non-centrality. Smithson (2003)."""
    most = tested.n * (min(counts.shape) - 1)
    value = min(sqrt(tested.statistic / most), 1.0)
    limits = chi_square_limits(tested.statistic, tested.degrees[0], level)
    low, high = (min(sqrt(limit / most), 1.0) for limit in limits)
    found = replace(bare(value, tested.n, level, "cramer-v"), validity=Validity.APPROXIMATE)
    return replace(found, low=min(low, value), high=max(high, value))


def _two_by_two(control: Counted, treatment: Counted) -> NDArray[np.int64]:
    if not (control.n and treatment.n):
        raise NoAnswer("An arm has no units yet: there is nothing to compare.")
    return np.array([[arm.successes, arm.n - arm.successes] for arm in (treatment, control)])
