"""What the rewards of a task can be: declared, because data cannot show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, cast

import numpy as np

from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.terms import Array
from experiments.types import Json, JsonObject

Span = tuple[float, float]
ANY: Span = (-inf, inf)
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Returns:
    """How rewards add up, and what they can be. Reward 0 is the primary one, k the k-th alternate one.

    gamma: a reward t steps later counts gamma ** t. spans: of a return. rewards: of a reward of one step. horizon: the
    most steps that an episode can have; None: no limit. fixed: every episode has exactly that many.
    """

    gamma: float = 1.0
    spans: Mapping[int, Span] = field(default_factory=dict)
    rewards: Mapping[int, Span] = field(default_factory=dict)
    horizon: int | None = None
    fixed: bool = False

    def span(self, reward: int) -> Span:
        """Of a return: as declared, else what follows from the rewards of a step; infinite ends where nothing does."""
        if reward in self.spans:
            return self.spans[reward]
        low, high = self.step(reward)
        return self._summed(low), self._summed(high)

    def step(self, reward: int) -> Span:
        """Of one step; where episodes may end early, 0 (what comes after the end) is in it. An episode of one step: as
        its return.
        """
        if reward in self.rewards:
            low, high = self.rewards[reward]
        elif self.horizon == 1:
            low, high = self.spans.get(reward, ANY)
        else:
            return ANY
        return (low, high) if self._is_exact else (min(low, 0.0), max(high, 0.0))

    def rest(self, lengths: Array) -> Array:
        """sum of gamma ** t over the steps from `lengths` to the horizon: what a constant after the end is worth."""
        if self._is_exact:
            return np.zeros(len(lengths))
        if self.horizon is None:
            return self.gamma**lengths / (1 - self.gamma) if self.gamma < 1 else np.full(len(lengths), inf)
        if self.gamma == 1:
            return self.horizon - lengths
        return (self.gamma**lengths - self.gamma**self.horizon) / (1 - self.gamma)

    def require(self, episodes: Episodes) -> None:
        """ValueError for an episode beyond what was declared: the guarantee would be void."""
        lengths = episodes.lengths
        if self.horizon is not None and (lengths > self.horizon).any():
            episode = int(np.argmax(lengths > self.horizon))
            raise ValueError(
                f"Episode {episode + 1} has {lengths[episode]} steps, and {self.horizon} were said to be most."
            )
        if self.fixed and (lengths != self.horizon).any():
            episode = int(np.argmax(lengths != self.horizon))
            raise ValueError(f"Episode {episode + 1} has {lengths[episode]} steps, not the fixed {self.horizon}.")
        if self.spans:
            _require_within(episodes.returns(self.gamma), self.spans, "returns", "Episode")
        _require_within(episodes.rewards, self.rewards, "earns", "Step")

    def most_steps(self) -> float:
        """sum of gamma ** t over the longest episode; infinite if there is no limit."""
        if self._is_exact:
            return float(self.gamma ** np.arange(self.horizon or 1) @ np.ones(self.horizon or 1))
        return float(self.rest(np.zeros(1))[0])

    @property
    def _is_exact(self) -> bool:
        return self.fixed or self.horizon == 1

    def _summed(self, value: float) -> float:
        """What an episode returns that earns this at every step, at most that many."""
        return value if value == 0 or not np.isfinite(value) else value * self.most_steps()


def written_returns(returns: Returns) -> JsonObject:
    """As a kept policy has it."""
    ends: dict[str, Json] = {
        name: {str(reward): list(span) for reward, span in spans.items() if all(map(isfinite, span))}
        for name, spans in (("spans", returns.spans), ("rewards", returns.rewards))
    }
    return {**ends, "gamma": returns.gamma, "horizon": returns.horizon, "fixed": returns.fixed}


def returns_in(written: JsonObject) -> Returns:
    """The way back."""
    spans, rewards = (
        {int(reward): (float(low), float(high)) for reward, (low, high) in cast("Any", written[name]).items()}
        for name in ("spans", "rewards")
    )
    horizon = written["horizon"]
    return Returns(
        gamma=float(cast(float, written["gamma"])),
        spans=spans,
        rewards=rewards,
        horizon=None if horizon is None else int(cast(int, horizon)),
        fixed=written["fixed"] is True,
    )


def _require_within(values: Array, spans: Mapping[int, Span], verb: str, what: str) -> None:
    for reward, (low, high) in spans.items():
        column = values[:, reward]
        slack = ROUNDING * max(1.0, abs(low) if low > -inf else 0.0, abs(high) if high < inf else 0.0)
        outside = (column < low - slack) | (column > high + slack)
        if outside.any():
            first = int(np.argmax(outside))
            raise ValueError(
                f"{what} {first + 1} {verb} {column[first]:g}, outside its declared range from {low:g} to {high:g}"
                f" ({int(outside.sum())} such): the guarantee would be void. Declare what can be, not what was."
            )
