"""Mean and deviation of quantities that are unions of atoms, from mean and spread of each atom, and the way back.

Two ways to the same sums: plain numbers, which are quicker while there are few terms, and tables.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.safety.terms import Array

FEW = 200
"""Terms up to which plain numbers are quicker."""

Numbers = Sequence[float]


@dataclass(frozen=True, slots=True)
class Term:
    """An atom of a quantity: so many rows whose values are offset + scale * what is at `place`."""

    place: int
    count: float
    scale: float
    offset: float


class Mixing(Protocol):
    """means, spreads: at every place; a spread is the sum of squared distances from the mean."""

    def moments(self, means: Numbers, spreads: Numbers) -> tuple[list[float], list[float]]:
        """Mean and deviation of each quantity; not a number where there are too few rows."""
        ...

    def back(self, moments: tuple[Numbers, Numbers], by: tuple[Numbers, Numbers]) -> tuple[list[float], list[float]]:
        """Derivatives by mean and deviation of each quantity -> by any value at each place: offset + scale * value."""
        ...


def mixing(quantities: Sequence[Sequence[Term]], places: int) -> Mixing:
    """Whichever is quicker."""
    return ByNumbers(quantities, places) if sum(map(len, quantities)) <= FEW else ByTables(quantities, places)


class ByNumbers:
    """Term by term."""

    def __init__(self, quantities: Sequence[Sequence[Term]], places: int) -> None:
        self._places = places
        self._plans = [
            (math.fsum(term.count for term in terms), [(t.place, t.count, t.scale, t.offset) for t in terms])
            for terms in quantities
        ]

    def moments(self, means: Numbers, spreads: Numbers) -> tuple[list[float], list[float]]:
        found, deviations = [], []
        for n, terms in self._plans:
            if n < 1:
                found.append(math.nan)
                deviations.append(math.nan)
                continue
            if len(terms) == 1:
                place, _, scale, offset = terms[0]
                mean, spread = offset + scale * means[place], scale * scale * spreads[place]
            else:
                mean, spread = _joined(n, terms, means, spreads)
            found.append(mean)
            deviations.append(math.sqrt(spread / (n - 1)) if n > 1 else math.nan)
        return found, deviations

    def back(self, moments: tuple[Numbers, Numbers], by: tuple[Numbers, Numbers]) -> tuple[list[float], list[float]]:
        offsets, scales = [0.0] * self._places, [0.0] * self._places
        for (n, terms), mean, deviation, by_mean, by_deviation in zip(self._plans, *moments, *by, strict=True):
            if by_mean or by_deviation:
                along = by_mean / n
                across = by_deviation / ((n - 1) * deviation) if deviation > 0 else 0.0
                for place, _, scale, offset in terms:
                    offsets[place] += scale * (along + across * (offset - mean))
                    scales[place] += scale * scale * across
        return offsets, scales


def _joined(
    n: float, terms: Sequence[tuple[int, float, float, float]], means: Numbers, spreads: Numbers
) -> tuple[float, float]:
    """Mean and spread of several terms, n rows together."""
    parts = [(place, count, scale, offset + scale * means[place]) for place, count, scale, offset in terms]
    mean = sum([count * value for _, count, _, value in parts]) / n
    spread = sum([scale * scale * spreads[place] + count * (value - mean) ** 2 for place, count, scale, value in parts])
    return mean, spread


class ByTables:
    """All terms at once, in tables (quantities, places)."""

    def __init__(self, quantities: Sequence[Sequence[Term]], places: int) -> None:
        shape = len(quantities), places
        self._counts, self._scales, self._offsets = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for number, terms in enumerate(quantities):
            for term in terms:
                place = number, term.place
                self._counts[place], self._scales[place], self._offsets[place] = term.count, term.scale, term.offset
        n: Array = self._counts.sum(axis=1)
        self._n, self._freedom = np.where(n > 0, n, np.nan), np.where(n > 1, n - 1, np.nan)
        self._squares, self._mixed = self._scales**2, self._scales * self._offsets

    def moments(self, means: Numbers, spreads: Numbers) -> tuple[list[float], list[float]]:
        values = self._offsets + self._scales * np.asarray(means)
        mean = (self._counts * values).sum(axis=1) / self._n
        between = (self._counts * (values - mean[:, None]) ** 2).sum(axis=1)
        deviation = np.sqrt((self._squares @ np.asarray(spreads) + between) / self._freedom)
        return mean.tolist(), deviation.tolist()

    def back(self, moments: tuple[Numbers, Numbers], by: tuple[Numbers, Numbers]) -> tuple[list[float], list[float]]:
        mean, deviation = (np.nan_to_num(np.asarray(each)) for each in moments)
        by_mean, by_deviation = (np.asarray(each) for each in by)
        along = np.nan_to_num(by_mean / self._n)
        steep = deviation > 0
        across = np.where(steep, by_deviation / np.where(steep, self._freedom * deviation, 1.0), 0.0)
        offsets = (along - across * mean) @ self._scales + across @ self._mixed
        return offsets.tolist(), (across @ self._squares).tolist()
