"""How our statistics answer a case of a reference file: one function for each family, from a case to its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from analysis.statistics.agreement.intraclass import intraclass
from analysis.statistics.agreement.kappa import Weights, cohen_kappa, fleiss_kappa
from analysis.statistics.agreement.krippendorff import Scale, krippendorff_alpha
from analysis.statistics.agreement.reliability import cronbach_alpha
from analysis.statistics.anova.factorial import factorial
from analysis.statistics.anova.mixed import mixed_model
from analysis.statistics.anova.one_way import one_way, welch_anova
from analysis.statistics.effects.standardised import cohen_d, correction, hedges_g
from analysis.statistics.estimates.adjusted import coefficient, lin
from analysis.statistics.estimates.cuped import cuped
from analysis.statistics.estimates.least_squares import fit_clustered
from analysis.statistics.estimates.logistic import logistic
from analysis.statistics.estimates.means import difference, paired, pooled_difference, z_difference
from analysis.statistics.estimates.proportion_differences import (
    DIFFERENCES,
    odds_ratio,
    pooled_z,
    proportion_difference,
    risk_ratio,
    welch_proportions,
)
from analysis.statistics.estimates.proportions import Counted, proportion
from analysis.statistics.estimates.ratios import ratio_difference
from analysis.statistics.labels import numbered
from analysis.statistics.moments import Moments
from analysis.statistics.ranks.mann_whitney import mann_whitney
from analysis.statistics.ranks.several import friedman, kruskal
from analysis.statistics.ranks.wilcoxon import wilcoxon
from analysis.statistics.tables.independence import chi_square, fisher, goodness_of_fit
from analysis.statistics.words import Estimate, Tested

SCALES: Final[tuple[Scale, ...]] = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS: Final[tuple[Weights, ...]] = ("quadratic", "linear")
Case = Mapping[str, Any]
Figures = dict[str, Any]


def effect(found: Estimate) -> Figures:
    """The figures of a difference."""
    figures = {"effect": found.value, "ci": [found.low, found.high], "p_value": found.p_value}
    return {**figures, "se": found.standard_error, "df": found.degrees}


def two_sample(case: Case) -> Figures:
    given = case["input"]
    arms = [given["control"], given["treatment"]]
    asked = {"level": given.get("alpha", 0.05), "relative": given.get("difference") == "relative"}
    if "successes" in arms[0]:
        return effect(welch_proportions(*(Counted(arm["successes"], arm["n"]) for arm in arms), **asked))
    if "sum" in arms[0]:
        return effect(difference(*(Moments.of_sums(arm["n"], arm["sum"], arm["sum_squares"]) for arm in arms), **asked))
    first, second = [key for key in arms[0] if key != "n"][:2]
    pairs = [Moments.of(arm[first], arm[second]) for arm in arms]
    if case["family"] == "ratio":
        return effect(ratio_difference(*pairs, **asked))
    found = cuped(*pairs, **asked)
    return {**effect(found.estimate), "theta": float(found.theta[0])}


def adjusted(case: Case) -> Figures:
    """Lin's regression; clustered as statsmodels does it, for that is whose figures these are."""
    given = case["input"]
    if "control" in given:
        return two_sample(case)
    y, t, x = (np.asarray(given[key], dtype=float) for key in "ytx")
    figures = effect(lin(y, t, x))
    if "cluster" in given:
        centred = x - x.mean()
        design = np.column_stack([np.ones(len(y)), t, centred, centred * t])
        clusters = numbered(given["cluster"], len(y))
        fitted = fit_clustered(design, y, clusters, of_interest=1, small_sample=False)
        figures["se_cluster"] = coefficient(fitted, 1, 10, 0.05, "lin-clustered").standard_error
    return {**figures, "se_hc2": figures["se"]}


def ttest(case: Case) -> Figures:
    given, question = case["input"], case["question"]
    if "aired" in question:
        found = paired(Moments.of(np.subtract(given["a"], given["b"])))
    else:
        kind = difference if "unequal" in question else pooled_difference
        found = kind(Moments.of(given["b"]), Moments.of(given["a"]))
    return {**effect(found), "diff": found.value, "t": found.value / (found.standard_error or 1.0)}


def ztest(case: Case) -> Figures:
    found = z_difference(Moments.of(case["input"]["b"]), Moments.of(case["input"]["a"]))
    return {**effect(found), "z": found.value / (found.standard_error or 1.0)}


NAMES: Final = {"normal": "wald", "beta": "clopper-pearson", "newcomb": "newcombe"}


def proportions(case: Case) -> Figures:
    given, question = case["input"], case["question"]
    named = question.rsplit("method ", 1)[-1].strip(" .").replace("_", "-")
    named = NAMES.get(named, named)
    if "successes" in given:
        return effect(proportion(Counted(given["successes"], given["n"]), interval=named))
    keys = [key for key in given if key not in ("alpha", "method")]
    first, second = (Counted(given[keys[place]], given[keys[place + 1]]) for place in (0, 2))
    z = pooled_z(second, first)
    if named in DIFFERENCES:
        return effect(proportion_difference(second, first, interval=named))
    return {"z": z.statistic, "p_value": z.p_value}


