"""Valid while one looks; Bayesian; valid though a bandit allocated."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Final

import numpy as np

from analysis.statistics.adaptive.answering import adaptive_difference
from analysis.statistics.adaptive.log import Log
from analysis.statistics.adaptive.watched import ContrastEvidence
from analysis.statistics.adaptive.weighted import Weights, contrast, plain_difference
from analysis.statistics.bayes import factors
from analysis.statistics.bayes.best_arm import normal_posterior
from analysis.statistics.bayes.comparing import Answer
from analysis.statistics.bayes.comparing import compare as posteriors
from analysis.statistics.bayes.effects import EffectPrior, compare_effect
from analysis.statistics.bayes.factors import Factor
from analysis.statistics.bayes.posterior import count_posterior, mean_posterior, rate_posterior
from analysis.statistics.estimates.means import arm_of
from analysis.statistics.moments import Moments
from analysis.statistics.sequential import quantile_sequences as quantiles
from analysis.statistics.sequential.asymptotics import Sequence
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.sequential.comparing import compare, estimate_mean
from analysis.statistics.sequential.group.boundaries import boundaries
from analysis.statistics.sequential.group.spending import Spending
from analysis.statistics.sequential.group.stopped import after_stopping, at_look
from analysis.statistics.sequential.incremental import EmpiricalBernstein, HedgedCapital
from analysis.statistics.sequential.mixtures import normal_sequence, sequential_ratio_test
from analysis.statistics.sequential.rates import rate_sequence
from analysis.statistics.words import Estimate, NoAnswer
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.given import Given
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.sides import (
    Way,
    arm_moments,
    arms,
    counted,
    counted_arms,
    differences,
    event_arms,
    versus,
)


def _ends(given: Given) -> tuple[float, float]:
    low, high = given.number("low"), given.number("high")
    if not low < high:
        raise BadInput([Problem(f"it is below “high” ({high:g}), not {low:g}.", setting="low")])
    return low, high


def _bets(given: Given) -> Estimate:
    low, high = _ends(given)
    if not given.has("group"):
        return estimate_mean(BoundedEvidence.of(given.numbers("value"), low, high), level=given.level)
    control, treatment = (BoundedEvidence.of(arm, low, high) for arm in arms(given))
    return compare(control, treatment, level=given.level, relative=given.flag("relative"))


def _asymptotic(given: Given) -> Estimate:
    if given.has("group"):
        return compare(*arm_moments(given), level=given.level, relative=given.flag("relative"))
    return estimate_mean(Moments.of(given.numbers("value")), level=given.level)


def _one_by_one(given: Given, kind: type[EmpiricalBernstein] | type[HedgedCapital]) -> Estimate:
    low, high = _ends(given)
    return kind.start(level=given.level, low=low, high=high).update(given.numbers("value")).interval()


def _normal(given: Given) -> Estimate:
    values, sequence = Moments.of(given.numbers("value")), Sequence(given.level, given.number("tuning_n"))
    return normal_sequence(float(values.mean[0]), values.n, given.number("sigma"), sequence=sequence)


def _quantile(given: Given) -> Estimate:
    if given.has("group"):
        return quantiles.quantile_difference(*arms(given), given.number("at"), level=given.level)
    return quantiles.quantile(given.numbers("value"), given.number("at"), level=given.level)


def _looks(given: Given, *, is_stopped: bool) -> list[Line]:
    """Every look that was taken by its repeated interval; or the last one, as who stopped there says it."""
    values, errors = given.numbers("estimate"), given.numbers("standard_error")
    taken = [int(look) for look in np.flatnonzero(np.isfinite(values) & np.isfinite(errors))]
    if not taken:
        raise NoAnswer("No look was taken yet: a row needs its estimate and standard error.")
    parameter = given.optional("parameter")
    try:
        spending = Spending(given.text("spending"), parameter)
        bounds = boundaries(
            given.numbers("share").tolist(), level=given.level, sides=given.whole("sides"), spending=spending
        )
    except NoAnswer:
        raise
    except ValueError as error:
        raise BadInput([Problem(f"The plan of looks: {error}")]) from error
    if is_stopped:
        taken = taken[-1:]
    how, n = after_stopping if is_stopped else at_look, given.whole("n")
    return [
        Line(
            f"look {look + 1}",
            how(bounds, look, float(values[look]), standard_error=float(errors[look]), n=n),
            figures={"boundary_z": bounds.upper[look], "z": float(values[look] / errors[look])},
        )
        for look in taken
    ]


def _rate(given: Given) -> Estimate:
    found = counted(given)
    return rate_sequence(found.successes, found.n, level=given.level, tuning_n=given.number("tuning_n"))


def _believed(given: Given, found: Answer) -> list[Line]:
    told = {
        "chance_to_win": found.chance_to_win,
        "loss_of_control": found.loss_control,
        "loss_of_treatment": found.loss_treatment,
    }
    return [Line(versus(given), found.estimate, figures=told)]


def _effect(given: Given) -> list[Line]:
    sd = given.optional("prior_sd")
    prior = EffectPrior(given.number("prior_mean"), inf if sd is None else sd)
    control, treatment = (arm_of(each) for each in arm_moments(given))
    relative = given.flag("relative")
    return _believed(given, compare_effect(control, treatment, prior=prior, relative=relative, level=given.level))


def _rates(given: Given) -> list[Line]:
    prior = given.number("prior_a"), given.number("prior_b")
    control, treatment = (rate_posterior(each.successes, each.n, prior=prior) for each in counted_arms(given))
    return _believed(given, posteriors(control, treatment, relative=given.flag("relative"), level=given.level))


def _counts(given: Given) -> list[Line]:
    prior = given.number("shape"), given.number("rate")
    control, treatment = (count_posterior(each.count, each.exposure, prior=prior) for each in event_arms(given))
    return _believed(given, posteriors(control, treatment, relative=given.flag("relative"), level=given.level))


def _means(given: Given, *, is_normal: bool) -> list[Line]:
    of = normal_posterior if is_normal else mean_posterior
    control, treatment = (of(each) for each in arm_moments(given))
    return _believed(given, posteriors(control, treatment, level=given.level))


def _factor(found: Factor) -> list[Line]:
    told = {"bayes_factor": found.value, "log_factor": found.log_factor}
    return [Line("", figures=told, words=f"the Bayes factor is {found.value:.4g}. {found.sentence}")]


def _jzs(given: Given) -> list[Line]:
    width = given.number("width")
    if given.has("first"):
        return _factor(factors.jzs_one_sample(Moments.of(differences(given)), width=width))
    return _factor(factors.jzs_two_samples(*arm_moments(given), width=width))


def _of_estimate(given: Given) -> list[Line]:
    if given.n != 1:
        raise NoAnswer(f"One estimate is judged at a time, and there are {given.n}.")
    error = float(given.numbers("standard_error")[0])
    if not error > 0:
        raise NoAnswer("A standard error of 0 says nothing about how sure the estimate is.")
    effect, sd, mean = float(given.numbers("estimate")[0]), given.number("prior_sd"), given.number("prior_mean")
    return _factor(factors.normal_factor(effect, error, prior_sd=sd, prior_mean=mean))


def _rate_factor(given: Given) -> list[Line]:
    prior = given.number("prior")
    if not given.has("group"):
        one = counted(given)
        if not one.n:
            raise NoAnswer("There are no units yet: there is no share.")
        against = given.number("against")
        return _factor(factors.rate_factor(one.successes, one.n, against, prior=(prior, prior)))
    control, treatment = ((each.successes, each.n) for each in counted_arms(given))
    return _factor(factors.two_rates_factor(control, treatment, prior=prior))


def _log(given: Given) -> Log:
    """Control is 0, treatment 1, all others 2 and more."""
    control, treatment = given.pair()
    if given.has("chances"):
        chances, names = given.matrix("chances"), list(given.several("chances"))
        lacking = [each for each in given.groups() if each not in names]
        if lacking:
            raise BadInput([Problem(f"“{lacking[0]}” was chosen, and no column of chances is called so.")])
        order = [control, treatment, *(each for each in names if each not in (control, treatment))]
        known = chances[:, [names.index(each) for each in order]]
    else:
        order = [control, treatment, *(each for each in given.groups() if each not in (control, treatment))]
        known = given.numbers("chance")
    arms = np.array([order.index(each) for each in given.names("group")], dtype=np.int64)
    own = known[np.arange(len(arms)), arms] if known.ndim == 2 else known
    if not (own > 0).all():
        raise BadInput([Problem("A choice that was made had, by its row, a chance of 0.")])
    return Log.of(arms, given.numbers("reward"), known)


def _adaptive(given: Given, *, is_bounded: bool) -> list[Line]:
    ends = _ends(given) if is_bounded else (-inf, inf)
    found = adaptive_difference(_log(given), (0, 1), ends=ends, relative=given.flag("relative"), level=given.level)
    lines = [Line(versus(given), found.estimate)]
    lines += [Line("for one look, weighted", found.weighted)] if found.weighted else []
    return lines + ([Line("plain means, biased", found.plain)] if found.plain else [])


def _aipw_bets(given: Given) -> Estimate:
    low, high = _ends(given)
    floor = given.number("floor")
    log = _log(given)
    ours = log.arms < 2
    if ours.any() and float(log.chances[ours].min()) < floor:
        said = f"it is at most the least chance there is ({float(log.chances[ours].min()):g}), not {floor:g}."
        raise BadInput([Problem(said, setting="floor")])
    chosen = np.where(ours, log.arms, -1)
    evidence = ContrastEvidence.start(low=low, high=high, floor=floor).update(chosen, log.rewards, log.chances)
    return evidence.interval(level=given.level)


def _weighted(given: Given, weights: Weights) -> Estimate:
    return contrast(_log(given).together((0, 1)), 0, 1, weights=weights, level=given.level)


def _plain(given: Given) -> list[Line]:
    log = _log(given)
    beside = contrast(log.together((0, 1)), 0, 1, level=given.level)
    return [
        Line(f"{versus(given)}, by the stored chances", beside),
        Line(f"{versus(given)}, plain and biased", plain_difference(log, 0, 1, level=given.level)),
    ]


WAYS: Final[dict[str, Way]] = {
    "betting-sequence": _bets,
    "asymptotic-sequence": _asymptotic,
    "empirical-bernstein-sequence": partial(_one_by_one, kind=EmpiricalBernstein),
    "hedged-capital-sequence": partial(_one_by_one, kind=HedgedCapital),
    "normal-mixture": _normal,
    "mixture-sprt": lambda g: sequential_ratio_test(*arm_moments(g), tau2=g.number("tau2"), level=g.level),
    "quantile-sequence": _quantile,
    "repeated-interval": partial(_looks, is_stopped=False),
    "stage-wise": partial(_looks, is_stopped=True),
    "beta-binomial-sequence": _rate,
    "bayes-effect": _effect,
    "bayes-beta": _rates,
    "bayes-gamma": _counts,
    "bayes-student": partial(_means, is_normal=False),
    "bayes-normal": partial(_means, is_normal=True),
    "bayes-factor-jzs": _jzs,
    "bayes-factor-normal": _of_estimate,
    "bayes-factor-rates": _rate_factor,
    "adaptive-betting": partial(_adaptive, is_bounded=True),
    "aipw-betting-sequence": _aipw_bets,
    "aipw-asymptotic-sequence": partial(_adaptive, is_bounded=False),
    "ipw": partial(_weighted, weights="ipw"),
    "aipw": partial(_weighted, weights="uniform"),
    "aipw-weighted": partial(_weighted, weights="constant"),
    "aipw-two-point": partial(_weighted, weights="two-point"),
    "plain-means": _plain,
}
