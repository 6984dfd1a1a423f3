"""A sum over another sum: of each unit its part of both. Deng, Knoblich and Lu (2018), KDD."""

from __future__ import annotations

from math import sqrt

from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Side, Summed
from analysis.results.asking.ways.anytime import mixed
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer


def fixed(asked: Asked) -> Estimate:
    """For one look."""
    from analysis.statistics.estimates.ratios import ratio_difference

    control, treatment = (_parts(side, asked) for side in _two(asked))
    return ratio_difference(control, treatment, level=asked.level)


def anytime(asked: Asked) -> Estimate:
    """At every look: the delta method's error under a normal mixture. Nothing is claimed of few units."""
    from analysis.statistics.estimates.ratios import ratio_arm

    control, treatment = (ratio_arm(_parts(side, asked)) for side in _two(asked))
    error = sqrt(control.squared_error + treatment.squared_error)
    if not error > 0:
        raise NoAnswer("Nothing varies between units, so nothing says how sure this ratio is.")
    return mixed(treatment.value - control.value, error, (control.n, treatment.n), (-1, 1), level=asked.level)


def _two(asked: Asked) -> tuple[Side, ...]:
    if not asked.contrast.is_pair:
        raise NoAnswer("A ratio is compared between two groups: ask of two arms.")
    return asked.contrast.sides


def _parts(side: Side, asked: Asked) -> Moments:
    """Of each unit the sum of the measure, and of the measure below."""
    if isinstance(side, Summed):
        return side.known.beside or Moments.none(2)
    above = asked.setting.total(asked.question.measure)[side.places]
    below = asked.setting.total(asked.question.estimand.per or "")[side.places]
    known = below == below
    return Moments.of(above[known], below[known])
