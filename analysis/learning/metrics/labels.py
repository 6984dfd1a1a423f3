"""Right and wrong labels."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import ClassVar

from analysis.learning.metrics.counting import confusion
from analysis.learning.metrics.metric import METRICS, OneFigure, Seen
from experiments.types import JsonObject


@METRICS.register
@dataclass(frozen=True)
class Accuracy(OneFigure):
    """The share of samples that are labelled rightly."""

    name: ClassVar[str] = "accuracy"
    example: ClassVar[JsonObject] = {"kind": "accuracy"}

    def value(self, seen: Seen) -> float:
        counted = confusion(seen)
        return float(counted.hits.sum() / counted.actual.sum())


@METRICS.register
@dataclass(frozen=True)
class BalancedAccuracy(OneFigure):
    """The mean over the true classes of the share that is labelled rightly."""

    name: ClassVar[str] = "balanced_accuracy"
    example: ClassVar[JsonObject] = {"kind": "balanced_accuracy"}

    def value(self, seen: Seen) -> float:
        counted = confusion(seen)
        there = counted.actual > 0
        return float((counted.hits[there] / counted.actual[there]).mean())


@METRICS.register
@dataclass(frozen=True)
class MatthewsCorrelation(OneFigure):
    """The correlation between true and predicted labels, from -1 to 1; 0 where one of them never varies."""

    name: ClassVar[str] = "matthews_correlation"
    example: ClassVar[JsonObject] = {"kind": "matthews_correlation"}

    def value(self, seen: Seen) -> float:
        counted = confusion(seen)
        n, hits = counted.actual.sum(), counted.hits.sum()
        spread_of_guesses = n**2 - (counted.guessed**2).sum()
        spread_of_truth = n**2 - (counted.actual**2).sum()
        if not spread_of_guesses * spread_of_truth:
            return 0.0
        together = hits * n - (counted.guessed * counted.actual).sum()
        return float(together / sqrt(spread_of_guesses * spread_of_truth))


@METRICS.register
@dataclass(frozen=True)
class CohenKappa(OneFigure):
    """Agreement beyond chance between true and predicted labels; NaN where both name one label only."""

    name: ClassVar[str] = "cohen_kappa"
    example: ClassVar[JsonObject] = {"kind": "cohen_kappa"}

    def value(self, seen: Seen) -> float:
        counted = confusion(seen)
        n = counted.actual.sum()
        by_chance = (counted.actual * counted.guessed).sum() / n**2
        return float((counted.hits.sum() / n - by_chance) / (1 - by_chance)) if by_chance < 1 else nan
