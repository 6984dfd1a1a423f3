"""Two proportions: difference, relative risk and odds ratio, with intervals that hold for rare events too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import exp, hypot, inf, log, sqrt
from typing import Final

import numpy as np

from analysis.statistics.estimates.arms import Arm, contrast
from analysis.statistics.estimates.proportions import Counted, Interval, wilson
from analysis.statistics.estimates.referring import bare, critical, two_sided
from analysis.statistics.estimates.scores import difference_limits, odds_limits, ratio_limits, score_test
from analysis.statistics.words import Estimate, NoAnswer, Tested, Validity

ENOUGH = 10  # who did, and who did not, in each arm
RARE = "Fewer than ten did, or did not, in an arm: the interval is rough there; the score interval holds better."
ONE_SIDED = "In an arm all units did the same, so this interval has nothing to stand on: take the score interval."


def welch_proportions(control: Counted, treatment: Counted, *, level: float = 0.05, relative: bool = False) -> Estimate:
    """Treatment minus control, variances p(1 - p), Welch's t: as GrowthBook's. For many units and no rare events.

    >>> found = welch_proportions(Counted(437, 5210), Counted(512, 5167), relative=True)
    >>> round(found.value, 6), round(found.p_value or 1, 7)
    (0.181375, 0.0134362)
    """
    arms = [Arm(arm.n, arm.share, arm.share * (1 - arm.share)) for arm in (control, treatment)]
    method = "proportions-relative" if relative else "proportions-welch"
    found = contrast(*arms, level=level, relative=relative, method=method)
    if min(min(arm.successes, arm.n - arm.successes) for arm in (control, treatment)) >= ENOUGH:
        return found
    return replace(found.remarked(RARE), validity=Validity.APPROXIMATE)


def wald_difference(control: Counted, treatment: Counted, level: float) -> Interval:
    """Unpooled; misses too often for few units or rare events."""
    gap, spread = _gap(control, treatment), sqrt(_error(control) + _error(treatment))
    return gap - critical(level) * spread, gap + critical(level) * spread


def newcombe(control: Counted, treatment: Counted, level: float) -> Interval:
    """Puts two Wilson intervals together. Newcombe (1998), method 10."""
    first, second = wilson(control, level), wilson(treatment, level)
    low = hypot(treatment.share - second[0], first[1] - control.share)
    high = hypot(second[1] - treatment.share, control.share - first[0])
    return _gap(control, treatment) - low, _gap(control, treatment) + high


def agresti_caffo(control: Counted, treatment: Counted, level: float) -> Interval:
    """Wald's with one success and one failure added to each arm. Agresti and Caffo (2000)."""
    first, second = (Counted(arm.successes + 1, arm.n + 2) for arm in (control, treatment))
    return wald_difference(first, second, level)


DIFFERENCES: Final[dict[str, Callable[[Counted, Counted, float], Interval]]] = {
    "score": difference_limits,
    "newcombe": newcombe,
    "agresti-caffo": agresti_caffo,
    "wald": wald_difference,
}
KEYS: Final = {"score": "miettinen-nurminen", "wald": "wald-difference"}


def proportion_difference(
    control: Counted, treatment: Counted, *, level: float = 0.05, interval: str = "score"
) -> Estimate:
    """Treatment's share minus control's. interval: a key of DIFFERENCES; the p-value is the score test's.

    Answers with 0 or n successes in an arm too (Wald's interval then is left open). NoAnswer with an empty arm.

    >>> found = proportion_difference(Counted(0, 50), Counted(6, 50))
    >>> [round(figure, 3) for figure in (found.low, found.value, found.high, found.p_value or 1)]
    [0.044, 0.12, 0.239, 0.012]
    """
    if interval not in DIFFERENCES:
        raise ValueError(f"interval must be one of {', '.join(DIFFERENCES)}, not {interval!r}.")
    _filled(control, treatment)
    value = _gap(control, treatment)
    low, high = DIFFERENCES[interval](control, treatment, level)
    found = _told(value, (control, treatment), level, KEYS.get(interval, interval))
    if interval == "wald" and not (_error(control) and _error(treatment)):
        return found.remarked(ONE_SIDED)
    found = replace(found, p_value=two_sided(score_test(control, treatment)))
    return replace(found, low=min(low, value), high=max(high, value), standard_error=_spread(control, treatment))


def pooled_z(control: Counted, treatment: Counted) -> Tested:
    """The textbook's z test with the share of both arms together; p = 1 if all units did the same."""
    _filled(control, treatment)
    n = control.n + treatment.n
    z = score_test(control, treatment) / sqrt((n - 1) / n)
    return Tested("z", z, two_sided(z), n, "z-proportions", Validity.APPROXIMATE)


