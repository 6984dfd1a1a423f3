"""What an evaluation starts from: a log of decisions, and what each target would have done; and their sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.betting import Floats, Tally

Ints = NDArray[np.intp]
PARTS = ("one", "r", "w", "wr", "q", "we", "cr")
ROUNDING = 1e-9
RESERVES = (2.0, 16.0)


@dataclass(frozen=True, eq=False)
class Log:
    """Decisions in the order in which they were made, or the same ones gathered.

    arms: shape (n,), the place of the arm that was played, from 0 to K - 1. rewards: (n,). propensities: (n,), the
    chance with which that arm was drawn, in (0, 1]. tables: (n, K), the chance of every arm then; without it nobody
    knows which arms could not have been played. predictions: (n, K), the reward that a model expects of each arm, from
    *earlier* decisions alone, or from another data set: else nothing about doubly robust estimates holds. fitted: (n,
    K), the same from a model that saw everything, for the direct method. counts: (n,), how many decisions a row stands
    for; such rows are given in blocks (``blocks``, (n,), ascending), and a model may learn from earlier blocks only.
    is_running: the predictions are each arm's mean so far, so the direct method takes each arm's mean in the end.
    """

    arms: Ints
    rewards: Floats
    propensities: Floats
    tables: Floats | None = None
    predictions: Floats | None = None
    fitted: Floats | None = None
    counts: Floats | None = None
    blocks: Ints | None = None
    is_running: bool = False

    @classmethod
    def of(
        cls, arms: ArrayLike, rewards: ArrayLike, propensities: ArrayLike, *, tables: ArrayLike | None = None
    ) -> Log:
        """A log without a model. ValueError names what does not fit."""
        log = cls(
            np.asarray(arms, dtype=np.intp),
            np.asarray(rewards, dtype=np.float64),
            np.asarray(propensities, dtype=np.float64),
            None if tables is None else np.asarray(tables, dtype=np.float64),
        )
        log.check()
        return log

    def check(self) -> None:
        """ValueError if the columns are no log."""
        n = len(self.arms)
        if not n or self.rewards.shape != (n,) or self.propensities.shape != (n,):
            raise ValueError("arms, rewards and propensities must be of one length, at least 1.")
        if not np.isfinite(self.rewards).all() or self.arms.min() < 0:
            raise ValueError("rewards must be finite and arms 0 or more.")
        if not ((self.propensities > 0) & (self.propensities <= 1 + ROUNDING)).all():
            raise ValueError("propensities must be above 0 and at most 1.")

    @property
    def weights(self) -> Floats:
        """How many decisions each row stands for."""
        return np.ones(len(self.arms)) if self.counts is None else self.counts

    def at(self, rows: Ints) -> Log:
        """Only these rows, by their places."""

        def cut(column: Floats | None) -> Floats | None:
            return None if column is None else column[rows]

        return replace(
            self,
            arms=self.arms[rows],
            rewards=self.rewards[rows],
            propensities=self.propensities[rows],
            tables=cut(self.tables),
            predictions=cut(self.predictions),
            fitted=cut(self.fitted),
            counts=cut(self.counts),
            blocks=None if self.blocks is None else self.blocks[rows],
        )

    def with_predictions(self, predictions: ArrayLike, fitted: ArrayLike | None = None) -> Log:
        """With what a model expects; see the class for what it may have seen."""
        table = np.asarray(predictions, dtype=np.float64)
        return replace(self, predictions=table, fitted=self.fitted if fitted is None else np.asarray(fitted))


@dataclass(frozen=True)
class Terms:
    """What an evaluation is told beside the log. low, high: the least and greatest reward; None: nobody knows.

    clip: weights count at most this much in clipped IPS. reserves: doubly robust bets lose at most this much of the
    range on one decision, which limits how far a prediction corrects a rare one; any value above 0 is right.
    """

    low: float | None = None
    high: float | None = None
    clip: float = 10.0
    reserves: tuple[float, ...] = RESERVES

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None) or (self.is_bounded and not self.base < self.base + self.width):
            raise ValueError(
                f"low and high must both be given, low below high, or neither, not {self.low}, {self.high}."
            )
        if not (self.clip > 0 and self.reserves and min(self.reserves) > 0):
            raise ValueError(f"clip and reserves must be above 0, not {self.clip} and {self.reserves}.")

    @property
    def is_bounded(self) -> bool:
        """Whether every reward lies in a known range."""
        return self.low is not None and self.high is not None

    @property
    def base(self) -> float:
        """What rewards are measured from."""
        return 0.0 if self.low is None else self.low

    @property
    def middle(self) -> float:
        """A reward to expect before any came: the middle of the range, 0 without one."""
        return self.base + self.width / 2 if self.is_bounded else 0.0

    @property
    def width(self) -> float:
        """The width of the range; 1 where there is none."""
        return 1.0 if self.low is None or self.high is None else self.high - self.low


@dataclass(frozen=True, eq=False)
class Sums:
    """All that the estimates need of a log: add those of its chunks in any order.

    is_tabled, has_model, is_running: whether the chances of all arms are known, whether a model predicted, and whether
    it is no more than each arm's mean so far.
    gram: the sums of all products of PARTS: 1, reward r, weight w, w r, the prediction q under the target, w (r - q of
    the arm), clipped w times r; rewards as parts of the range. fitted: sum of the fitted predictions under the target.
    arms: rows are decisions, rewards, the target's shares and what of these the log could not have played, by arm.
    clipped: decisions whose weight was clipped. largest: the largest weight.
    lower, upper: tallies of values whose mean bounds an estimate from below, or from above (turned round), by name.
    """

    is_tabled: bool
    has_model: bool
    is_running: bool
    gram: Floats
    fitted: float | None
    arms: Floats
    clipped: float
    largest: float
    lower: dict[str, Tally]
    upper: dict[str, Tally]

    @property
    def n(self) -> float:
        """How many decisions."""
        return float(self.gram[0, 0])

    @classmethod
    def together(cls, sums: Sequence[Sums]) -> Sums:
        """Those of a whole log. ValueError if there is nothing."""
        if not sums:
            raise ValueError("The log must hold at least one decision.")
        fitted = [one.fitted for one in sums]
        if len({(one.is_tabled, one.has_model, one.is_running) for one in sums}) > 1:
            raise ValueError("Every chunk of a log must have tables and predictions, or none.")
        return cls(
            is_tabled=sums[0].is_tabled,
            has_model=sums[0].has_model,
            is_running=sums[0].is_running,
            gram=np.sum([one.gram for one in sums], axis=0),
            fitted=None if None in fitted else sum(part for part in fitted if part is not None),
            arms=np.sum([one.arms for one in sums], axis=0),
            clipped=sum(one.clipped for one in sums),
            largest=max(one.largest for one in sums),
            lower={name: Tally.together([one.lower[name] for one in sums]) for name in sums[0].lower},
            upper={name: Tally.together([one.upper[name] for one in sums]) for name in sums[0].upper},
        )


def measure(log: Log, target: ArrayLike, terms: Terms) -> Sums:
    """The sums of a log (or a chunk of one) for a target: its chances of the arms, (K,) for always, or (n, K).

    ValueError if the chances do not fit the log, or do not sum to 1, or a reward leaves the range: nothing would hold.
    """
    log.check()
    chances = _chances(log, target)
    rewards = (log.rewards - terms.base) / terms.width
    if terms.is_bounded and not ((rewards >= -ROUNDING) & (rewards <= 1 + ROUNDING)).all():
        raise ValueError(f"rewards must be from low to high, {terms.low} to {terms.high}.")
    rows = np.arange(len(log.arms))
    weight = chances[rows, log.arms] / log.propensities
    predicted, expected = _predicted(log, chances, terms)
    columns = np.stack(
        [
            np.ones(len(rows)),
            rewards,
            weight,
            weight * rewards,
            expected,
            weight * (rewards - predicted[rows, log.arms]),
            np.minimum(weight, terms.clip) * rewards,
        ]
    )
    n, part = log.weights, np.clip(rewards, 0, 1)
    bets = _Bets(log, chances, weight, terms)
    lower = bets.on(part, predicted) if terms.is_bounded else {}
    upper = bets.on(1 - part, 1 - predicted) if terms.is_bounded else {}
    return Sums(
        is_tabled=log.tables is not None,
        has_model=log.predictions is not None,
        is_running=log.is_running,
        gram=(columns * n) @ columns.T,
        fitted=_fitted(log, chances, terms),
        arms=_by_arm(log, chances, rewards),
        clipped=float(n[weight > terms.clip].sum()),
        largest=float(weight.max()),
        lower={name: Tally.of(values, n) for name, values in lower.items()},
        upper={name: Tally.of(values, n) for name, values in upper.items()},
    )


def _chances(log: Log, target: ArrayLike) -> Floats:
    given = np.asarray(target, dtype=np.float64)
    chances = np.broadcast_to(given, (len(log.arms), given.shape[-1])) if given.ndim == 1 else given
    if chances.ndim != 2 or len(chances) != len(log.arms) or chances.shape[1] <= log.arms.max():
        raise ValueError("target must hold a chance for each arm, once or for each decision.")
    if not ((chances >= 0).all() and np.allclose(chances.sum(axis=1), 1, atol=0.005)):
        raise ValueError("target's chances must be 0 or more and sum to 1 (but for rounding).")
    if log.tables is not None and log.tables.shape != chances.shape:
        raise ValueError(f"tables must be of the shape {chances.shape}, as the target is, not {log.tables.shape}.")
    return chances


def _predicted(log: Log, chances: Floats, terms: Terms) -> tuple[Floats, Floats]:
    """What is expected of each arm, as a part of the range, and of the target; zeros without a model."""
    if log.predictions is None:
        return np.zeros(chances.shape), np.zeros(len(chances))
    predicted = (log.predictions - terms.base) / terms.width
    if terms.is_bounded:
        predicted = np.clip(predicted, 0, 1)
    return predicted, (chances * predicted).sum(axis=1)


def _fitted(log: Log, chances: Floats, terms: Terms) -> float | None:
    if log.fitted is None:
        return None
    expected = (chances * (log.fitted - terms.base)).sum(axis=1) / terms.width
    return float(expected @ log.weights)


def _by_arm(log: Log, chances: Floats, rewards: Floats) -> Floats:
    k, n = chances.shape[1], log.weights
    could = np.ones(chances.shape, dtype=bool) if log.tables is None else log.tables > 0
    return np.stack(
        [
            np.bincount(log.arms, weights=n, minlength=k),
            np.bincount(log.arms, weights=n * rewards, minlength=k),
            n @ chances,
            n @ np.where(could, 0.0, chances),
        ]
    )


@dataclass(frozen=True, eq=False)
class _Bets:
    """What is bet on, for one target."""

    log: Log
    chances: Floats
    weight: Floats
    terms: Terms

    def on(self, rewards: Floats, predicted: Floats) -> dict[str, Floats]:
        """Values of 0 or more whose means are at most what is bounded, plus a shift (see `off_policy._Look`).

        rewards, predicted: in [0, 1]; turned round, they bound from above.
        """
        weight = self.weight
        plain = {
            "logged": rewards,
            "ips": weight * rewards,
            "clipped_ips": np.minimum(weight, self.terms.clip) * rewards,
            "gain_ips": (weight - 1) * rewards + 1,
        }
        if self.log.predictions is None or self.log.tables is None:
            return plain
        for reserve in self.terms.reserves:
            robust = self._robust(rewards, predicted, self.log.tables, reserve)
            plain[f"doubly_robust@{reserve:g}"] = robust
            plain[f"gain_doubly_robust@{reserve:g}"] = np.maximum(robust - rewards + 1, 0)
        return plain

    def _robust(self, rewards: Floats, predicted: Floats, tables: Floats, reserve: float) -> Floats:
        """The doubly robust values plus the reserve.

        A prediction is cut where a decision could cost more than the reserve: w q <= reserve. Any prediction is right
        that does not depend on which arm was drawn, so the cut is made for all arms alike, by the chances of each.
        """
        rows = np.arange(len(self.weight))
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            cut = np.where(self.chances > 0, np.minimum(predicted, reserve * tables / self.chances), 0.0)
        own = cut[rows, self.log.arms]
        values: Floats = self.weight * (rewards - own) + (self.chances * cut).sum(axis=1) + reserve
        return np.maximum(values, 0.0)
