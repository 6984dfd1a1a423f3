"""Estimates of expected returns: values of one number an episode, their range, and how they follow the weights.

A bound needs values of a known least (from below) or largest (from above) value. Weighted returns have neither, but
their distance to an anchor has: w (G - a) is never below 0 if no return is below a, and on average J - a. Where the log
could never do what the new policy does, such values count the worst for the bound: it stays one. docs/decisions/0097.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.measures import RETURNS, ReturnMeasure, Weight
from analysis.safety.reinforcement.returns import ANY, Returns, Span
from analysis.safety.reinforcement.weighted import (
    Clustered,
    Estimate,
    Inside,
    Linear,
    LinearBySteps,
    Normalised,
    Some,
)
from analysis.safety.terms import Array, Mask, Quantity


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """What bounds a quantity from below and from above, and what estimates it; the three may be the same."""

    lower: Estimate
    upper: Estimate
    plain: Estimate

    def side(self, name: str) -> Estimate:
        return self.upper if name == "upper" else self.lower

    def by_unit(self, units: NDArray[np.intp]) -> Sides:
        """units: (m,), of the same episodes. WIS stays as it is: its terms are no independent values in any case."""
        among, of = np.unique(units, return_inverse=True)
        made: dict[int, Estimate] = {}
        for one in (self.lower, self.upper, self.plain):
            made[id(one)] = one if isinstance(one, Normalised) else Clustered(one, of.reshape(-1), len(among))
        return Sides(made[id(self.lower)], made[id(self.upper)], made[id(self.plain)])


@dataclass(frozen=True, slots=True)
class Recipe:
    """How estimates are made. sided: with anchors, where ranges are declared; else one set of values for all (the
    engine's way). caution: how many standard errors the return that is sought is lowered by.
    """

    returns: Returns
    clip: float = 10.0
    sided: bool = True
    caution: float = 0.0


def sides_of(quantity: Quantity, episodes: Episodes, recipe: Recipe) -> Sides:
    """The estimates of one quantity. ValueError for a reward or group that the episodes do not have."""
    rows = _rows(episodes.member_of(quantity.where))
    sides = _by_episode(quantity, episodes, rows, recipe)
    if episodes.units is None:
        return sides
    if RETURNS[quantity.measure].weight == Weight.INSIDE:
        raise ValueError(f"{quantity.measure} is of single episodes, and here several are of one unit.")
    return sides.by_unit(episodes.units[rows])


def _by_episode(quantity: Quantity, episodes: Episodes, rows: Some, recipe: Recipe) -> Sides:
    """One value an episode."""
    measure, reward = RETURNS[quantity.measure], reward_of(quantity, episodes)
    if measure.weight == Weight.STEP:
        return _BySteps(measure, episodes, rows, reward, recipe).sides()
    returns = episodes.returns(recipe.returns.gamma)[rows, reward]
    span = recipe.returns.span(reward) if recipe.sided else ANY
    if measure.weight == Weight.EPISODE:
        return _ByEpisodes(measure, rows, returns, recipe).sides(span)
    same: Estimate = Inside(rows, returns, span)
    if measure.weight == Weight.NONE:
        same = Linear(rows, returns, np.zeros(len(returns)), inf, span)
    return Sides(same, same, same)


def reward_of(quantity: Quantity, episodes: Episodes) -> int:
    """Its column. ValueError for a subscript that counts no alternate reward."""
    if not quantity.indices:
        return 0
    (reward,) = quantity.indices
    if not 1 <= reward <= episodes.alternates:
        there = f"1 to {episodes.alternates}" if episodes.alternates else "none"
        raise ValueError(f"{quantity} asks for alternate reward {reward}; the episodes have {there}.")
    return reward


def _rows(mask: Mask) -> Some:
    return slice(None) if mask.all() else np.flatnonzero(mask)


@dataclass(frozen=True, slots=True, eq=False)
class _ByEpisodes:
    """Whole episodes' weights. returns: (m,), of these rows."""

    measure: ReturnMeasure
    rows: Some
    returns: Array
    recipe: Recipe

    def sides(self, span: Span) -> Sides:
        base = -self.returns if self.measure.gain else np.zeros(len(self.returns))
        plain: Estimate = Linear(self.rows, base, self.returns, self._clip, ANY)
        if self.measure.normalised:
            plain = Normalised(self.rows, self.returns, self._clip, ANY)
        low, high = span
        return Sides(
            self._anchored(low, high) if low > -inf else plain,
            self._anchored(high, low) if high < inf else plain,
            plain,
        )

    def _anchored(self, anchor: float, other: float) -> Linear:
        gain = self.returns - anchor
        base = -gain if self.measure.gain else np.full(len(gain), anchor)
        width = other - anchor
        span = _span(width, self._clip, None if self.measure.gain else anchor)
        return Linear(self.rows, base, gain, self._clip, span, _unit(width))

    @property
    def _clip(self) -> float:
        return self.recipe.clip if self.measure.clipped else inf


@dataclass(frozen=True, slots=True, eq=False)
class _BySteps:
    """Weights up to each step. After the end of an episode, up to the horizon, nothing is earned at its last weight."""

    measure: ReturnMeasure
    episodes: Episodes
    rows: Some
    reward: int
    recipe: Recipe

    def sides(self) -> Sides:
        plain = self._made(0.0, 0.0, ANY)
        if not self.recipe.sided:
            return Sides(plain, plain, plain)
        low, high = self.recipe.returns.step(self.reward)
        return Sides(self._anchored(low, high, plain), self._anchored(high, low, plain), plain)

    def _anchored(self, anchor: float, other: float, plain: LinearBySteps) -> LinearBySteps:
        steps = self.recipe.returns.most_steps()
        if not np.isfinite(anchor) or (anchor and not np.isfinite(steps)):
            return plain
        whole = anchor * steps if anchor else 0.0
        width = (other - anchor) * steps if other != anchor else 0.0
        span = _span(width, self._clip, None if self.measure.gain else whole)
        return replace(self._made(anchor, whole, span), unit=_unit(width))

    def _made(self, anchor: float, whole: float, span: Span) -> LinearBySteps:
        """whole: what the anchor adds up to over a longest episode."""
        steps, starts = self.episodes.steps_of(np.arange(len(self.episodes))[self.rows])
        lengths = np.diff(starts)
        discounts = self.recipe.returns.gamma ** self.episodes.steps()[steps]
        gain = discounts * (self.episodes.rewards[steps, self.reward] - anchor)
        if anchor:
            gain[starts[1:] - 1] -= anchor * self.recipe.returns.rest(lengths.astype(np.float64))
        of = np.repeat(np.arange(len(lengths)), lengths)
        earned = np.bincount(of, gain, minlength=len(lengths)).astype(np.float64)
        base = -earned if self.measure.gain else np.full(len(lengths), whole)
        return LinearBySteps(steps, of, base, gain, self._clip, span)

    @property
    def _clip(self) -> float:
        return self.recipe.clip if self.measure.clipped else inf


def _span(width: float, clip: float, anchor: float | None) -> Span:
    """The range of values that lie beside an anchor. width: to the other end, below 0 if that is below. anchor: None
    for a gain, whose values begin a width on the other side of 0.
    """
    if width == 0:
        near = far = anchor or 0.0
    elif anchor is None:
        near, far = -width, (clip - 1) * width
    else:
        near, far = anchor, anchor + clip * width
    return (near, far) if near <= far else (far, near)


def _unit(width: float) -> float:
    return abs(width) if width and np.isfinite(width) else 1.0
