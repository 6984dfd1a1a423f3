"""Valid at every look: exact where both ends of a value are declared, else asymptotic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, sqrt
from typing import Final

from analysis.registered.document import ContrastKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Contrasted
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer, Validity

FEWER: Final = (
    "Fewer than {needed} units in the smallest group: too few to know how much values vary, so nothing is claimed yet."
)


def anytime(asked: Asked) -> Estimate:
    """Valid at every look: exact where both ends are declared, else asymptotic."""
    from analysis.statistics.sequential.comparing import compare

    contrast = asked.contrast
    if asked.question.contrast.kind == ContrastKind.OMNIBUS:
        if asked.contrast.kind == "within":
            raise NoAnswer("Conditions that the same units met are compared at every look two at a time: ask so.")
        return _largest(asked)
    if len(contrast.sides) == 1:
        return _own_mean(asked)
    if not contrast.is_pair:
        return _weighted(asked)
    control, treatment = contrast.evidence
    return compare(control, treatment, kind="number", level=asked.level, relative=asked.is_relative)


def _own_mean(asked: Asked) -> Estimate:
    """Of one group: its mean; of differences within units: tested against none."""
    from analysis.statistics.sequential.asymptotics import ENOUGH, TUNING_N, asymptotic_mean
    from analysis.statistics.sequential.asymptotics import Sequence as Mixture
    from analysis.statistics.sequential.bounded_comparison import mean_of
    from analysis.statistics.sequential.bounded_evidence import BoundedEvidence

    (own,) = asked.contrast.sides
    tested = 0.0 if asked.question.contrast.kind != ContrastKind.VALUE else None
    (known,) = asked.contrast.evidence
    if isinstance(known, BoundedEvidence):
        return mean_of(known, level=asked.level, against=tested)
    sequence = Mixture(asked.level, TUNING_N)
    found = asymptotic_mean(own.moments, sequence=sequence)
    if tested is None or found.standard_error is None or found.n < ENOUGH:
        return found
    return _with_p(found, sequence.p_value(found.value / found.standard_error, found.n))


def _weighted(asked: Asked) -> Estimate:
    """A weighted sum of group means, by the normal mixture of its standard error."""
    value, error = sum_of_means(asked.contrast)
    return mixed(value, error, [each.n for each in asked.contrast.sides], asked.contrast.weights, level=asked.level)


def mixed(value: float, error: float, sizes: Sequence[int], weights: Sequence[float], *, level: float) -> Estimate:
    """A weighted sum of groups' figures under a normal mixture. Groups of different sizes or weights count as even ones
    that tell as much, and the one that tells least must be the larger, the less it tells beside the others.
    """
    from analysis.statistics.sequential.asymptotics import ENOUGH, METHOD, TUNING_N, even_size, needed_size
    from analysis.statistics.sequential.asymptotics import Sequence as Mixture

    mixture, n = Mixture(level, TUNING_N), sum(sizes)
    even, needed = even_size(sizes, weights), needed_size(sizes, weights)
    if min(sizes) < ENOUGH or _least(sizes, weights) < needed:
        found = Estimate(value, -inf, inf, level, n, METHOD, Validity.ASYMPTOTIC, 1.0, error)
        return found.remarked(FEWER.format(needed=max(needed, ENOUGH)))
    low, high = mixture.around(value, mixture.spread(even) * error)
    return Estimate(
        value, low, high, level, n, METHOD, Validity.ASYMPTOTIC, mixture.p_value(value / error, even), error
    )


def _least(sizes: Sequence[int], weights: Sequence[float]) -> int:
    """The size of the group that tells least for its weight."""
    return min(zip(sizes, weights, strict=True), key=lambda each: each[0] / each[1] ** 2 if each[1] else inf)[0]


def sum_of_means(contrast: Contrasted) -> tuple[float, float]:
    """Value and its standard error."""
    if len(contrast.weights) != len(contrast.sides):
        raise NoAnswer("Of several groups at once there is no single difference: ask with method anytime or anova.")
    parts = [(weight, each.moments) for weight, each in zip(contrast.weights, contrast.sides, strict=True)]
    value = sum(weight * float(own.mean[0]) for weight, own in parts)
    error = sqrt(sum(weight**2 * _variance(own) / own.n for weight, own in parts))
    if not error > 0:
        raise NoAnswer("All values of each group are the same: they say nothing about how much values vary.")
    return value, error


def _variance(moments: Moments) -> float:
    if moments.n < 2:
        raise NoAnswer("A group has one unit only: one value says nothing about how much values vary.")
    return moments.variance


def _largest(asked: Asked) -> Estimate:
    """The largest difference between any two groups, at a level that all pairs share: valid at every look."""
    from analysis.statistics.sequential.comparing import compare

    sides = asked.contrast.sides
    pairs = [(a, b) for i, a in enumerate(sides) for b in sides[i + 1 :]]
    level = asked.level / len(pairs)
    found = []
    for first, second in pairs:
        few, many = sorted((first, second), key=lambda each: float(each.moments.mean[0]))
        known = (each.evidence(asked.contrast.ends) for each in (few, many))
        one = compare(*known, kind="number", level=level)
        found.append(one.remarked(f"The largest of {len(pairs)} differences: “{many.name}” against “{few.name}”."))
    best = min(found, key=lambda one: (1.0 if one.p_value is None else one.p_value, -one.value))
    p = None if best.p_value is None else min(1.0, best.p_value * len(pairs))
    return _with_p(best, p, level=asked.level)


def _with_p(found: Estimate, p: float | None, *, level: float | None = None) -> Estimate:
    return replace(found, p_value=p, level=found.level if level is None else level)
