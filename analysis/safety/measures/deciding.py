"""Measures of the classifier that decides: class 1 from one half on, the likeliest of several classes.

`Hard_PR` is to `PR` what the share of people who are admitted is to their mean chance. Its values are 0 or 1, so that
the exact bound on a rate serves. Being made of steps they have no slope: while a candidate is sought, sharpened
probabilities stand in for them; the safety test sees the decisions themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.safety.measures.kinds import Everywhere
from analysis.safety.measures.predicting import CLASSIFICATION
from analysis.safety.terms import Array, Evidence, Mask, Measure, Regime

SHARPNESS = 8.0
"""The power that probabilities are raised to: near 0.5 the stand-in is so many times as steep as they are."""


def decided(outputs: Array) -> Array:
    """Shape of outputs, of 0 and 1. Of equally likely classes the first is chosen; of two, class 1 at one half."""
    if outputs.ndim == 1:
        return (outputs >= 0.5).astype(float)
    found = np.zeros_like(outputs)
    found[np.arange(len(outputs)), outputs.argmax(axis=1)] = 1.0
    return found


@dataclass(frozen=True)
class Sharpened(Everywhere):
    """A measure of probabilities that were raised to a power and made to add up to 1 again."""

    of: Measure

    smooth = None
    regimes = CLASSIFICATION

    @property
    def name(self) -> str:
        return f"Sharpened_{self.of.name}"

    def subscripts(self, regime: Regime) -> int:
        return self.of.subscripts(regime)

    def like(self) -> Evidence:
        return self.of.like()

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return self.of.rows(labels, indices)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return self.of.values(sharpened(outputs), labels, indices)

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        sharp = sharpened(outputs)
        slopes = self.of.slopes(sharp, labels, indices)
        if outputs.ndim == 1:
            return slopes * SHARPNESS * sharp * (1.0 - sharp) / _safe(outputs * (1.0 - outputs))
        drawn: Array = (slopes * sharp).sum(axis=1, keepdims=True)
        return SHARPNESS * sharp * (slopes - drawn) / _safe(outputs)


def sharpened(outputs: Array) -> Array:
    """Of two classes (n,): p^k / (p^k + (1 - p)^k); of several (n, classes): the same over each row."""
    if outputs.ndim == 1:
        return _share(np.power(outputs, SHARPNESS), np.power(1.0 - outputs, SHARPNESS))
    found: Array = np.power(outputs / outputs.max(axis=1, keepdims=True), SHARPNESS)
    found /= found.sum(axis=1, keepdims=True)
    return found


def _share(one: Array, other: Array) -> Array:
    return one / (one + other)


def _safe(divisor: Array) -> Array:
    return np.maximum(divisor, np.finfo(float).tiny)


@dataclass(frozen=True)
class Hard:
    """A measure of the decisions."""

    of: Measure

    regimes = CLASSIFICATION

    @property
    def name(self) -> str:
        return f"Hard_{self.of.name}"

    @property
    def smooth(self) -> Measure | None:
        return Sharpened(self.of)

    def subscripts(self, regime: Regime) -> int:
        return self.of.subscripts(regime)

    def like(self) -> Evidence:
        like = self.of.like()
        return Evidence(like.values, low=like.low, high=like.high, binary=True)

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return self.of.rows(labels, indices)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return self.of.values(decided(outputs), labels, indices)

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        return np.zeros_like(outputs)
