"""Quantiles of units' values."""

from __future__ import annotations

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.statistics.words import Estimate, NoAnswer


def anytime(asked: Asked) -> Estimate:
    """At every look, whatever the values' distribution."""
    from analysis.statistics.sequential.quantile_sequences import quantile, quantile_difference

    p, sides = asked.question.estimand.p or 0.5, asked.contrast.sides
    if asked.question.contrast.kind == ContrastKind.VALUE:
        return quantile(sides[0].values, p, level=asked.level)
    if not asked.contrast.is_pair:
        raise NoAnswer("A quantile is compared between two groups: ask of two arms.")
    return quantile_difference(sides[0].values, sides[1].values, p, level=asked.level)


def fixed(asked: Asked) -> Estimate:
    """For one look, between order statistics."""
    from analysis.statistics.estimates.quantiles import quantile, quantile_difference

    p, sides = asked.question.estimand.p or 0.5, asked.contrast.sides
    if asked.question.contrast.kind == ContrastKind.VALUE:
        return quantile(sides[0].values, p, level=asked.level)
    if not asked.contrast.is_pair:
        raise NoAnswer("A quantile is compared between two groups: ask of two arms.")
    return quantile_difference(sides[0].values, sides[1].values, p, level=asked.level)
