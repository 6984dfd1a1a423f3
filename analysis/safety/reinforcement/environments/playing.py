"""Episodes of a policy in an environment, all of them stepped at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.safety.reinforcement.environments.environment import Environment, Stepped
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies.policy import Policy
from analysis.safety.terms import Array


def played(environment: Environment, policy: Policy, theta: Array, n: int, *, rng: np.random.Generator) -> Episodes:
    """n episodes, each action with the chance that it had."""
    state, running = environment.begin(n, rng), np.arange(n)
    record = _Record()
    for _ in range(environment.most_steps):
        seen = environment.seen(state)
        actions, chances = policy.sample(theta, seen, rng)
        stepped = environment.step(state, actions, rng)
        record.add(running, seen, actions, chances, stepped)
        state, running = stepped.state[~stepped.over], running[~stepped.over]
        if not len(running):
            break
    return record.episodes(n)


def expected_return(
    environment: Environment, policy: Policy, theta: Array, n: int, *, rng: np.random.Generator
) -> Array:
    """Mean discounted returns of n episodes, one of each reward, shape (r,)."""
    episodes = played(environment, policy, theta, n, rng=rng)
    found: Array = episodes.returns(environment.returns().gamma).mean(axis=0)
    return found


@dataclass(slots=True, eq=False)
class _Record:
    """One entry a step, of those episodes that were not over."""

    who: list[NDArray[np.intp]] = field(default_factory=list)
    parts: list[tuple[Array, Array, Array, Array]] = field(default_factory=list)

    def add(self, who: NDArray[np.intp], seen: Array, actions: Array, chances: Array, stepped: Stepped) -> None:
        self.who.append(who)
        self.parts.append((seen, actions, stepped.rewards, chances))

    def episodes(self, n: int) -> Episodes:
        who = np.concatenate(self.who)
        order = np.argsort(who, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(who, minlength=n))]).astype(np.intp)
        seen, actions, rewards, chances = (np.concatenate(part)[order] for part in zip(*self.parts, strict=True))
        return Episodes(starts, seen, actions, rewards, chances)
