"""Shapley values by counting all coalitions."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import ClassVar

import numpy as np

from analysis.explainers.attribution.coalitions import Game, every_mask
from analysis.explainers.attribution.shapley import Shapley, Shared
from analysis.explainers.kinds import EXPLAINERS, Needs
from analysis.explainers.subjects import Reals
from experiments.types import JsonObject

MOST = 12


@EXPLAINERS.register
@dataclass(frozen=True)
class ExactShapley(Shapley):
    """Shapley values, exact.

    Asks the model about all 2^M coalitions of at most 12 features, each with every row of the background. Nothing is
    drawn: what other methods estimate can be compared with it.
    """

    name: ClassVar[str] = "exact_shapley"
    example: ClassVar[JsonObject] = {"type": "exact_shapley"}
    needs: ClassVar[Needs] = Needs(most_features=MOST)

    def shared(self, game: Game, seed: int) -> Shared:
        worth = game.worth(every_mask(game.players))
        return Shared(float(worth[0]), shapley_values(worth))


def shapley_values(worth: Reals) -> Reals:
    """Of any game, by its definition; shape (M,).

    phi_i = sum over S without i of |S|! (M - |S| - 1)! / M! (v(S + i) - v(S)). worth: shape (2^M,), coalition c at
    place c, in which player i is bit i. Shapley (1953).
    """
    players = (len(worth) - 1).bit_length()
    places = np.arange(len(worth))
    sizes = every_mask(players).sum(axis=1)
    shares = np.array([factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)])
    values = []
    for player in range(players):
        without = places[(places >> player) & 1 == 0]
        values.append(float(shares[sizes[without]] @ (worth[without | 1 << player] - worth[without])))
    return np.array(values)
