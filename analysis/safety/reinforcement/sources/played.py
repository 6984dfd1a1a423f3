"""Episodes that are played when they are asked for: to try a document before there are records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.environments import ENVIRONMENTS, Environment, gridworld, played
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.source import EPISODES, EpisodeSource, Recorded
from experiments.types import JsonObject


@EPISODES.register
@dataclass(frozen=True)
class Played(EpisodeSource):
    """Episodes played in a simulated task by a policy that favours nothing."""

    name: ClassVar[str] = "played"
    example: ClassVar[JsonObject] = {"type": "played", "environment": "gridworld", "episodes": 1000}

    environment: Environment = takes(ENVIRONMENTS, "The task.", gridworld.Gridworld(), "gridworld")
    episodes: int = takes(Whole(1, 1_000_000), "How many.", 1000)
    seed: int = takes(Whole(0, 2**32 - 1), "The same seed plays the same episodes.", 0)

    def recorded(self) -> Recorded:
        import numpy as np

        from analysis.safety.loading.table import Table

        policy = POLICIES.parse(self.environment.policy)
        rng = np.random.default_rng(self.seed)
        if isinstance(self.environment, gridworld.Gridworld):
            policy = POLICIES.parse({**self.environment.policy, "states": self.environment.size**2})
        record = played(self.environment, policy, policy.neutral(), self.episodes, rng=rng)
        numbers = np.arange(len(record))
        return Recorded(
            f"{self.environment.name}, {self.episodes:,} episodes",
            record,
            Table(self.environment.name, {"episode": numbers, "half": numbers % 2}),
            returns=self.environment.returns(),
            are_apart=True,
        )

    def identity(self) -> JsonObject:
        """Made from the seed alone; raised when a task or policy changes."""
        return {"release": 1}
