"""The nearest row across the border of a linear or logistic model, in closed form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import log
from typing import ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.counterfactual.kind import Counterfactual, Proposed
from analysis.explainers.counterfactual.searching import Search
from analysis.explainers.kinds import EXPLAINERS, Needs, NoExplanation
from analysis.explainers.subjects import Capability, Reals, Task, WithCoefficients
from analysis.learning.components import OneOf
from analysis.learning.data.features import FeatureKind
from analysis.learning.members import takes
from experiments.types import JsonObject

BEYOND = 1e-9  # how far across the border, in units of the score
MOST_COMBINATIONS = 500


def least_change(slopes: Reals, gain: float, caps: Reals, scale: Reals, norm: str) -> Reals | None:
    """How far each feature moves so that slopes @ moves = gain, at the least cost; None where the caps forbid it.

    slopes: at least 0, per unit in the helpful direction; caps: at least 0; gain: more than 0. l2: the sum of
    (move / scale)² is least: moves go with slope · scale², those beyond their cap stay there. l1: the sum of
    move / scale is least: the features with the largest slope · scale move first, as far as they may.
    """
    if slopes @ np.where(slopes > 0, caps, 0) < gain:
        return None
    return _spread(slopes, gain, caps, scale) if norm == "l2" else _one_after_another(slopes, gain, caps, scale)


def _spread(slopes: Reals, gain: float, caps: Reals, scale: Reals) -> Reals:
    moves, free = np.zeros_like(slopes), slopes > 0
    while gain > 0 and free.any():
        share = np.where(free, slopes * scale**2, 0)
        tried = gain * share / (slopes @ share)
        over = free & (tried > caps)
        if not over.any():
            return np.asarray(moves + tried)
        moves[over] = caps[over]
        gain, free = gain - float(slopes[over] @ caps[over]), free & ~over
    return moves


def _one_after_another(slopes: Reals, gain: float, caps: Reals, scale: Reals) -> Reals:
    moves = np.zeros_like(slopes)
    for place in np.argsort(-slopes * scale, kind="stable"):
        if gain <= 0 or slopes[place] <= 0:
            break
        moves[place] = min(caps[place], gain / slopes[place])
        gain -= float(moves[place] * slopes[place])
    return moves


@EXPLAINERS.register
@dataclass(frozen=True)
class LinearCounterfactuals(Counterfactual):
    """The least change that takes a linear or logistic model across the border.

    Exact for numbers: x + gap · w scale² / Σ w² scale² in l2, the feature with the largest |w| scale alone in l1, and
    what the bounds leave of these. Flags and categories are tried one and two at a time; whole numbers are rounded
    both ways.
    """

    name: ClassVar[str] = "linear_counterfactuals"
    example: ClassVar[JsonObject] = {"type": "linear_counterfactuals", "norm": "l1", "count": 2}
    needs: ClassVar[Needs] = Needs(
        tasks=frozenset({Task.BINARY, Task.REGRESSION}), capabilities=frozenset({Capability.COEFFICIENTS})
    )

    norm: str = takes(OneOf("l1", "l2"), "What is least: the sum of changes (few of them), or of their squares.", "l1")

    def distances(self, allowed: Allowed, rows: Reals) -> Reals:
        return allowed.distances(rows, squared=self.norm == "l2")

    def proposed(self, search: Search) -> Proposed:
        slopes, intercept = _score(search)
        rows = [search.allowed.origin]
        for edge, sign in _edges(search):
            rows.extend(self._across(search, sign * slopes, sign * (edge - intercept)))
        return Proposed(np.array(rows), is_nearest=True)

    def _across(self, search: Search, slopes: Reals, needed: float) -> Iterator[Reals]:
        """Rows with slopes @ row >= needed: with all features, without each, with each alone, and from other starts."""
        allowed = search.allowed
        everything = np.isin(np.arange(len(slopes)), allowed.free) & ~_jumps(allowed)
        singles = [np.arange(len(slopes)) == place for place in np.flatnonzero(everything)]
        uses = [everything, *(everything & ~alone for alone in singles), *singles]
        for start in _starts(allowed):
            for use in uses if start is allowed.origin else [everything]:
                yield from self._moved(allowed, start, (slopes, needed), use)

    def _moved(
        self, allowed: Allowed, start: Reals, aim: tuple[Reals, float], use: NDArray[np.bool_]
    ) -> Iterator[Reals]:
        slopes, needed = aim
        gain = needed - float(slopes @ start)
        if gain <= 0:
            yield start
            return
        row = self._filled(allowed, start, aim, use)
        if row is None:
            return
        yield row
        whole = use & allowed.stepped
        if not whole.any():
            return
        for rounding in (np.floor, np.ceil):
            kept = row.copy()
            kept[~whole] = start[~whole]
            kept[whole] = (rounding(np.sign(slopes) * row) * np.sign(slopes))[whole]
            refilled = self._filled(allowed, allowed.nearest(kept[np.newaxis])[0], aim, use & ~whole)
            yield from () if refilled is None else (refilled,)

    def _filled(self, allowed: Allowed, start: Reals, aim: tuple[Reals, float], use: NDArray[np.bool_]) -> Reals | None:
        slopes, needed = aim
        gain = needed - float(slopes @ start)
        if gain <= 0:
            return start
        caps = np.where(use, np.where(slopes > 0, allowed.high - start, start - allowed.low), 0)
        moves = least_change(np.abs(slopes), gain + BEYOND * (1 + abs(needed)), caps, allowed.scale, self.norm)
        return None if moves is None else np.asarray(start + np.sign(slopes) * moves)


def _score(search: Search) -> tuple[Reals, float]:
    """NoExplanation where the prediction is not the score, or the logistic function of it."""
    weights, intercepts = cast(WithCoefficients, search.model).coefficients()
    slopes, intercept = np.asarray(weights)[-1], float(np.asarray(intercepts)[-1])
    score = float(slopes @ search.allowed.origin + intercept)
    says = search.outputs(search.allowed.origin[np.newaxis])[0, -1]
    ought = 1 / (1 + np.exp(-np.clip(score, -500, 500))) if search.model.labels else score
    if abs(says - ought) > 1e-6 * (1 + abs(ought)):
        raise NoExplanation("linear_counterfactuals does not suit: The prediction is neither linear nor logistic.")
    return slopes, intercept


def _edges(search: Search) -> Iterator[tuple[float, int]]:
    """(edge, sign): the score is to be at least the edge (sign 1), or at most (-1)."""
    wanted, score = search.wanted, float(search.outputs(search.allowed.origin[np.newaxis])[0, -1])
    if wanted.classes:
        share = max(wanted.sure, 0.5)
        sign = 1 if wanted.classes[0] == 1 else -1
        yield sign * log(share / (1 - share)), sign
    elif score < wanted.low:
        yield wanted.low, 1
    else:
        yield wanted.high, -1


def _jumps(allowed: Allowed) -> NDArray[np.bool_]:
    return np.array([each.kind in (FeatureKind.FLAG, FeatureKind.CATEGORY) for each in allowed.features])


def _starts(allowed: Allowed) -> Iterator[Reals]:
    """The origin, and it with one or two flags or categories changed."""
    yield allowed.origin
    places = [place for place in allowed.free if _jumps(allowed)[place]]
    tried = 0
    for size in (1, 2):
        for some in combinations(places, size):
            for values in product(*(_others(allowed, place) for place in some)):
                tried += 1
                if tried > MOST_COMBINATIONS:
                    return
                row = allowed.origin.copy()
                row[list(some)] = values
                yield row


def _others(allowed: Allowed, place: int) -> list[float]:
    values = np.arange(np.ceil(allowed.low[place]), np.floor(allowed.high[place]) + 1)
    return [float(value) for value in values if value != allowed.origin[place]]
