"""How our statistics answer a case of a reference file: one function for each family, from its input to its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from analysis.statistics.estimates.cuped import cuped
from analysis.statistics.estimates.means import difference, paired, pooled_difference, z_difference
from analysis.statistics.estimates.proportion_differences import DIFFERENCES, proportion_difference, welch_proportions
from analysis.statistics.estimates.proportions import INTERVALS, Counted, proportion
from analysis.statistics.estimates.ratios import ratio_difference
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate

Case = Mapping[str, Any]
Figures = dict[str, Any]


def effect(found: Estimate) -> Figures:
    """The figures of a difference."""
    return {
        "effect": found.value,
        "ci": [found.low, found.high],
        "p_value": found.p_value,
        "se": found.standard_error,
        "df": found.degrees,
    }


def two_sample(given: Case) -> Figures:
    arms = [sums(given[arm]) for arm in ("control", "treatment")]
    return effect(difference(*arms, level=given.get("alpha", 0.05), relative=given.get("difference") == "relative"))


def sums(arm: Case) -> Moments:
    return Moments.of_sums(arm["n"], arm["sum"], arm["sum_squares"])


def two_proportions(given: Case) -> Figures:
    arms = [Counted(given[arm]["successes"], given[arm]["n"]) for arm in ("control", "treatment")]
    return effect(
        welch_proportions(*arms, level=given.get("alpha", 0.05), relative=given.get("difference") == "relative")
    )


def cuped_case(given: Case) -> Figures:
    arms = [Moments.of(given[arm]["y"], given[arm]["x"]) for arm in ("control", "treatment")]
    found = cuped(*arms, level=given.get("alpha", 0.05), relative=given["difference"] == "relative")
    return {**effect(found.estimate), "theta": float(found.theta[0])}


def ratio_case(given: Case) -> Figures:
    arms = [Moments.of(given[arm]["m"], given[arm]["d"]) for arm in ("control", "treatment")]
    return effect(ratio_difference(*arms, level=given.get("alpha", 0.05), relative=given["difference"] == "relative"))


def ttest(given: Case, question: str) -> Figures:
    if "aired" in question:
        found = paired(Moments.of([a - b for a, b in zip(given["a"], given["b"], strict=True)]))
    else:
        kind = difference if "unequal" in question.replace("equal variances assumed", "") else pooled_difference
        found = kind(Moments.of(given["b"]), Moments.of(given["a"]))
    figures = effect(found)
    return {**figures, "diff": found.value, "t": found.value / (found.standard_error or 1.0)}


def ztest(given: Case) -> Figures:
    found = z_difference(Moments.of(given["b"]), Moments.of(given["a"]))
    return {**effect(found), "z": found.value / (found.standard_error or 1.0)}


def proportion_case(given: Case, question: str) -> Figures:
    named = question.rsplit("method ", 1)[-1].strip().replace("_", "-")
    named = {"normal": "wald", "beta": "clopper-pearson", "newcomb": "newcombe"}.get(named, named)
    if "successes" in given:
        found = proportion(Counted(given["successes"], given["n"]), interval=named if named in INTERVALS else "wilson")
        return effect(found)
    arms = [Counted(*arm) for arm in ((given["k2"], given["n2"]), (given["k1"], given["n1"]))]
    return effect(proportion_difference(*arms, interval=named if named in DIFFERENCES else "score"))


ANSWERS: Final[dict[str, Callable[..., Figures]]] = {
    "two_sample": two_sample,
    "two_sample_proportion": two_proportions,
    "cuped": cuped_case,
    "ratio": ratio_case,
    "ttest": ttest,
    "ztest": ztest,
    "proportion": proportion_case,
}
ASKED: Final = {"ttest", "proportion"}


def answer(case: Case) -> Figures:
    """Our figures for that case. KeyError for a family that nobody answers."""
    family = case["family"]
    given = (case["input"], case["question"]) if family in ASKED else (case["input"],)
    return ANSWERS[family](*given)
