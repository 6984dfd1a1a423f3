"""Comparisons of a family with one control, at one look: how their statistics go together, which Dunnett's takes.

Each keeps its own test (Welch's, the score test): Dunnett's law of the largest is taken with the correlations that the
arms' own variances give, and each test's own degrees of freedom. Dunnett (1955), JASA 50; Hasler and Hothorn (2008),
International Journal of Biostatistics 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np

from analysis.registered.document import Aim, Contrast, ContrastKind, Method
from analysis.results.asking.asked import Prepared
from analysis.statistics.multiplicity.dunnett import Compared, critical, exceeding

MOST_DEGREES = 10_000.0


@dataclass(frozen=True, slots=True)
class SharedControl:
    """share: square root of the part of its statistic's variance that is the control's. degrees: of Student's t."""

    share: float
    degrees: float


def shared_in(asked: Sequence[Prepared]) -> dict[str, SharedControl]:
    """Of a family's questions, by name; {} unless all are of one measure and control, between arms, with method fixed,
    and each has an answer.
    """
    if len(asked) < 2 or len({_without_arm(each) for each in asked}) > 1 or not all(map(_fits, asked)):
        return {}
    return {each.question.name: _shared(each) for each in asked}


def p_in(shared: Mapping[str, SharedControl], name: str, p: float) -> float:
    """The chance that the largest of all statistics is as large as this one, if no arm differs from the control."""
    from scipy.stats import t as student

    own = shared[name]
    reached = float(student.isf(p / 2, own.degrees)) if p > 0 else inf
    return min(max(exceeding(reached, _shares(shared), int(own.degrees)), p), 1.0) if reached < inf else 0.0


def level_in(shared: Mapping[str, SharedControl], name: str, level: float) -> float:
    """Of its own interval, so that all of them hold together at that level."""
    from scipy.stats import t as student

    own = shared[name]
    cut = critical(Compared(_shares(shared), int(own.degrees)), level)
    return 2 * float(student.sf(cut, own.degrees))


def _shares(shared: Mapping[str, SharedControl]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([each.share for each in shared.values()])


def _fits(asked: Prepared) -> bool:
    question, contrast = asked.question, asked.contrast
    if contrast is None or not contrast.is_pair or question.contrast.kind != ContrastKind.ARM:
        return False
    is_tested = question.method == Method.FIXED and question.aim in (Aim.DIFFERENT, Aim.BETTER)
    varies = all(each.n > 1 for each in contrast.sides) and any(each.moments.varies() for each in contrast.sides)
    return is_tested and varies and not asked.setting.is_adaptive


def _without_arm(asked: Prepared) -> object:
    """What the questions must have in common."""
    question = asked.question
    control = Contrast(question.contrast.kind, control=question.contrast.control)
    return replace(question, name="", contrast=control, role=question.role)


def _shared(asked: Prepared) -> SharedControl:
    """By Welch's variances and degrees; an arm that does not vary is given the other's spread, as its test does."""
    if asked.contrast is None:
        raise ValueError("A question without sides shares no control.")
    moments = [each.moments for each in asked.contrast.sides]
    most = max(each.variance for each in moments)
    control, arm = ((each.variance if each.varies() else most) / each.n for each in moments)
    below = sum((part**2 / (own.n - 1) for part, own in zip((control, arm), moments, strict=True)), 0.0)
    degrees = (control + arm) ** 2 / below
    is_counted = asked.contrast.kind == "boolean"
    return SharedControl(sqrt(control / (control + arm)), MOST_DEGREES if is_counted else min(degrees, MOST_DEGREES))
