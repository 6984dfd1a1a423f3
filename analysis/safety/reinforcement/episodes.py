"""Recorded episodes: what was seen, what was done with what chance, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.safety.terms import Array, Mask, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """All steps of all episodes, one after the other.

    starts: (n + 1,), where each episode begins, and the end. observations: (s, d). actions: (s, k). rewards: (s, r),
    the primary one first, then alternate ones. chances: (s,), of the action under the policy that played it (a density
    where actions are numbers). groups: name -> (n,) membership of episodes. names: of the columns of observations.
    units: (n,), whose episode each is, as whole numbers from 0; None: each is somebody else's. ValueError, with episode
    and step, for what cannot be learnt from.

    >>> two = Episodes.of([[0, 1], [1]], [[1, 0], [0]], [[1.0, 2.0], [4.0]], [[0.5, 0.5], [0.25]])
    >>> len(two), two.lengths.tolist(), two.returns(0.5)[:, 0].tolist()
    (2, [2, 1], [2.0, 4.0])
    """

    starts: NDArray[np.intp]
    observations: Array
    actions: Array
    rewards: Array
    chances: Array
    groups: Mapping[str, Mask] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    units: NDArray[np.intp] | None = None

    def __post_init__(self) -> None:
        _require_shapes(self)
        _require_finite(self)
        if (found := np.flatnonzero(self.chances <= 0)).size:
            raise ValueError(
                f"{self._where(found)}: the chance of what was done must be above 0, not {self.chances[found[0]]:g}. "
                "An action that could not be taken was not taken: its chance was recorded wrongly."
            )

    @classmethod
    def of(
        cls,
        observations: Sequence[ArrayLike],
        actions: Sequence[ArrayLike],
        rewards: Sequence[ArrayLike],
        chances: Sequence[ArrayLike],
        *,
        groups: Mapping[str, ArrayLike] | None = None,
    ) -> Episodes:
        """Of one entry an episode: observations (t,) or (t, d), actions (t,) or (t, k), rewards (t,) or (t, r)."""
        lengths = [len(np.atleast_1d(np.asarray(entry))) for entry in chances]
        return cls(
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp),
            _joined(observations),
            _joined(actions),
            _joined(rewards),
            np.concatenate([np.atleast_1d(np.asarray(entry, dtype=np.float64)) for entry in chances]),
            {name: np.asarray(mask, dtype=np.bool_) for name, mask in (groups or {}).items()},
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.intp]:
        """Steps of each episode, shape (n,)."""
        found: NDArray[np.intp] = np.diff(self.starts)
        return found

    @property
    def alternates(self) -> int:
        """How many rewards there are beside the primary one."""
        return int(self.rewards.shape[1]) - 1

    def steps(self) -> NDArray[np.intp]:
        """The place of each step in its episode, from 0, shape (s,)."""
        found: NDArray[np.intp] = np.arange(self.starts[-1]) - np.repeat(self.starts[:-1], self.lengths)
        return found

    def returns(self, gamma: float) -> Array:
        """Discounted sums of each reward, shape (n, r)."""
        discounts = gamma ** np.arange(self.lengths.max())
        weighted = self.rewards * discounts[self.steps()][:, None]
        return np.add.reduceat(weighted, self.starts[:-1], axis=0)

    def steps_of(self, rows: Rows) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The steps of these episodes, in their order, and where each episode begins among them."""
        lengths = self.lengths[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
        return np.repeat(self.starts[:-1][rows] - starts[:-1], lengths) + np.arange(starts[-1]), starts

    def take(self, rows: Rows) -> Episodes:
        """These episodes, in this order."""
        steps, starts = self.steps_of(rows)
        return replace(
            self,
            starts=starts,
            observations=self.observations[steps],
            actions=self.actions[steps],
            rewards=self.rewards[steps],
            chances=self.chances[steps],
            groups={name: mask[rows] for name, mask in self.groups.items()},
            units=None if self.units is None else self.units[rows],
        )

    def member_of(self, where: Sequence[str]) -> Mask:
        """Which episodes are in all of these groups, shape (n,). ValueError for a group that there is not."""
        inside = np.ones(len(self), dtype=np.bool_)
        for name in where:
            if name not in self.groups:
                known = ", ".join(self.groups) or "none"
                raise ValueError(f"The episodes have no group called {name!r}. Their groups: {known}.")
            inside &= self.groups[name]
        return inside

    def _where(self, steps: NDArray[np.intp]) -> str:
        """The first of these steps in words: episodes and steps count from 1."""
        episode = int(np.searchsorted(self.starts, steps[0], side="right"))
        more = f" (and {len(steps) - 1} more)" if len(steps) > 1 else ""
        return f"Episode {episode}, step {int(steps[0] - self.starts[episode - 1]) + 1}{more}"


def _joined(entries: Sequence[ArrayLike]) -> Array:
    """One below the other, each with columns."""
    arrays = [np.asarray(entry, dtype=np.float64) for entry in entries]
    return np.concatenate([array.reshape(-1, 1) if array.ndim < 2 else array for array in arrays])


def _require_shapes(episodes: Episodes) -> None:
    """All parts are as long, and no episode is empty."""
    if len(episodes) < 1:
        raise ValueError("There is no episode.")
    if (empty := np.flatnonzero(episodes.lengths < 1)).size:
        raise ValueError(f"Episode {int(empty[0]) + 1} has no step.")
    parts = {name: getattr(episodes, name) for name in ("observations", "actions", "rewards", "chances")}
    steps = int(episodes.starts[-1])
    if wrong := [f"{len(part)} {name}" for name, part in parts.items() if len(part) != steps]:
        raise ValueError(f"Every step has an observation, an action, rewards and a chance: {steps}, not {wrong[0]}.")
    for name, mask in episodes.groups.items():
        if mask.shape != (len(episodes),):
            raise ValueError(f"Group {name!r} must say of each of {len(episodes)} episodes whether it is in it.")


def _require_finite(episodes: Episodes) -> None:
    for name in ("observations", "actions", "rewards", "chances"):
        part = getattr(episodes, name)
        good = np.isfinite(part) if part.ndim == 1 else np.isfinite(part).all(axis=1)
        if (found := np.flatnonzero(~good)).size:
            raise ValueError(f"{episodes._where(found)}: {name} must be numbers that are finite.")
