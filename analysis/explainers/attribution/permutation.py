"""Shapley values by letting features in one by one, in orders that are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.attribution.coalitions import Game
from analysis.explainers.attribution.shapley import Shapley, Shared
from analysis.explainers.kinds import EXPLAINERS
from analysis.explainers.subjects import Reals
from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class PermutationShapley(Shapley):
    """Shapley values by drawn orders of the features.

    Each order is gone through forwards and backwards (antithetic), and shares out the whole difference, so the values
    add up whatever was drawn. Every weight has its standard error.
    """

    name: ClassVar[str] = "permutation_shapley"
    example: ClassVar[JsonObject] = {"type": "permutation_shapley", "pairs": 8}
    is_random: ClassVar[bool] = True

    pairs: int = takes(Whole(2, 10_000), "Orders that are drawn; each is gone through in both directions.", 32)

    def shared(self, game: Game, seed: int) -> Shared:
        rng = generator(seed, self.name)
        drawn = [rng.permutation(game.players) for _ in range(self.pairs)]
        orders = np.array([order for forwards in drawn for order in (forwards, forwards[::-1])])
        steps, base = _steps(game, orders)
        halves = steps.reshape(self.pairs, 2, game.players).mean(axis=1)
        return Shared(base, halves.mean(axis=0), halves.std(axis=0, ddof=1) / np.sqrt(self.pairs))


def _steps(game: Game, orders: Reals) -> tuple[Reals, float]:
    """What each feature adds when it comes in, shape (orders, M), and the worth before any has."""
    known = np.tril(np.ones((game.players + 1, game.players), dtype=bool), -1)  # step t knows the first t of an order
    ranks = np.argsort(orders, axis=1)
    masks = known[:, ranks].transpose(1, 0, 2)
    worth = game.worth(masks.reshape(-1, game.players)).reshape(len(orders), -1)
    return np.take_along_axis(np.diff(worth, axis=1), ranks, axis=1), float(worth[0, 0])