def risk_ratio(control: Counted, treatment: Counted, *, level: float = 0.05, interval: str = "score") -> Estimate:
    """Treatment's share over control's. interval: "score" (Miettinen and Nurminen, 1985) or "log" (Katz, 1978).

    NoAnswer if no unit of the control did: there is nothing to divide by. Log needs successes in both arms.
    """
    _filled(control, treatment)
    if not control.successes:
        raise NoAnswer("No unit of the control did it, so no ratio of shares can be told. Ask for the difference.")
    value = treatment.share / control.share
    found = _told(value, (control, treatment), level, "risk-ratio" if interval == "score" else "risk-ratio-log")
    if interval == "score":
        low, high = ratio_limits(control, treatment, level)
        found = replace(found, p_value=two_sided(score_test(control, treatment)))
        return replace(found, low=min(low, value), high=max(high, value))
    if interval != "log":
        raise ValueError(f"interval must be score or log, not {interval!r}.")
    parts = [(1 - arm.share) / arm.successes if arm.successes else inf for arm in (control, treatment)]
    return _exponential(found, sqrt(sum(parts)))


def odds_ratio(control: Counted, treatment: Counted, *, level: float = 0.05, interval: str = "logit") -> Estimate:
    """Treatment's odds over control's. interval: "logit" (Woolf, 1955), "score", or "exact" (conditional; Fisher).

    NoAnswer if all units of both arms did the same, or the control's odds are 0 or infinite. With a zero elsewhere the
    exact interval is given, whichever was asked for.
    """
    _filled(control, treatment)
    if control.successes in (0, control.n):
        raise NoAnswer(
            "All units of the control did the same, so no ratio of odds can be told. Ask for the difference."
        )
    if interval not in ("logit", "score", "exact"):
        raise ValueError(f"interval must be logit, score or exact, not {interval!r}.")
    cells = (treatment.successes, treatment.n - treatment.successes, control.successes, control.n - control.successes)
    value = cells[0] * cells[3] / (cells[1] * cells[2]) if cells[1] else inf
    if interval == "exact" or 0 in cells:
        return _exact(value, control, treatment, level)
    if interval == "score":
        low, high = odds_limits(control, treatment, level)
        found = _told(value, (control, treatment), level, "odds-ratio-score")
        return replace(found, low=low, high=high, p_value=two_sided(score_test(control, treatment)))
    found = _told(value, (control, treatment), level, "odds-ratio")
    return _exponential(found, sqrt(sum(1 / cell for cell in cells)))


def _exact(value: float, control: Counted, treatment: Counted, level: float) -> Estimate:
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import odds_ratio as conditional

    table = [[arm.successes, arm.n - arm.successes] for arm in (treatment, control)]
    interval = conditional(table, kind="conditional").confidence_interval(1 - level)
    found = replace(bare(value, control.n + treatment.n, level, "odds-ratio-exact"), low=float(interval.low))
    p_value = min(float(fisher_exact(np.array(table)).pvalue), 1.0)
    return replace(found, high=max(float(interval.high), value), low=min(float(interval.low), value), p_value=p_value)


def _exponential(found: Estimate, spread: float) -> Estimate:
    """An interval on the logarithm's scale; open where the logarithm is."""
    if not 0 < found.value < inf or spread == inf:
        return replace(found, low=0.0, high=inf).remarked(ONE_SIDED)
    if not spread:
        return replace(found, low=0.0, high=inf).remarked("Every unit did: nothing says how sure the ratio is.")
    half = critical(found.level) * spread
    centre = log(found.value)
    return replace(found, low=exp(centre - half), high=exp(centre + half), p_value=two_sided(centre / spread))


def _told(value: float, arms: tuple[Counted, Counted], level: float, method: str) -> Estimate:
    return replace(bare(value, arms[0].n + arms[1].n, level, method), validity=Validity.APPROXIMATE)


def _filled(control: Counted, treatment: Counted) -> None:
    for arm, name in ((control, "control"), (treatment, "treatment")):
        if not arm.n:
            raise NoAnswer(f"The {name} has no units yet: there is nothing to compare.")


def _gap(control: Counted, treatment: Counted) -> float:
    return treatment.share - control.share


def _error(arm: Counted) -> float:
    return arm.share * (1 - arm.share) / arm.n


def _spread(control: Counted, treatment: Counted) -> float:
    return sqrt(_error(control) + _error(treatment))
