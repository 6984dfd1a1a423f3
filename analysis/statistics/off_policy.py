"""What would another policy have earned? Estimates from a log of decisions whose chances were stored.

Formulas: Horvitz and Thompson (1952) for IPS, Swaminathan and Joachims (2015) for SNIPS, Dudik, Langford and Li (2011)
for the direct method and doubly robust. Intervals: docs/decisions/0072.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.betting import Floats, Tally, lower_mean_of
from analysis.statistics.off_policy_log import PARTS, ROUNDING, Log, Sums, Terms, measure
from analysis.statistics.reward_models import ArmMeans

__all__ = ["Estimate", "Evaluation", "Log", "NoSupport", "Sums", "Terms", "conclude", "evaluate", "measure"]

FEW = 100.0  # effective decisions below which a normal approximation is not to be trusted
UNEVEN = 0.2  # how far the mean weight may be from 1 before it is said
EXACT, APPROXIMATE, NONE = "finite_sample", "asymptotic", "none"


class NoSupport(ValueError):
    """The target plays arms that the log never could. share: of the target's plays; arms: their places."""

    def __init__(self, share: float, arms: tuple[int, ...]) -> None:
        super().__init__(
            f"The target plays arms that the logging policy could not have played, in {share:.1%} of its plays: "
            "the log says nothing about them."
        )
        self.share = share
        self.arms = arms


@dataclass(frozen=True)
class Estimate:
    """A value with its interval. kind: "finite_sample", "asymptotic" or, without an interval, "none"."""

    estimate: float
    lower: float | None
    upper: float | None
    kind: str


@dataclass(frozen=True)
class ArmShare:
    """One arm in the log and under the target. missing: the target's plays of it that the log could not have made."""

    pulls: float
    mean: float | None
    target: float
    missing: float


@dataclass(frozen=True)
class Evaluation:
    """What the target would have earned for each decision of the log, by several estimators.

    logged: what was earned. gain_ips, gain: the target's value less that, by IPS and by the best estimator there is
    (doubly robust, else IPS), bounded together, not as a difference of bounds. self_normalised: SNIPS. direct: the
    model's own opinion, which has no interval because no log can tell how wrong a model is. missing: share of the
    target's plays of arms that the log could not play; the bounds count them as the worst (or, from above, the best)
    reward. level: one minus the confidence of each interval. warnings: what to know before believing it.
    """

    n: float
    level: float
    logged: Estimate
    ips: Estimate
    clipped_ips: Estimate
    self_normalised: Estimate
    direct: Estimate
    doubly_robust: Estimate | None
    self_normalised_robust: Estimate | None
    gain_ips: Estimate
    gain: Estimate
    effective_sample_size: float
    largest_weight: float
    mean_weight: float
    clip: float
    share_clipped: float
    missing: float
    arms: tuple[ArmShare, ...]
    warnings: tuple[str, ...]

    @property
    def best(self) -> Estimate:
        """The one to look at: doubly robust where there is a model, else IPS."""
        return self.doubly_robust or self.ips

    @property
    def estimators(self) -> dict[str, Estimate]:
        """The estimates of the target's value by name, those that there are."""
        named = {
            "doubly_robust": self.doubly_robust,
            "ips": self.ips,
            "clipped_ips": self.clipped_ips,
            "snips": self.self_normalised,
            "sndr": self.self_normalised_robust,
            "direct": self.direct,
        }
        return {name: one for name, one in named.items() if one is not None}


def evaluate(
    log: Log | Iterable[tuple[Log, ArrayLike]],
    target: ArrayLike | None = None,
    *,
    terms: Terms | None = None,
    level: float = 0.05,
    tolerance: float = 0.0,
) -> Evaluation:
    """What a target would have earned on the log. log: whole with its ``target``, or chunks of (log, target).

    A whole log without predictions gets the running mean of each arm as its model; chunks are taken as they are.

    Each interval holds with probability 1 - level: those of a finite sample at every n at once, also if the target's
    value drifts (then for its average so far); approximate ones at this n. NoSupport if more than ``tolerance`` of the
    target's plays are of arms that the log could not have played.

    >>> log = Log.of([0, 1] * 200, [1.0, 0.0] * 200, [0.5] * 400)
    >>> found = evaluate(log, [0.75, 0.25], terms=Terms(low=0, high=1))
    >>> found.ips.estimate, found.ips.lower < 0.75 < found.ips.upper
    (0.75, True)
    """
    terms = terms or Terms()
    if isinstance(log, Log):
        if target is None:
            raise ValueError("target must be given with a whole log.")
        log = [(_modelled(log, np.shape(target)[-1], terms), target)]
    sums = Sums.together([measure(one, chances, terms) for one, chances in log])
    return conclude(sums, terms, level=level, tolerance=tolerance)


