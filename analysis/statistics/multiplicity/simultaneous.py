"""Intervals that agree with what a procedure claims: for all questions at once, or for those that were selected.

* Bonferroni: each at its part of the level.
* Holm and graphs: each question is two, "is it above" and "is it below", with half its share each; where one side is
  answered the interval ends at 0 on that side, and on the other where the level that is left puts it. All hold at once.
  Strassburger and Bretz (2008), Statistics in Medicine 27; Guilbaud (2008), Biometrical Journal 50.
* Benjamini-Hochberg and -Yekutieli: of those selected the false coverage is held on average. Benjamini and Yekutieli
  (2005), JASA 100.
* Hochberg, Hommel and Simes' closed tests have no such intervals: Bonferroni's are shown, which hold, and may be wider.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from analysis.statistics.multiplicity.adjusting import adjusted
from analysis.statistics.multiplicity.graphs import Graph, answer, holm
from analysis.statistics.sequential.evidence_values import WAGERED
from analysis.statistics.words import Estimate

At = Callable[[int, float], Estimate]

WIDER = "The claim rests on the step-wise procedure; this interval holds for all questions at once, and is wider."
SIDE = "Where the interval ends at 0 the procedure says only on which side of it the effect lies."
SELECTED = "Of the intervals of claims, the false share is held on average."


@dataclass(frozen=True, slots=True)
class Asked:
    """m questions, each of "no difference", 0. at: the estimate of one at any level, with level / 2 on each side."""

    m: int
    at: At

    def p_values(self, level: float) -> list[float]:
        """Two-sided ones; 1 where nothing was tested."""
        found = [self.at(each, level).p_value for each in range(self.m)]
        return [1.0 if p is None else p for p in found]


def simultaneous(asked: Asked, correction: str, *, level: float, graph: Graph | None = None) -> list[Estimate]:
    """One a question, in order; p_value is the adjusted one. ValueError for a correction without p-values' rule.

    correction: a name of `adjusting.PROCEDURES`, or graph (which takes one), or closed_simes.
    """
    m = max(asked.m, 1)
    if correction == "none":
        return [asked.at(each, level) for each in range(asked.m)]
    if correction in ("holm", "graph"):
        return _stepped(asked, holm(m) if graph is None else graph, level)
    if correction in ("bh", "by"):
        return _selected(asked, correction, level)
    p = adjusted(asked.p_values(level), "hommel" if correction == "closed_simes" else correction)
    found = [asked.at(each, level / m) for each in range(asked.m)]
    return [_with_p(one, float(each), level) for one, each in zip(found, p, strict=True)]


def _with_p(one: Estimate, p: float, level: float) -> Estimate:
    remarks = (*one.remarks, WIDER) if p <= level and one.holds(0.0) else one.remarks
    return replace(one, p_value=p, level=level, remarks=remarks)


def _selected(asked: Asked, correction: str, level: float) -> list[Estimate]:
    p = adjusted(asked.p_values(level), correction)
    claimed = int((p <= level).sum())
    spread = float((1 / np.arange(1, asked.m + 1)).sum()) if correction == "by" else 1.0
    own = level * max(claimed, 1) / (max(asked.m, 1) * spread)
    found = [asked.at(each, own) for each in range(asked.m)]
    selected = [one.remarked(SELECTED) if each <= level else one for one, each in zip(found, p, strict=True)]
    return [replace(one, p_value=float(each), level=level) for one, each in zip(selected, p, strict=True)]


def _stepped(asked: Asked, graph: Graph, level: float) -> list[Estimate]:
    """2 m one-sided questions, first the m "above", then the m "below"; each passes its share on to its own side."""
    m, p = asked.m, asked.p_values(level)
    doubled = Graph.of(np.tile(graph.weights, 2) / 2, np.kron(np.eye(2), graph.arrows))
    sides = [_one_sided(asked, level, sign) for sign in (1, -1)]
    run = answer(np.array([*sides[0], *sides[1]]), doubled, level=level)
    shown = answer(p, graph, level=level).adjusted
    levels = (run.left.weights * level).reshape(2, m).T.tolist()
    answered = [(run.rejected[each], run.rejected[m + each]) for each in range(m)]
    found = [_bounded(asked, each, levels[each], answered[each]) for each in range(m)]
    return [_with_p(one, float(each), level) for one, each in zip(found, shown, strict=True)]


def _one_sided(asked: Asked, level: float, sign: int) -> list[float]:
    """Of the side where each value lies half its p; of a sequence's, whose two sides share one wager, a little more."""
    found = []
    for each, p in enumerate(asked.p_values(level)):
        one = asked.at(each, level)
        half = p / (2 - p) if one.validity in WAGERED else p / 2
        found.append(half if sign * one.value > 0 else 1.0)
    return found


def _bounded(asked: Asked, each: int, levels: Sequence[float], answered: tuple[bool, bool]) -> Estimate:
    """levels: left of "above" and of "below", each of one side; 0 where that side was answered."""
    one, (above, below) = asked.at(each, 0.05), answered
    low = float(np.nextafter(0.0, 1.0)) if above else _bound(asked, each, levels[0]).low
    high = float(np.nextafter(0.0, -1.0)) if below else _bound(asked, each, levels[1]).high
    return replace(one, low=low, high=high, remarks=(*one.remarks, SIDE) if above or below else one.remarks)


def _bound(asked: Asked, each: int, level: float) -> Estimate:
    """Both bounds at twice that level, so that each side errs with at most that."""
    one = asked.at(each, 0.05)
    if level <= 0:
        return replace(one, low=-inf, high=inf)
    own = 2 * level / (1 + level) if one.validity in WAGERED else 2 * level
    return asked.at(each, min(own, 0.999))
