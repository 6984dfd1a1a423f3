"""Tests for one look: by ranks, exactly, by analysis of variance, by mixed and logistic models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Side, cells_of
from analysis.results.asking.ways.fixed import is_yes_no
from analysis.results.columns import ARM, Array, share_of, value_of
from analysis.statistics.words import Estimate, NoAnswer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.statistics.words import Tested


def ranks(asked: Asked) -> Estimate:
    """Mann-Whitney's test with the usual shift; within units Wilcoxon's; of several groups Kruskal and Wallis', of
    several conditions within units Friedman's.
    """
    from analysis.statistics.ranks.mann_whitney import mann_whitney
    from analysis.statistics.ranks.several import friedman, kruskal
    from analysis.statistics.ranks.wilcoxon import wilcoxon

    sides = asked.contrast.sides
    if asked.contrast.kind == "within":
        return _told(friedman(_together_at(asked)), asked)
    if asked.question.contrast.kind == ContrastKind.OMNIBUS:
        return _told(kruskal([side.values for side in sides]), asked)
    if len(sides) == 1:
        return _told(wilcoxon(sides[0].values, level=asked.level), asked)
    control, treatment = _two(asked)
    found = mann_whitney(control.values, treatment.values, level=asked.level)
    larger = f"The chance that a unit of “{treatment.name}” exceeds one of “{control.name}”: {found.larger.value:.1%}."
    return _told(replace(found.tested, estimate=found.shift or found.delta), asked).remarked(larger)


def exact(asked: Asked) -> Estimate:
    """Fisher's test of yes and no; of a choice Pearson's chi-square over all options."""
    from analysis.statistics.estimates.proportion_differences import proportion_difference
    from analysis.statistics.estimates.proportions import Counted
    from analysis.statistics.tables.independence import chi_square, fisher

    if asked.contrast.kind == "choice":
        return _told(chi_square(_table(asked), level=asked.level), asked)
    sides = _two(asked)
    if not all(is_yes_no(side) for side in sides):
        raise NoAnswer("An exact test is of answers, yes or no, of one for each unit: ask with ranks.")
    control, treatment = (Counted(int(side.values.sum()), len(side.values)) for side in sides)
    found = proportion_difference(control, treatment, level=asked.level)
    return _told(replace(fisher(control, treatment, level=asked.level), estimate=found), asked)


def _table(asked: Asked) -> list[list[float]]:
    """Arms by options: how many units chose each, a unit of several choices counting in parts."""
    stem, columns = share_of(asked.question.measure, ""), asked.setting.columns
    options = [name for name in columns.names if name.startswith(stem)]
    return [[float(np.nansum(columns.column(name)[side.places])) for name in options] for side in asked.contrast.sides]


def anova(asked: Asked) -> Estimate:
    """Of groups Welch's analysis of variance, of conditions within units repeated measures; of two factors their
    interaction; the estimate is what is explained.
    """
    from analysis.statistics.anova.one_way import welch_anova
    from analysis.statistics.anova.repeated import repeated
    from analysis.statistics.effects.explained import eta_squared

    kind = asked.question.contrast.kind
    if kind == ContrastKind.INTERACTION:
        tested = _together(asked)
    elif asked.contrast.kind == "within":
        tested = repeated(_together_at(asked))[-1].tested
    elif kind == ContrastKind.OMNIBUS:
        tested = welch_anova([side.moments for side in asked.contrast.sides])
    else:
        raise NoAnswer("An analysis of variance is of several groups, or of factors together: ask of all at once.")
    return _told(replace(tested, estimate=eta_squared(tested, level=2 * asked.level)), asked)


def _together_at(asked: Asked) -> Array:
    """Of a contrast within units: shape (units, conditions)."""
    return np.column_stack([side.values for side in asked.contrast.sides])


def _together(asked: Asked) -> Tested:
    from analysis.statistics.anova.factorial import factorial
    from analysis.statistics.anova.repeated import repeated

    factors = [each for each in asked.setting.factors if each.name in asked.question.contrast.factors]
    between = [each.name for each in factors if each.scope == "between"]
    within = {each.name: each.levels for each in factors if each.scope == "within"}
    if not within:
        y, labels = _labelled(asked, between)
        return factorial(y, labels, kind=3).effects[-1].tested
    if between:
        return _in_groups(asked, between, within)
    table = _conditions(asked, within)
    return repeated(table[_met_all(table)], _counts(within))[-1].tested


def _in_groups(asked: Asked, between: Sequence[str], within: Mapping[str, Sequence[object]]) -> Tested:
    """Groups of units by conditions that each unit met."""
    from analysis.statistics.anova.split_plot import split_plot

    if len(between) > 1:
        raise NoAnswer("Two factors between units and one within have no single figure: ask of two at a time.")
    table, arms = _conditions(asked, within), asked.setting.columns.column(ARM)
    kept = _met_all(table) & np.isin(arms, list(asked.setting.arms)) & _met_all_arms(asked)
    groups = [str(asked.setting.arms[int(arm)].levels.get(between[0])) for arm in arms[kept]]
    return split_plot(table[kept], groups, _counts(within), name=between[0])[-1].tested


def _met_all_arms(asked: Asked) -> NDArray[np.bool_]:
    """Who came while all arms of the contrast could be had: the units of its sides."""
    found = np.zeros(len(asked.setting.columns), dtype=bool)
    found[np.concatenate([side.places for side in asked.contrast.sides])] = True
    return found


def _met_all(table: Array) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(table).any(axis=1))


def _counts(levels: Mapping[str, Sequence[object]]) -> dict[str, int]:
    return {name: len(own) for name, own in levels.items()}


def _labelled(asked: Asked, names: Sequence[str]) -> tuple[Array, Mapping[str, list[str]]]:
    """Each unit's value, and its level of each factor."""
    values, arms = asked.setting.values(asked.question), asked.setting.columns.column(ARM)
    known = _met_all_arms(asked) & ~np.isnan(values) & np.isin(arms, list(asked.setting.arms))
    specs = [asked.setting.arms[int(arm)] for arm in arms[known]]
    return values[known], {name: [str(spec.levels.get(name)) for spec in specs] for name in names}


