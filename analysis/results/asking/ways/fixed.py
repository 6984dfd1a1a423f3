"""For one look at a time fixed beforehand."""

from __future__ import annotations

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Side
from analysis.results.asking.ways.anytime import sum_of_means
from analysis.statistics.words import Estimate, NoAnswer


def fixed(asked: Asked) -> Estimate:
    """For one look: Welch for numbers, proportions by their own variance; of differences within units paired."""
    from analysis.statistics.estimates import means
    from analysis.statistics.estimates.proportion_differences import welch_proportions
    from analysis.statistics.estimates.proportions import Counted

    contrast = asked.contrast
    if asked.question.contrast.kind == ContrastKind.OMNIBUS:
        raise NoAnswer("Of several groups at once there is no single difference: ask with method anova.")
    if len(contrast.sides) == 1:
        moments = contrast.sides[0].moments
        if asked.question.contrast.kind == ContrastKind.VALUE:
            return means.mean(moments, level=asked.level)
        return means.paired(moments, level=asked.level)
    if not contrast.is_pair:
        return _weighted_fixed(asked)
    control, treatment = (each.moments for each in contrast.sides)
    if contrast.kind == "boolean" and all(is_yes_no(each) for each in contrast.sides):
        counted = [Counted(round(each.n * float(each.mean[0])), each.n) for each in (control, treatment)]
        return welch_proportions(*counted, level=asked.level, relative=asked.is_relative)
    return means.difference(control, treatment, level=asked.level, relative=asked.is_relative)


def is_yes_no(side: Side) -> bool:
    """Whether each unit said yes or no, once."""
    return bool(((side.values == 0) | (side.values == 1)).all())


def _weighted_fixed(asked: Asked) -> Estimate:
    from analysis.statistics.estimates.referring import bare, normal

    value, error, n, _ = sum_of_means(asked.contrast)
    return normal(bare(value, n, asked.level, "weighted-means"), error)