def _modelled(log: Log, k: int, terms: Terms) -> Log:
    """With the running means of the arms as the model, if it has none."""
    if log.predictions is not None:
        return log
    return ArmMeans.start(k, terms.middle).along(log)[0]


def conclude(sums: Sums, terms: Terms, *, level: float = 0.05, tolerance: float = 0.0) -> Evaluation:
    """The estimates from the sums of a log. See `evaluate`."""
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}.")
    missing = _require_support(sums, tolerance)
    look = _Look(sums, terms, level)
    size, mean_weight = _effective(sums), look.mean("w")
    has_model = sums.has_model
    robust = look.value("doubly_robust", _vector(q=1, we=1)) if has_model else None
    gain_ips = look.gain("gain_ips", _vector(wr=1, r=-1))
    gain = look.gain("gain_doubly_robust", _vector(q=1, we=1, r=-1)) if has_model else gain_ips
    return Evaluation(
        n=sums.n,
        level=level,
        logged=look.value("logged", _vector(r=1)),
        ips=look.value("ips", _vector(wr=1)),
        clipped_ips=look.value("clipped_ips", _vector(cr=1)),
        self_normalised=look.normalised("wr"),
        direct=_direct(sums, look),
        doubly_robust=robust,
        self_normalised_robust=look.normalised("we", plus="q") if has_model else None,
        gain_ips=gain_ips,
        gain=gain,
        effective_sample_size=size,
        largest_weight=sums.largest,
        mean_weight=mean_weight,
        clip=terms.clip,
        share_clipped=sums.clipped / sums.n,
        missing=missing,
        arms=_arms(sums, terms),
        warnings=_warnings(sums, terms, size),
    )


class _Look:
    """Estimates of linear combinations of PARTS, with the interval that the terms allow."""

    def __init__(self, sums: Sums, terms: Terms, level: float) -> None:
        self._sums, self._terms, self._level = sums, terms, level
        self._moments = sums.gram / sums.n

    def mean(self, part: str) -> float:
        return float(self._moments[0, PARTS.index(part)])

    def value(self, name: str, vector: Floats) -> Estimate:
        """The mean of a combination that estimates a value, in the rewards' own units."""
        estimate = float(vector @ self._moments[0])
        bounds = self._betting(name, 1.0, 0.0)
        if bounds is None:
            return self._approximate(estimate, vector, shift=self._terms.base)
        return self._shown(estimate, bounds, EXACT, self._terms.base)

    def gain(self, name: str, vector: Floats) -> Estimate:
        """The same for a difference of values."""
        estimate = float(vector @ self._moments[0])
        bounds = self._betting(name, 0.0, 1.0)
        if bounds is None:
            return self._approximate(estimate, vector, shift=0.0)
        return self._shown(estimate, bounds, EXACT, 0.0)

    def normalised(self, part: str, plus: str = "") -> Estimate:
        """mean(part) / mean(w), plus the mean of another part; its interval by linearisation."""
        weight = self.mean("w") or 1.0
        ratio = self.mean(part) / weight
        vector = _vector(**{part: 1 / weight, "w": -ratio / weight})
        estimate = ratio
        if plus:
            vector += _vector(**{plus: 1.0})
            estimate += self.mean(plus)
        return self._approximate(estimate, vector, shift=self._terms.base)

    def _betting(self, name: str, turned: float, least: float) -> tuple[float, float] | None:
        """Both bounds as parts of the range, from -least to 1; None where there is nothing to bet on."""
        lower, upper = (self._bets(side, name, least) for side in (self._sums.lower, self._sums.upper))
        if not lower:
            return None
        low = max(lower_mean_of(lower, delta=self._level / 2), -least)
        high = min(turned - lower_mean_of(upper, delta=self._level / 2), 1.0)
        return low, max(low, high)

    def _bets(self, tallies: dict[str, Tally], name: str, least: float) -> list[tuple[Tally, float]]:
        """Those of that name, each with what its mean is above what is bounded."""
        plain = [(tallies[name], least)] if name in tallies else []
        reserves = [(reserve, f"{name}@{reserve:g}") for reserve in self._terms.reserves]
        return plain + [(tallies[key], least + reserve) for reserve, key in reserves if key in tallies]

    def _approximate(self, estimate: float, vector: Floats, *, shift: float) -> Estimate:
        """An asymptotic confidence sequence, tuned to this n, so for one look (Waudby-Smith and others, 2024)."""
        n, level = self._sums.n, self._level
        mean = float(vector @ self._moments[0])
        spread = max(float(vector @ self._moments @ vector) - mean**2, 0.0)
        if n < 2:
            return self._shown(estimate, (-inf, inf), APPROXIMATE, shift)
        tuned = -2 * log(level) + log(1 - 2 * log(level))
        half = sqrt(spread / (n - 1) * 2 * (tuned + 1) / tuned * log(sqrt(tuned + 1) / level))
        return self._shown(estimate, (estimate - half, estimate + half), APPROXIMATE, shift)

    def _shown(self, estimate: float, bounds: tuple[float, float], kind: str, shift: float) -> Estimate:
        width = self._terms.width
        low, high = (None if abs(end) == inf else shift + width * end for end in bounds)
        return Estimate(shift + width * estimate, low, high, kind)