def _conditions(asked: Asked, factors: Mapping[str, Sequence[object]]) -> Array:
    """Shape (units, conditions); NaN where a unit did not meet one."""
    import json
    from itertools import product

    columns = asked.setting.columns
    found = []
    for levels in product(*factors.values()):
        wanted = dict(zip(factors, levels, strict=True))
        cells = [cell for cell in cells_of(asked.setting, asked.question.measure) if wanted == json.loads(cell)]
        if not cells:
            raise NoAnswer("Not all combinations of these levels were met, or other factors came in between them.")
        found.append(columns.column(value_of(asked.question.measure, cell=cells[0])))
    return np.column_stack(found)


def mixed(asked: Asked) -> Estimate:
    """A model with an intercept for each unit: the contrast's effect over all cells that units met."""
    import json

    from analysis.statistics.anova.mixed import mixed_model

    contrast, setting = asked.question.contrast, asked.setting
    if contrast.kind != ContrastKind.WITHIN:
        raise NoAnswer("A mixed model is asked of levels that each unit meets: ask of a factor within units.")
    rows: list[tuple[float, float, int]] = []
    for cell in cells_of(setting, asked.question.measure):
        level = json.loads(cell).get(contrast.factor)
        if level in (contrast.baseline, contrast.level):
            values = setting.columns.column(value_of(asked.question.measure, cell=cell))
            rows += [
                (value, float(level == contrast.level), unit) for unit, value in enumerate(values) if value == value
            ]
    if not rows:
        raise NoAnswer("Nobody was measured at these levels yet.")
    y, treated, units = (np.array(each) for each in zip(*rows, strict=True))
    return mixed_model(y, {"effect": treated}, units, level=asked.level).effects["effect"]


def logistic(asked: Asked) -> Estimate:
    """Log odds of yes, treatment against control, beyond the question's covariates. Separation is found and said."""
    from analysis.statistics.estimates.logistic import logistic as fitted

    control, treatment = asked.contrast.groups if len(asked.contrast.groups) == 2 else _two(asked)
    if not all(is_yes_no(side) for side in (control, treatment)):
        raise NoAnswer("A logistic model is of answers, yes or no, of one for each unit.")
    y = np.concatenate([control.values, treatment.values])
    places = np.concatenate([control.places, treatment.places])
    columns = {"effect": np.repeat([0.0, 1.0], [len(control.values), len(treatment.values)])}
    for name in asked.question.covariates:
        own = asked.setting.covariate(name)[places]
        known = own[~np.isnan(own)]
        columns[name] = np.where(np.isnan(own), known.mean() if len(known) else 0.0, own)
    found = fitted(y, columns, level=asked.level)
    return found.effects["effect"].remarked(f"In log odds; the ratio of odds is {found.odds('effect').value:.3g}.")


def _two(asked: Asked) -> tuple[Side, ...]:
    if not asked.contrast.is_pair:
        raise NoAnswer("This method compares two groups: ask of two arms.")
    return asked.contrast.sides


def _told(tested: Tested, asked: Asked) -> Estimate:
    """What may be read off beside a test, with the test's p-value, name and promise."""
    degrees = ", ".join(f"{each:.4g}" for each in tested.degrees)
    name = f"{tested.name}({degrees})" if degrees else tested.name
    found = tested.estimate or Estimate(0.0, -inf, inf, asked.level, tested.n, tested.method, tested.validity)
    said = (*found.remarks, f"{name} = {tested.statistic:.4g}.", *tested.remarks)
    return replace(found, p_value=tested.p_value, method=tested.method, validity=tested.validity, remarks=said)
