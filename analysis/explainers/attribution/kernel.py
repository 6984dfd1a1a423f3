"""Shapley values as the weights of a linear model of coalitions."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import ClassVar

import numpy as np

from analysis.explainers.attribution.coalitions import Game, Masks, every_mask
from analysis.explainers.attribution.shapley import Shapley, Shared
from analysis.explainers.kinds import EXPLAINERS
from analysis.explainers.subjects import Reals
from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class KernelShap(Shapley):
    """KernelSHAP.

    Fits v(S) = base + sum of phi_i over S by least squares, weighing a coalition of size s by
    (M - 1) / (C(M, s) s (M - s)); the weights are Shapley values (Lundberg and Lee 2017). That they add up is no wish
    but a constraint: one of them is eliminated. Coalitions are drawn with their complements (Covert and Lee 2021) and
    every weight has its standard error; where all coalitions are no more than `coalitions`, all are used, and the
    values are exact.
    """

    name: ClassVar[str] = "kernel_shap"
    example: ClassVar[JsonObject] = {"type": "kernel_shap", "coalitions": 64}
    is_random: ClassVar[bool] = True

    coalitions: int = takes(Whole(16, 100_000), "Coalitions that the model is asked about, at most.", 2048)

    def shared(self, game: Game, seed: int) -> Shared:
        base, whole = game.worth(np.array([[False] * game.players, [True] * game.players]))
        if game.players == 1:
            return Shared(float(base), np.array([whole - base]))
        if game.players < 60 and 2**game.players - 2 <= self.coalitions:
            masks = every_mask(game.players)[1:-1]
            found = _Fit(masks, game.worth(masks) - base, float(whole - base), kernel_weights(masks))
            return Shared(float(base), found.values())
        masks = _drawn(game.players, self.coalitions // 2, generator(seed, self.name))
        found = _Fit(masks, game.worth(masks) - base, float(whole - base), np.ones(len(masks)))
        return Shared(float(base), found.values(), found.errors())


def kernel_weights(masks: Masks) -> Reals:
    """The Shapley kernel, shape (c,), of coalitions that are neither empty nor whole."""
    players = masks.shape[1]
    by_size = [(players - 1) / (comb(players, s) * s * (players - s)) for s in range(1, players)]
    return np.asarray(np.array(by_size)[masks.sum(axis=1) - 1])


def _drawn(players: int, pairs: int, rng: np.random.Generator) -> Masks:
    """Pairs of a coalition and its complement, shape (2 pairs, M): each drawn as often as the kernel weighs it."""
    sizes = np.arange(1, players)
    chances = 1.0 / (sizes * (players - sizes))
    size = rng.choice(sizes, size=pairs, p=chances / chances.sum())
    ranks = np.argsort(rng.random((pairs, players)), axis=1)
    half = ranks < size[:, np.newaxis]
    return np.stack([half, ~half], axis=1).reshape(-1, players)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """worth: of each coalition above the base, shape (c,). whole: what all weights must add up to.

    The last weight is whole - sum of the others, which leaves M - 1 free ones.
    """

    masks: Masks
    worth: Reals
    whole: float
    weights: Reals

    def _reduced(self) -> tuple[Reals, Reals]:
        known = self.masks.astype(float)
        return known[:, :-1] - known[:, -1:], self.worth - known[:, -1] * self.whole

    def _free(self) -> Reals:
        design, wanted = self._reduced()
        root = np.sqrt(self.weights)
        return np.asarray(np.linalg.lstsq(design * root[:, np.newaxis], wanted * root, rcond=None)[0])

    def values(self) -> Reals:
        """shape (M,)."""
        free = self._free()
        return np.append(free, self.whole - free.sum())

    def errors(self) -> Reals:
        """Standard errors, shape (M,), by the sandwich: pairs are drawn independently of each other."""
        design, wanted = self._reduced()
        residuals = design * (wanted - design @ self._free())[:, np.newaxis]
        by_pair = residuals.reshape(-1, 2, design.shape[1]).sum(axis=1)
        inverse = np.linalg.pinv(design.T @ design)
        spread = inverse @ (by_pair.T @ by_pair) @ inverse
        variances = np.append(np.diag(spread), spread.sum())
        return np.asarray(np.sqrt(np.maximum(variances, 0.0)))