def _vector(**factors: float) -> Floats:
    return np.array([factors.get(name, 0.0) for name in PARTS])


def _effective(sums: Sums) -> float:
    """(sum w)^2 / sum w^2; 0 if no decision has weight."""
    at = PARTS.index("w")
    return float(sums.gram[0, at] ** 2 / sums.gram[at, at]) if sums.gram[at, at] > 0 else 0.0


def _require_support(sums: Sums, tolerance: float) -> float:
    """The share of the target's plays that the log could not have made."""
    pulls, _, shares, without = sums.arms
    if not sums.is_tabled:  # all that is known then: an arm that was never played may be one that could not be
        without = np.where(pulls > 0, without, shares)
    share = float(without.sum() / sums.n)
    if share > tolerance + ROUNDING:
        raise NoSupport(share, tuple(int(arm) for arm in np.flatnonzero(without / sums.n > ROUNDING)))
    return share


def _direct(sums: Sums, look: _Look) -> Estimate:
    """The fitted model's mean, else the model's, else each arm's mean reward under the target's shares."""
    base, width = look._terms.base, look._terms.width
    if sums.fitted is not None:
        return Estimate(base + width * sums.fitted / sums.n, None, None, NONE)
    if sums.has_model and not sums.is_running:
        return Estimate(base + width * look.mean("q"), None, None, NONE)
    pulls, rewards, shares, _ = sums.arms
    means = np.divide(rewards, pulls, out=np.zeros_like(rewards), where=pulls > 0)
    return Estimate(base + width * float(means @ shares / shares.sum()), None, None, NONE)


def _arms(sums: Sums, terms: Terms) -> tuple[ArmShare, ...]:
    pulls, rewards, shares, missing = sums.arms
    return tuple(
        ArmShare(
            float(pulls[arm]),
            terms.base + terms.width * float(rewards[arm] / pulls[arm]) if pulls[arm] else None,
            float(shares[arm] / sums.n),
            float(missing[arm] / sums.n),
        )
        for arm in range(len(pulls))
    )


def _warnings(sums: Sums, terms: Terms, size: float) -> tuple[str, ...]:
    mean_weight = float(sums.gram[0, PARTS.index("w")] / sums.n)
    found: Sequence[tuple[bool, str]] = (
        (not terms.is_bounded, "The rewards have no known range, so every interval is a normal approximation."),
        (
            size < FEW,
            f"The log is worth {size:.0f} decisions of the target: approximate intervals are not to be trusted.",
        ),
        (
            abs(mean_weight - 1) > UNEVEN,
            f"The weights should be 1 on average and are {mean_weight:.2f}: "
            "the target plays arms that the log nearly never could.",
        ),
    )
    return tuple(text for applies, text in found if applies)
