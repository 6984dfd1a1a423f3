"""Recorded episodes: those of the reference, and small ones of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.terms import Array

REFERENCE = Path(__file__).parents[3] / "reference" / "seldonian"


def facts(name: str) -> Any:
    """A file of the reference."""
    return json.loads((REFERENCE / name).read_text())


def reference_episodes() -> tuple[Episodes, Array, float]:
    """300 episodes with two alternate rewards and groups M and F, the parameters they are weighed by, and gamma."""
    held = facts("d_rl.json")
    steps = held["episodes"]
    groups = np.array(held["S"])
    episodes = Episodes.of(
        [one["observations"] for one in steps],
        [one["actions"] for one in steps],
        [np.column_stack([one["rewards"], one["alt_rewards"]]) for one in steps],
        [one["action_probs"] for one in steps],
        groups={name: groups[:, k] == 1 for k, name in enumerate(held["S_cols"])},
    )
    return episodes, np.array(held["theta_A"], dtype=np.float64).reshape(-1), float(held["gamma"])


def walks(n: int, *, rng: np.random.Generator, states: int = 3, horizon: int = 4) -> Episodes:
    """n episodes of 1 to `horizon` steps: two actions, rewards in [-1, 1] that favour action 1, groups A and B."""
    lengths = rng.integers(1, horizon + 1, n)
    observations = [rng.integers(0, states, t) for t in lengths]
    actions = [(rng.random(t) < 0.4).astype(int) for t in lengths]
    rewards = [np.clip(0.6 * a - 0.3 + 0.5 * rng.standard_normal(len(a)), -1, 1) for a in actions]
    chances = [np.where(a == 1, 0.4, 0.6) for a in actions]
    inside = rng.random(n) < 0.5
    return Episodes.of(observations, actions, rewards, chances, groups={"A": inside, "B": ~inside})