def table(case: Case) -> Figures:
    given = case["input"]
    if "counts" in given:
        return tested(goodness_of_fit(given["counts"], given["weights"]), "chi2")
    if "isher" in case["question"]:
        (a, b), (c, d) = given["table"]
        found = fisher(Counted(c, c + d), Counted(a, a + b))
        return {"odds_ratio": found.statistic, "p_value": found.p_value}
    return tested(chi_square(given["table"], corrected="no continuity" not in case["question"]), "chi2")


def tested(found: Tested, name: str) -> Figures:
    degrees = list(found.degrees) if len(found.degrees) > 1 else (found.degrees or (None,))[0]
    return {name: found.statistic, "statistic": found.statistic, "p_value": found.p_value, "df": degrees}


def ranks(case: Case) -> Figures:
    given, question = case["input"], case["question"].lower()
    if "mann" in question:
        found = mann_whitney(given["b"], given["a"])
        return {**tested(found.tested, "U"), "auc": found.larger.value, "cliff_delta": found.delta.value}
    if "wilcoxon" in question:
        return tested(wilcoxon(np.subtract(given["a"], given["b"])), "W")
    if "kruskal" in question:
        return tested(kruskal(given["groups"]), "H")
    return tested(friedman(np.array(given["groups"], dtype=float).T), "chi2")


def anova(case: Case) -> Figures:
    given, question = case["input"], case["question"].lower()
    if "groups" in given:
        groups = [Moments.of(group) for group in given["groups"]]
        return tested(welch_anova(groups) if "welch" in question else one_way(groups), "F")
    a, b, y = zip(*given["rows"], strict=True)
    found = factorial(y, {"A": a, "B": b}, kind=2 if "type 2" in question else 3)
    figures: Figures = {
        effect.name: {"ss": effect.squares, **tested(effect.tested, "F"), "df": effect.tested.degrees[0]}
        for effect in found.effects
    }
    return {**figures, "residual": {"ss": found.residual_squares, "df": found.residual_degrees}}


def mixed(case: Case) -> Figures:
    rows = case["input"]["rows"]
    subject, treat, y = zip(*rows, strict=True)
    slope = "treat" if "slope" in case["id"] else None
    found = mixed_model(y, {"treat": treat}, subject, slope=slope)
    treat_effect, intercept = found.effects["treat"], found.effects["intercept"]
    return {
        "treat": treat_effect.value,
        "treat_se": treat_effect.standard_error,
        "treat_ci": [treat_effect.low, treat_effect.high],
        "intercept": intercept.value,
        "intercept_se": intercept.standard_error,
        "var_subject": found.between,
        "var_residual": found.within,
        "loglik": found.log_likelihood,
    }


def effect_size(case: Case) -> Figures:
    given = case["input"]
    if "a" in given and "b" in given:
        arms = Moments.of(given["b"]), Moments.of(given["a"])
        d, g = cohen_d(*arms), hedges_g(*arms)
        return {
            "d": d.value,
            "d_ci": [d.low, d.high],
            "J": correction(d.degrees or 0.0),
            "g": g.value,
            "g_ci": [g.low, g.high],
        }
    (a, b), (c, d_) = given["table"]
    arms_counted = Counted(c, c + d_), Counted(a, a + b)
    odds, risk = odds_ratio(*arms_counted), risk_ratio(*arms_counted, interval="log")
    return {
        "odds_ratio": odds.value,
        "or_ci": [odds.low, odds.high],
        "risk_ratio": risk.value,
        "rr_ci": [risk.low, risk.high],
    }


def agreement(case: Case) -> Figures:
    given, question = case["input"], case["question"].lower()
    if "table" in given:
        return {"kappa": fleiss_kappa(given["table"]).value}
    if "ratings" in given:
        scale = next(name for name in SCALES if name in question)
        return {"alpha": krippendorff_alpha(given["ratings"], scale=scale).value}
    weights: Weights = next((name for name in WEIGHTS if name in question), "none")
    found = cohen_kappa(given["rater1"], given["rater2"], weights=weights, categories=given.get("categories", ()))
    return {"kappa": found.value, "se": found.standard_error}


def reliability(case: Case) -> Figures:
    given = case["input"]
    if "items" in given:
        found = cronbach_alpha(given["items"])
        return {"alpha": found.value, "ci": [found.low, found.high]}
    return {key: found.value for key, found in intraclass(given["matrix"]).items()}


def regression(case: Case) -> Figures:
    found = logistic(case["input"]["y"], {"x": case["input"]["x"]})
    slope, intercept = found.effects["x"], found.effects["intercept"]
    return {
        "intercept": intercept.value,
        "slope": slope.value,
        "slope_se": slope.standard_error,
        "loglik": found.log_likelihood,
    }


ANSWERS: Final[dict[str, Callable[[Case], Figures]]] = {
    "two_sample": two_sample,
    "two_sample_proportion": two_sample,
    "ratio": two_sample,
    "cuped": adjusted,
    "ttest": ttest,
    "ztest": ztest,
    "proportion": proportions,
    "chi2": table,
    "mann_whitney": ranks,
    "wilcoxon": ranks,
    "kruskal": ranks,
    "anova": anova,
    "mixed": mixed,
    "effect_size": effect_size,
    "agreement": agreement,
    "reliability": reliability,
    "regression": regression,
}


def answer(case: Case) -> Figures:
    """Our figures for that case. KeyError for a family that nobody answers."""
    return ANSWERS[case["family"]](case)
