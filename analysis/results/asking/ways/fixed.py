"""For one look at a time fixed beforehand."""

from __future__ import annotations

from dataclasses import replace

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Side
from analysis.statistics.words import Estimate, NoAnswer


def fixed(asked: Asked) -> Estimate:
    """For one look: Welch for numbers, the score test for yes and no; of differences within units paired."""
    from analysis.statistics.estimates import means

    contrast = asked.contrast
    if asked.question.contrast.kind == ContrastKind.OMNIBUS:
        raise NoAnswer("Of several groups at once there is no single difference: ask with method anova.")
    if len(contrast.sides) == 1:
        moments = contrast.sides[0].moments
        if asked.question.contrast.kind == ContrastKind.VALUE:
            return means.mean(moments, level=asked.level)
        return means.paired(moments, level=asked.level)
    if not contrast.is_pair:
        return means.weighted_means([each.moments for each in contrast.sides], contrast.weights, level=asked.level)
    control, treatment = (each.moments for each in contrast.sides)
    if contrast.kind == "boolean" and all(is_yes_no(each) for each in contrast.sides):
        return _of_shares(asked)
    return means.difference(control, treatment, level=asked.level, relative=asked.is_relative)


def is_yes_no(side: Side) -> bool:
    """Whether each unit said yes or no, once."""
    return side.is_yes_no


def _of_shares(asked: Asked) -> Estimate:
    """By the score test, which holds for rare events too; relative: the ratio of shares, less 1."""
    from analysis.statistics.estimates.proportion_differences import proportion_difference, risk_ratio
    from analysis.statistics.estimates.proportions import Counted

    counted = [Counted(each.successes, each.n) for each in asked.contrast.sides]
    if not asked.is_relative:
        return proportion_difference(*counted, level=asked.level)
    found = risk_ratio(*counted, level=asked.level)
    return replace(found, value=found.value - 1, low=found.low - 1, high=found.high - 1)
