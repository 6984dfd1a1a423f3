"""The one door to what a bandit's record says of two arms: never the plain mean alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from analysis.statistics.adaptive.log import Log
from analysis.statistics.adaptive.watched import CONTROL, OTHER, TREATMENT, ContrastEvidence
from analysis.statistics.adaptive.weighted import PLAIN, contrast, plain_difference
from analysis.statistics.sequential.bounded_comparison import difference, relative_difference
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.sequential.many_looks import Evidence, refused
from analysis.statistics.words import Estimate, NoAnswer

STAYS = "Exact as long as the arms' own means stay where they are while the bandit learns."


@dataclass(frozen=True, slots=True)
class Adaptive:
    """estimate: the answer, valid at every look. weighted: for one look, by (A)IPW; plain: with its warning.

    The last two are None, with the sentence that says why, where there is none.
    """

    estimate: Estimate
    weighted: Estimate | None
    plain: Estimate | None
    remarks: tuple[str, ...] = ()


def adaptive_difference(
    log: Log,
    arms: tuple[int, int],
    *,
    ends: tuple[float, float] = (-inf, inf),
    relative: bool = False,
    level: float = 0.05,
) -> Adaptive:
    """Treatment less control, arms = (control, treatment); relative: over the size of the control's mean.

    ends: declared, of the rewards. With both, the interval is that of bets on both arms, exact whatever the bandit did;
    else the asymptotic sequence of the AIPW terms. The value is AIPW's in both: the plain difference is biased.
    Terms are those of the decisions in which both arms could have been chosen: an arm that came later, or was dropped,
    says nothing of the others. NoAnswer while an arm was not chosen.
    """
    whole, log = log, log.together(arms)
    if np.isfinite(ends).all():
        bets = _bets(whole, arms, ends, relative=relative, level=level)
        value = min(max(_value(whole, log, arms, relative=relative), bets.low), bets.high)
        found = replace(bets, value=value, n=len(whole.arms), method="adaptive-betting").remarked(STAYS)
    else:
        found = _asymptotic(whole, log, arms, relative=relative, level=level)
    weighted = plain = None
    remarks: tuple[str, ...] = ()
    try:
        weighted = contrast(log, *arms, level=level)
        plain = plain_difference(whole, *arms, level=level)
    except NoAnswer as nothing:
        remarks = (str(nothing),)
    return Adaptive(found, weighted, plain, remarks if plain is None else (PLAIN,))


@dataclass(frozen=True, slots=True)
class Judged:
    """What ``adaptive_difference`` says of two differences: whether 0 is left out, and whether a true one is kept."""

    value: float
    declared: bool
    covers: bool
    plain: Estimate | None


def judged(log: Log, arms: tuple[int, int], truth: float, *, ends: tuple[float, float], level: float = 0.05) -> Judged:
    """The same verdicts without the interval's ends, which take most of the time: for studies that are simulated.

    NoAnswer as ``adaptive_difference``.
    """
    if not np.isfinite(ends).all():
        said = adaptive_difference(log, arms, ends=ends, level=level)
        found = said.estimate
        return Judged(found.value, not found.holds(0.0), found.holds(truth), said.plain)
    shared = log.together(arms)
    parts = [(log.rewards[log.was(arm)] - ends[0]) / (ends[1] - ends[0]) for arm in arms]
    bets = [Evidence.of_values(part[None], np.ones((1, len(part)), dtype=bool)) for part in parts]
    declared, missed = (bool(refused(*bets, gap=gap / (ends[1] - ends[0]), level=level)[0]) for gap in (0.0, truth))
    value = _value(log, shared, arms, relative=False)
    side = float((bets[1].part - bets[0].part)[0, 0])
    try:
        plain = plain_difference(log, *arms, level=level)
    except NoAnswer:
        plain = None
    return Judged(
        value if not declared or value * side > 0 else side * (ends[1] - ends[0]), declared, not missed, plain
    )


def _value(whole: Log, log: Log, arms: tuple[int, int], *, relative: bool) -> float:
    """AIPW's, of the decisions that both arms share; of all of them while those are too few to hold both."""
    is_shared = all(log.pulls(arm) for arm in arms)
    return _contrast(log if is_shared else whole, arms).value(relative=relative)


def _asymptotic(whole: Log, log: Log, arms: tuple[int, int], *, relative: bool, level: float) -> Estimate:
    for arm in arms:
        if whole.pulls(arm) and not log.pulls(arm):
            raise NoAnswer(
                "The two arms were never, or hardly ever, to be had at the same time: nothing compares them."
            )
    return _contrast(log, arms).interval(level=level, relative=relative)


def _contrast(log: Log, arms: tuple[int, int]) -> ContrastEvidence:
    chosen = np.select([log.was(arms[0]), log.was(arms[1])], [CONTROL, TREATMENT], OTHER)
    return ContrastEvidence.start().update(chosen, log.rewards, log.chances)


def _bets(log: Log, arms: tuple[int, int], ends: tuple[float, float], *, relative: bool, level: float) -> Estimate:
    control, treatment = (BoundedEvidence.of(log.rewards[log.was(arm)], *ends) for arm in arms)
    compare = relative_difference if relative else difference
    return compare(control, treatment, level=level)
