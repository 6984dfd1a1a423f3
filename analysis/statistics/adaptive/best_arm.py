"""Which arm is the best, and when to stop looking for it, with a stated chance to be wrong.

The rules hold whoever chooses the arms, a bandit or an even split: they ask only that each arm's own mean stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log

from analysis.statistics.sequential.bounded_comparison import mean_of
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.sequential.projecting import Line, Pair
from analysis.statistics.words import Estimate, NoAnswer

CUSTOMARY = (
    "The customary threshold is proven only for slightly larger ones; in simulations it errs far less than it allows."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """best: the place of the arm in front. rival: of the one hardest to tell from it, None with one arm.

    stopped: whether that it is the best is certain enough. evidence, goal: logarithms; stopped when evidence >= goal.
    """

    best: int
    rival: int | None
    stopped: bool
    evidence: float
    goal: float
    remarks: tuple[str, ...] = ()

    @property
    def progress(self) -> float:
        """From 0 to 1: how far the evidence has come."""
        return 1.0 if self.stopped else min(max(self.evidence / self.goal, 0.0), 1.0) if self.goal > 0 else 0.0


@dataclass(frozen=True, slots=True)
class NextTwo:
    """LUCB: pull these two. gap: of the optimist's leader over the pessimist's; stopped when it is 0 or less."""

    leader: int
    challenger: int
    gap: float
    stopped: bool
    intervals: tuple[Estimate, ...]


def by_betting(arms: Sequence[BoundedEvidence], *, delta: float = 0.05, lower_is_better: bool = False) -> Verdict:
    """Stop when nobody would still bet on another arm: wrong with probability at most delta, at every number of pulls.

    Against each rival, all pairs of means in which it is as good or better must be refused at delta / (K - 1): a wrong
    leader has to refuse the truth. NoAnswer while an arm has no value.
    """
    known = _ordered(arms, lower_is_better, delta)
    best = max(range(len(known)), key=lambda place: (known[place].part, known[place].n))
    rivals = {
        place: Pair(one, known[best]).least_along(Line.sloped(0.0, 1.0))
        for place, one in enumerate(known)
        if place != best
    }
    return _verdict(best, rivals, log(max(len(rivals), 1) / delta))


def by_likelihood(
    pulls: Sequence[int], means: Sequence[float], *, variance: float | None = None, delta: float = 0.05
) -> Verdict:
    """Chernoff's rule: stop when every rival's likelihood ratio is past log((1 + log t)(K - 1) / delta).

    Of answers, yes or no, or values between 0 and 1; variance: of normal values instead. Garivier and Kaufmann (2016),
    COLT 29. Higher is better. NoAnswer while an arm has no value.
    """
    if not 0 < delta < 1 or len(pulls) != len(means):
        raise ValueError(f"delta must be between 0 and 1 and means as many as pulls, not {delta}, {len(means)}.")
    if not pulls or not all(n > 0 for n in pulls):
        raise NoAnswer("An arm has no value yet: the best one cannot be told.")
    best = max(range(len(means)), key=lambda place: (means[place], pulls[place]))
    rivals = {
        place: _ratio((pulls[best], means[best]), (pulls[place], means[place]), variance)
        for place in range(len(means))
        if place != best
    }
    goal = log((1 + log(sum(pulls))) * max(len(rivals), 1) / delta)
    return _verdict(best, rivals, goal, CUSTOMARY)


def next_two(arms: Sequence[BoundedEvidence], *, delta: float = 0.05, lower_is_better: bool = False) -> NextTwo:
    """LUCB: the arm in front and the one that may yet be better; stop when none may. Kalyanakrishnan and others (2012).

    With intervals that hold at every number of pulls, at delta / K each. NoAnswer while an arm has no value.
    """
    known = _ordered(arms, lower_is_better, delta)
    intervals = tuple(mean_of(one, level=delta / len(known)) for one in known)
    leader = max(range(len(known)), key=lambda place: (known[place].part, known[place].n))
    others = [place for place in range(len(known)) if place != leader]
    if not others:
        return NextTwo(leader, leader, -inf, True, intervals)
    challenger = max(others, key=lambda place: intervals[place].high)
    gap = intervals[challenger].high - intervals[leader].low
    return NextTwo(leader, challenger, gap, gap <= 0, intervals)


def _ratio(leader: tuple[int, float], rival: tuple[int, float], variance: float | None) -> float:
    """The logarithm of how much likelier the arms are apart than alike."""
    (n, mean), (m, other) = leader, rival
    common = (n * mean + m * other) / (n + m)
    if variance is not None:
        return (n * (mean - common) ** 2 + m * (other - common) ** 2) / (2 * variance) if variance > 0 else inf
    return n * _divergence(mean, common) + m * _divergence(other, common)


def _divergence(p: float, q: float) -> float:
    """Of a coin p from a coin q."""
    heads = p * log(p / q) if p > 0 else 0.0
    return heads + ((1 - p) * log((1 - p) / (1 - q)) if p < 1 else 0.0)


def _ordered(arms: Sequence[BoundedEvidence], lower_is_better: bool, delta: float) -> list[BoundedEvidence]:
    if not 0 < delta < 1:
        raise ValueError(f"delta must be between 0 and 1, not {delta}.")
    if not arms or not all(one.n for one in arms):
        raise NoAnswer("An arm has no value yet: the best one cannot be told.")
    return [one.mirrored() for one in arms] if lower_is_better else list(arms)


def _verdict(best: int, rivals: dict[int, float], goal: float, *remarks: str) -> Verdict:
    if not rivals:
        return Verdict(best, None, True, inf, goal)
    rival = min(rivals, key=lambda place: rivals[place])
    return Verdict(best, rival, rivals[rival] >= goal, rivals[rival], goal, remarks)


def chance_wrong(verdict: Verdict, rivals: int) -> float:
    """At most how likely one would be wrong, were one to stop now: the hardest rival's p-value times their number."""
    return min(1.0, rivals * exp(-max(verdict.evidence, 0.0)))
