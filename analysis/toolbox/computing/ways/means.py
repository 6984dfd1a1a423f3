"""Means, ratios and quantiles; regression and adjustment; effect sizes of means."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Final

import numpy as np

from analysis.statistics.effects.standardised import cohen_d, cohen_dz, hedges_g
from analysis.statistics.estimates import means, quantiles, ratios
from analysis.statistics.estimates.adjusted import adjusted_from_moments, clustered_difference, lin
from analysis.statistics.estimates.cuped import cuped
from analysis.statistics.estimates.equivalence import Judged, equivalence, non_inferiority
from analysis.statistics.estimates.logistic import logistic
from analysis.statistics.estimates.referring import bare, student
from analysis.statistics.estimates.stratified import post_stratified
from analysis.statistics.estimates.winsorising import caps, winsorised
from analysis.statistics.moments import Moments, computable
from analysis.statistics.words import Estimate, NoAnswer
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.given import Given
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.sides import (
    Way,
    arm_moments,
    arms,
    differences,
    figures,
    group_moments,
    one,
    parts,
    treated,
    versus,
)


def _ratio(given: Given) -> Moments:
    return Moments.of(given.numbers("numerator"), given.numbers("denominator"))


def _weighted(given: Given) -> list[Line]:
    groups = group_moments(given)
    try:
        weights = [float(each) for each in given.listed("weights")]
    except ValueError:
        raise BadInput([Problem("they are numbers between commas.", setting="weights")]) from None
    if len(weights) != len(groups) or not any(weights):
        said = f"one for each of {len(groups)} groups is needed ({', '.join(groups)}), some of them not 0."
        raise BadInput([Problem(said, setting="weights")])
    found = means.weighted_means(list(groups.values()), weights, level=given.level)
    told = " ".join(f"{weight:+g} of “{name}”" for name, weight in zip(groups, weights, strict=True))
    return [Line(told, found)]


def _capped(given: Given) -> list[Line]:
    both = arms(given)
    at = caps(both, lower=given.number("lower"), upper=given.number("upper"), ignore_zeros=given.flag("ignore_zeros"))
    (control, treatment), told = winsorised(both, at)
    found = means.difference(Moments.of(control), Moments.of(treatment), level=given.level)
    return [Line(f"{versus(given)}, capped", found.remarked(told.sentence)), figures("caps", low=at.low, high=at.high)]


def _strata(given: Given) -> Estimate:
    values, groups, strata = given.numbers("value"), given.groups(), given.groups("stratum")
    control, treatment = given.pair()
    cut = {
        name: (Moments.of(values[rows & groups[control]]), Moments.of(values[rows & groups[treatment]]))
        for name, rows in strata.items()
    }
    return post_stratified(cut, level=given.level, relative=given.flag("relative"))


def _known(given: Given) -> Estimate:
    """An estimate of a difference: by Welch of two arms, or as it was given."""
    if given.has("value"):
        return means.difference(*arm_moments(given), level=given.level)
    if given.n != 1:
        raise NoAnswer(f"One estimate is judged at a time, and there are {given.n}.")
    error = float(computable(given.numbers("standard_error"))[0])
    if not error > 0:
        raise NoAnswer("A standard error of 0 says nothing about how sure the estimate is.")
    degrees = float(given.numbers("degrees")[0]) if given.has("degrees") else inf
    found = bare(float(computable(given.numbers("estimate"))[0]), 0, given.level, "welch")
    return student(found, error, degrees or inf)


def _judged(found: Judged) -> list[Line]:
    said = found.sentence if found.p_value is None else f"{found.sentence.removesuffix('.')}, p = {found.p_value:.3g}."
    shown = Line("", replace(found.estimate, p_value=found.p_value), words=said)
    return [shown, figures("interval that decides", low=found.estimate.low, high=found.estimate.high)]


def _margins(given: Given) -> list[Line]:
    low, high = given.number("low"), given.number("high")
    if not low < high:
        raise BadInput([Problem(f"it is below “high” ({high:g}), not {low:g}.", setting="low")])
    return _judged(equivalence(_known(given), low, high, level=given.level))


def _cuped(given: Given, *, relative: bool) -> list[Line]:
    found = cuped(*parts(given, "value", "covariates"), level=given.level, relative=relative)
    return [Line(versus(given), found.estimate), figures("variance explained", share=found.explained)]


def _lin(given: Given) -> Estimate:
    rows, arm = treated(given)
    clusters = np.array(given.names("cluster"), dtype=object)[rows] if given.has("cluster") else None
    y, covariates = given.numbers("value")[rows], given.matrix("covariates")[rows]
    return lin(y, arm, covariates, level=given.level, clusters=clusters)


def _clustered(given: Given) -> Estimate:
    rows, arm = treated(given)
    clusters = np.array(given.names("cluster"), dtype=object)[rows]
    return clustered_difference(given.numbers("value")[rows], arm, clusters, level=given.level)


def _logistic(given: Given) -> list[Line]:
    found = logistic(given.numbers("answer"), given.several("effects"), level=given.level)
    effects = [Line(f"log odds of {name}", each) for name, each in found.effects.items()]
    odds = [Line(f"odds ratio of {name}", found.odds(name)) for name in found.effects if name != "intercept"]
    return [*effects, *odds, figures("McFadden's share explained", share=found.explained)]


def _fieller(given: Given) -> Estimate:
    return ratios.ratio_by_fieller(_ratio(given), level=given.level)


def _null(given: Given) -> Estimate:
    return means.mean(one(given), level=given.level, null=given.optional("null"))


WAYS: Final[dict[str, Way]] = {
    "student-mean": _null,
    "welch": lambda g: means.difference(*arm_moments(g), level=g.level),
    "welch-relative": lambda g: means.difference(*arm_moments(g), level=g.level, relative=True),
    "fieller": _fieller,
    "weighted-means": _weighted,
    "student": lambda g: means.pooled_difference(*arm_moments(g), level=g.level),
    "z-means": lambda g: means.z_difference(*arm_moments(g), level=g.level),
    "paired": lambda g: means.paired(Moments.of(differences(g)), level=g.level),
    "ratio": lambda g: ratios.ratio(_ratio(g), level=g.level),
    "ratio-difference": lambda g: ratios.ratio_difference(*parts(g, "numerator", "denominator"), level=g.level),
    "ratio-relative": lambda g: ratios.ratio_difference(
        *parts(g, "numerator", "denominator"), level=g.level, relative=True
    ),
    "quantile": lambda g: quantiles.quantile(g.numbers("value"), g.number("at"), level=g.level),
    "quantile-clustered": lambda g: quantiles.quantile(
        g.numbers("value"), g.number("at"), level=g.level, clusters=g.names("cluster")
    ),
    "quantile-difference": lambda g: quantiles.quantile_difference(*arms(g), g.number("at"), level=g.level),
    "quantile-relative": lambda g: quantiles.quantile_difference(
        *arms(g), g.number("at"), level=g.level, relative=True
    ),
    "winsorised": _capped,
    "post-stratified": _strata,
    "non-inferiority": lambda g: _judged(
        non_inferiority(_known(g), g.number("margin"), higher_is_better=g.flag("higher_is_better"), level=g.level)
    ),
    "tost": _margins,
    "cuped": lambda g: _cuped(g, relative=False),
    "cuped-relative": lambda g: _cuped(g, relative=True),
    "lin": _lin,
    "lin-moments": lambda g: adjusted_from_moments(*parts(g, "value", "covariates"), level=g.level),
    "lin-clustered": _lin,
    "clustered": _clustered,
    "logistic": _logistic,
    "cohen-d": lambda g: cohen_d(*arm_moments(g), level=g.level),
    "hedges-g": lambda g: hedges_g(*arm_moments(g), level=g.level),
    "cohen-dz": lambda g: cohen_dz(Moments.of(differences(g)), level=g.level),
}
