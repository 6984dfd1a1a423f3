"""Proportions and tables; counts and durations; planning from what was counted."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from analysis.planning import priors
from analysis.planning.information import best_arm
from analysis.planning.information.arms import BetaArms
from analysis.planning.stopping.predicting import needed_successes, success_of_one
from analysis.statistics.durations.hazards import hazard_ratio, log_rank
from analysis.statistics.durations.survival import (
    quantile_survival,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
)
from analysis.statistics.effects.standardised import cohen_h
from analysis.statistics.estimates import counts
from analysis.statistics.estimates import proportion_differences as two
from analysis.statistics.estimates.proportions import Counted, proportion
from analysis.statistics.tables.independence import boschloo, chi_square, fisher, goodness_of_fit
from analysis.statistics.tables.within import cochran_q, mcnemar
from analysis.statistics.words import Estimate, NoAnswer, Tested
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.given import Array, Given, few
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.sides import (
    Way,
    counted,
    counted_arms,
    counted_groups,
    event_arms,
    events,
    figures,
    record,
    record_arms,
    records,
)

MOST_NAMES = 100


def _share(given: Given, interval: str) -> Estimate:
    return proportion(_some(counted(given)), level=given.level, interval=interval)


def _some(found: Counted) -> Counted:
    if not found.n:
        raise NoAnswer("There are no units yet: there is no share.")
    return found


def _difference(given: Given, interval: str) -> Estimate:
    return two.proportion_difference(*counted_arms(given), level=given.level, interval=interval)


def _odds(given: Given, interval: str) -> Estimate:
    return two.odds_ratio(*counted_arms(given), level=given.level, interval=interval)


def _table(given: Given) -> Array:
    """Counts as they came, or counted from the names of each unit."""
    if given.has("counts"):
        return given.matrix("counts")
    rows, columns = (few(given.names(role), MOST_NAMES, f"different {role}s") for role in ("row", "column"))
    table = np.zeros((len(rows), len(columns)))
    at = [rows.index(each) for each in given.names("row")], [columns.index(each) for each in given.names("column")]
    np.add.at(table, at, 1.0)
    return table


def _chi_square(given: Given) -> Tested:
    table = _table(given)
    return chi_square(table, level=given.level, corrected=given.flag("corrected") and table.shape == (2, 2))


def _cramer(given: Given) -> Estimate:
    found = chi_square(_table(given), level=given.level)
    if found.estimate is None:
        raise NoAnswer("There is nothing to measure the dependence of.")
    return found.estimate


def _shares(given: Given) -> Tested:
    return goodness_of_fit(given.numbers("count"), given.numbers("weight"))


def _changed(given: Given) -> list[Line]:
    first, second = given.numbers("first"), given.numbers("second")
    if not len(first):
        raise NoAnswer("There are no units with two answers yet.")
    gained, lost = int((second > first).sum()), int((second < first).sum())
    tested = mcnemar(gained, lost, len(first))
    return [Line("", tested=tested), figures("changed", from_no_to_yes=gained, from_yes_to_no=lost)]


def _restricted(given: Given, *, relative: bool) -> Estimate:
    control, treatment = record_arms(given)
    until = given.number("until")
    return restricted_mean_difference(control, treatment, until=until, level=given.level, relative=relative)


def _information(given: Given) -> list[Line]:
    groups = counted_groups(given)
    if len(groups) < 2:
        raise NoAnswer("One arm alone leaves nothing to be found out: two or more are needed.")
    a, b = given.number("prior_a"), given.number("prior_b")
    arms = BetaArms.of(*((a + each.successes, b + each.n - each.successes) for each in groups.values()))
    gains = best_arm.information(arms, given.text("target"))
    rows = zip(groups, best_arm.chances_best(arms), gains, strict=True)
    return [figures(f"“{name}”", chance_best=float(chance), information=float(gain)) for name, chance, gain in rows]


def _predictive(given: Given) -> list[Line]:
    now, planned = _some(counted(given)), given.whole("planned")
    if now.n > planned:
        raise BadInput([Problem(f"it is at least the {now.n} units there are, not {planned}.", setting="planned")])
    needed = needed_successes(planned, given.number("against"), level=given.level)
    chance = success_of_one((now.successes, now.n), planned, needed)
    said = f"success at the planned end has a chance of {chance:.4g}: {needed} of {planned} are needed"
    return [Line("", figures={"chance": chance, "needed": needed}, words=said)]


def _power_prior(given: Given) -> list[Line]:
    rows = zip(given.numbers("successes"), given.numbers("units"), given.numbers("discount"), strict=True)
    try:
        earlier = [priors.EarlierRate(*(float(each) for each in row)) for row in rows]
    except ValueError as error:
        raise NoAnswer("More did it than there are units, in one of the earlier studies.") from error
    a, b = priors.of_rates(earlier, (given.number("prior_a"), given.number("prior_b")))
    worth = priors.counted(earlier)
    said = f"the prior is Beta({a:.6g}, {b:.6g}), worth {worth:.6g} units"
    return [Line("", figures={"a": a, "b": b, "worth": worth}, words=said)]


WAYS: Final[dict[str, Way]] = {
    **{
        key: partial(_share, interval=key) for key in ("wilson", "wald", "agresti-coull", "jeffreys", "clopper-pearson")
    },
    "miettinen-nurminen": partial(_difference, interval="score"),
    "newcombe": partial(_difference, interval="newcombe"),
    "agresti-caffo": partial(_difference, interval="agresti-caffo"),
    "wald-difference": partial(_difference, interval="wald"),
    "proportions-welch": lambda g: two.welch_proportions(*counted_arms(g), level=g.level),
    "proportions-relative": lambda g: two.welch_proportions(*counted_arms(g), level=g.level, relative=True),
    "risk-ratio": lambda g: two.risk_ratio(*counted_arms(g), level=g.level),
    "risk-ratio-log": lambda g: two.risk_ratio(*counted_arms(g), level=g.level, interval="log"),
    "odds-ratio": partial(_odds, interval="logit"),
    "odds-ratio-score": partial(_odds, interval="score"),
    "odds-ratio-exact": partial(_odds, interval="exact"),
    "cohen-h": lambda g: cohen_h(*counted_arms(g), level=g.level),
    "chi-square": _chi_square,
    "cramer-v": _cramer,
    "goodness-of-fit": _shares,
    "fisher": lambda g: fisher(*counted_arms(g), level=g.level),
    "boschloo": lambda g: boschloo(*counted_arms(g)),
    "mcnemar": _changed,
    "cochran-q": lambda g: cochran_q(g.matrix("answers")),
    "z-proportions": lambda g: two.pooled_z(*counted_arms(g)),
    "poisson-rate": lambda g: counts.rate(events(g), level=g.level),
    "rate-ratio": lambda g: counts.rate_ratio(*event_arms(g), level=g.level),
    "rate-difference": lambda g: counts.rate_difference(*event_arms(g), level=g.level),
    "kaplan-meier": lambda g: survival_at(record(g), g.number("time"), level=g.level),
    "survival-quantile": lambda g: quantile_survival(record(g), g.number("at"), level=g.level),
    "rmst": lambda g: restricted_mean(record(g), g.number("until"), level=g.level),
    "rmst-difference": partial(_restricted, relative=False),
    "rmst-relative": partial(_restricted, relative=True),
    "log-rank": lambda g: log_rank(list(records(g).values())),
    "hazard-ratio": lambda g: hazard_ratio(*record_arms(g), level=g.level),
    "information-gain": _information,
    "predictive-probability": _predictive,
    "power-prior": _power_prior,
}
