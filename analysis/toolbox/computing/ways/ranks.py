"""Ranks and permutations; analysis of variance; correlations; agreement and reliability."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Final, Literal, cast

import numpy as np

from analysis.statistics.agreement.intraclass import intraclass
from analysis.statistics.agreement.kappa import cohen_kappa, fleiss_kappa
from analysis.statistics.agreement.krippendorff import Scale, krippendorff_alpha
from analysis.statistics.agreement.reliability import alpha_without, cronbach_alpha, mcdonald_omega
from analysis.statistics.anova.factorial import factorial
from analysis.statistics.anova.mixed import mixed_model
from analysis.statistics.anova.one_way import f_tested, one_way, welch_anova
from analysis.statistics.anova.pairs import Pair, games_howell, tukey
from analysis.statistics.anova.repeated import Within, repeated
from analysis.statistics.anova.split_plot import split_plot
from analysis.statistics.effects import explained
from analysis.statistics.effects.correlations import kendall, pearson, spearman
from analysis.statistics.moments import Moments, computable
from analysis.statistics.ranks import mann_whitney as two
from analysis.statistics.ranks import wilcoxon as within
from analysis.statistics.ranks.mann_whitney import Alternative
from analysis.statistics.ranks.permutation import permutation_test, sign_flip_test
from analysis.statistics.ranks.several import friedman, kruskal
from analysis.statistics.words import Estimate, NoAnswer, Tested
from analysis.toolbox.computing.answered import Line
from analysis.toolbox.computing.given import Given, few
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.sides import Way, arms, differences, figures, group_moments, group_values, versus

MOST_DRAWN, MOST_PAIRED, MOST_CELLS, MOST_NAMES, MOST_ITEMS, MOST_RANKED = 30_000_000, 10, 200, 100, 30, 2_500_000
"""So that an answer takes seconds: rows times draws, groups, combinations, categories, items, rows times ranks²."""
TOO_MANY = "There are too many pairs to hold them all: take fewer rows, or the chance to be larger (auc)."


def _side(given: Given) -> Alternative:
    return cast(Alternative, given.text("alternative"))


def _there(found: Estimate | None) -> Estimate:
    if found is None:
        raise NoAnswer(TOO_MANY)
    return found


def _mann_whitney(given: Given) -> list[Line]:
    found = two.mann_whitney(*arms(given), level=given.level, alternative=_side(given))
    shift = [Line("usual shift", found.shift)] if found.shift else []
    return [Line(versus(given), tested=found.tested), Line("chance to be larger", found.larger), *shift]


def _times(given: Given) -> int:
    times = given.whole("times")
    if given.n * times > MOST_DRAWN:
        said = f"of {given.n} rows at most {MOST_DRAWN // given.n:,} permutations are drawn, not {times:,}."
        raise BadInput([Problem(said, setting="times")])
    return times


def _permutation(given: Given) -> Tested:
    control, treatment = arms(given)
    times = _times(given)
    return permutation_test(control, treatment, rng=given.rng, times=times, alternative=_side(given))


def _flips(given: Given) -> Tested:
    return sign_flip_test(differences(given), rng=given.rng, times=_times(given), alternative=_side(given))


def _of_f(given: Given, effect: str) -> Estimate:
    measure = {"eta": explained.eta_squared, "omega": explained.omega_squared, "f": explained.cohen_f}[effect]
    if not given.has("f"):
        return measure(one_way(list(group_moments(given).values())), level=given.level)
    if given.n != 1:
        raise NoAnswer(f"One F test is read at a time, and there are {given.n}.")
    f, above, below = (float(computable(given.numbers(role))[0]) for role in ("f", "df_effect", "df_error"))
    if not (above > 0 and below > 0):
        raise NoAnswer("An F test has degrees of freedom above 0, of the effect and of the error.")
    return measure(f_tested(f, (above, below), round(above + below + 1), "anova"), level=given.level)


def _few(given: Given) -> dict[str, Moments]:
    groups = group_moments(given)
    if len(groups) > MOST_PAIRED:
        raise NoAnswer(f"There are {len(groups)} groups, and all pairs of at most {MOST_PAIRED} are compared.")
    return groups


def _pairs(found: tuple[Pair, ...]) -> list[Line]:
    return [Line(f"“{each.second}” against “{each.first}”", each.estimate) for each in found]


def _factorial(given: Given, kind: Literal[2, 3]) -> list[Line]:
    factors = given.named("factors")
    cells = prod(len(set(names)) for names in factors.values())
    if cells > MOST_CELLS:
        raise NoAnswer(
            f"These factors have {cells} combinations of levels, and at most {MOST_CELLS} are computed with."
        )
    found = factorial(given.numbers("value"), factors, kind=kind, most=given.whole("most"))
    return [Line(each.name, tested=each.tested) for each in found.effects]


def _within(found: tuple[Within, ...]) -> list[Line]:
    return [
        Line(each.name, tested=each.tested, figures={"epsilon": each.epsilon, "p_uncorrected": each.p_uncorrected})
        for each in found
    ]


def _mixed(given: Given) -> list[Line]:
    slope = given.text("slope") or None
    effects = given.several("effects")
    if slope is not None and slope not in effects:
        raise BadInput([Problem(f"it is one of the effects ({', '.join(effects)}), not “{slope}”.", setting="slope")])
    found = mixed_model(given.numbers("value"), effects, given.names("unit"), slope=slope, level=given.level)
    spread = {"between_units": found.between, "within_units": found.within, "share_between": found.share}
    slopes = {"between_slopes": found.slope_variance} if found.slope_variance is not None else {}
    return [*(Line(name, each) for name, each in found.effects.items()), figures("variance", **spread, **slopes)]


def _kappa(given: Given) -> Estimate:
    first, second = given.names("first"), given.names("second")
    few([*first, *second], MOST_NAMES, "different judgements")
    return cohen_kappa(first, second, level=given.level)


def _weighted(given: Given) -> Estimate:
    first, second, order = given.names("first"), given.names("second"), given.listed("categories")
    few([*first, *second], MOST_NAMES, "different judgements")
    strange = sorted({*first, *second} - set(order)) if order else []
    if strange:
        raise BadInput([Problem(f"“{strange[0]}” was said, and is not among them.", setting="categories")])
    weights = cast(Literal["linear", "quadratic"], given.text("weights"))
    return cohen_kappa(first, second, weights=weights, categories=order, level=given.level)


def _fleiss(given: Given) -> Estimate:
    judged = given.named("ratings")
    said = [each for column in judged.values() for each in column if each is not None]
    names = few(said, MOST_NAMES, "different judgements")
    table = np.array([[column.count(name) for name in names] for column in zip(*judged.values(), strict=True)])
    return fleiss_kappa(table.reshape(given.n, len(names)), level=given.level)


def _krippendorff(given: Given, scale: Scale) -> Estimate:
    columns = given.named("ratings") if scale == "nominal" else given.several("ratings")
    ratings = [list(column) for column in columns.values()]
    values = len({each for column in ratings for each in column})
    if scale == "ordinal" and given.n * values**2 > MOST_RANKED:
        raise NoAnswer(
            f"{values} different ranks of {given.n} units are too many: round them, or count them as numbers."
        )
    return krippendorff_alpha(ratings, scale=scale, level=given.level, rng=given.rng)


def _omega(given: Given) -> Estimate:
    items = given.matrix("items")
    if items.shape[1] > MOST_ITEMS:
        raise NoAnswer(f"There are {items.shape[1]} items, and omega is computed of at most {MOST_ITEMS}.")
    return mcdonald_omega(items, level=given.level, rng=given.rng)


def _cronbach(given: Given) -> list[Line]:
    items = given.matrix("items")
    found = [Line("", cronbach_alpha(items, level=given.level))]
    if items.shape[1] < 3:
        return found
    try:
        without = zip(given.several("items"), alpha_without(items), strict=True)
    except NoAnswer:
        return found
    return [*found, *(figures(f"without “{name}”", alpha=alpha) for name, alpha in without)]


def _intraclass(given: Given, model: str) -> list[Line]:
    found = intraclass(given.matrix("ratings"), level=given.level)
    return [Line("of one judge", found[f"ICC({model},1)"]), Line("of all judges' mean", found[f"ICC({model},k)"])]


def _pearson(given: Given) -> Estimate:
    return pearson(Moments.of(given.numbers("first"), given.numbers("second")), level=given.level)


WAYS: Final[dict[str, Way]] = {
    "mann-whitney": _mann_whitney,
    "auc": lambda g: two.chance_to_be_larger(*arms(g), level=g.level),
    "cliff-delta": lambda g: two.cliff_delta(two.chance_to_be_larger(*arms(g), level=g.level)),
    "hodges-lehmann": lambda g: _there(two.hodges_lehmann(*arms(g), level=g.level)),
    "wilcoxon": lambda g: within.wilcoxon(differences(g), level=g.level, alternative=_side(g)),
    "pseudo-median": lambda g: _there(within.pseudo_median(differences(g), level=g.level)),
    "sign-test": lambda g: within.sign_test(differences(g)),
    "kruskal": lambda g: kruskal(group_values(g)),
    "friedman": lambda g: friedman(g.matrix("conditions")),
    "permutation": _permutation,
    "sign-flip": _flips,
    "anova": lambda g: one_way(list(group_moments(g).values())),
    "welch-anova": lambda g: welch_anova(list(group_moments(g).values())),
    "anova-2": partial(_factorial, kind=2),
    "anova-3": partial(_factorial, kind=3),
    "repeated": lambda g: _within(repeated(g.matrix("conditions"))),
    "split-plot": lambda g: _within(split_plot(g.matrix("conditions"), g.names("group"))),
    "tukey": lambda g: _pairs(tukey(_few(g), level=g.level)),
    "games-howell": lambda g: _pairs(games_howell(_few(g), level=g.level)),
    "mixed": _mixed,
    "eta-squared": partial(_of_f, effect="eta"),
    "omega-squared": partial(_of_f, effect="omega"),
    "cohen-f": partial(_of_f, effect="f"),
    "pearson": _pearson,
    "spearman": lambda g: spearman(g.numbers("first"), g.numbers("second"), level=g.level),
    "kendall": lambda g: kendall(g.numbers("first"), g.numbers("second"), level=g.level),
    "cohen-kappa": _kappa,
    "weighted-kappa": _weighted,
    "fleiss-kappa": _fleiss,
    "krippendorff-nominal": partial(_krippendorff, scale="nominal"),
    "krippendorff-ordinal": partial(_krippendorff, scale="ordinal"),
    "krippendorff-interval": partial(_krippendorff, scale="interval"),
    "krippendorff-ratio": partial(_krippendorff, scale="ratio"),
    "cronbach-alpha": _cronbach,
    "mcdonald-omega": _omega,
    "icc-1": partial(_intraclass, model="1"),
    "icc-a": partial(_intraclass, model="A"),
    "icc-c": partial(_intraclass, model="C"),
}
