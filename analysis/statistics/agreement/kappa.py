"""Kappas: agreement of judges on categories, beyond what chance would give."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.estimates.referring import bare, normal, student
from analysis.statistics.labels import Labels, labels
from analysis.statistics.moments import Array
from analysis.statistics.words import Estimate, NoAnswer, Validity

Weights = Literal["none", "linear", "quadratic"]
ONE_CATEGORY = "All judgements name the same category, so agreement beyond chance cannot be told."


def cohen_kappa(
    first: Labels, second: Labels, *, weights: Weights = "none", categories: Labels = (), level: float = 0.05
) -> Estimate:
    """Two judges of the same units. weights: how far apart counts, by place in ``categories`` (else sorted labels).

    Error of Fleiss, Cohen and Everitt (1969): it holds in large samples. Cohen (1960, 1968). NoAnswer without units, or
    if all judgements name one category.

    >>> found = cohen_kappa(list("aabbb"), list("aabba"))
    >>> round(found.value, 4)
    0.6154
    """
    one, two = labels(first), labels(second)
    if len(one) != len(two) or not len(one):
        raise NoAnswer("Kappa needs the same units judged twice; there are none, or their numbers differ.")
    given = labels(categories)
    names = given if len(given) else _sorted(np.concatenate([one, two]))
    places = {name: place for place, name in enumerate(names)}
    if not set(one) | set(two) <= set(places):
        raise ValueError("A judgement names a category that is not among the categories given.")
    table = np.zeros((len(names), len(names)))
    np.add.at(table, ([places[name] for name in one], [places[name] for name in two]), 1.0)
    return kappa_of_table(table, weights=weights, level=level)


def kappa_of_table(table: ArrayLike, *, weights: Weights = "none", level: float = 0.05) -> Estimate:
    """The same from counts: rows by the first judge, columns by the second, both in the order of the categories."""
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.sum() or (counts < 0).any():
        raise NoAnswer("Kappa needs a square table of counts with some unit in it.")
    n = counts.sum()
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    credit = _credit(len(counts), weights)
    seen, expected = float((credit * shares).sum()), float(rows @ credit @ columns)
    if expected > 1 - 1e-12:
        raise NoAnswer(ONE_CATEGORY)
    value = (seen - expected) / (1 - expected)
    average = (credit @ columns)[:, None] + (rows @ credit)[None, :]
    inner = float((shares * (credit - average * (1 - value)) ** 2).sum())
    variance = max(inner - (value - expected * (1 - value)) ** 2, 0.0) / (n * (1 - expected) ** 2)
    found = bare(value, int(n), level, "cohen-kappa" if weights == "none" else "weighted-kappa")
    return _within(found, sqrt(variance))


def fleiss_kappa(table: ArrayLike, *, level: float = 0.05) -> Estimate:
    """Several judges. table: shape (units, categories), how many judges chose each; two or more judges for every unit.

    Chance is the share of each category over all judgements; error of Gwet (2021), which also takes units judged by
    different numbers. Fleiss (1971).
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or not counts.size or (counts < 0).any():
        raise NoAnswer("Fleiss' kappa needs units with counts of judges for each category.")
    judges = counts.sum(axis=1)
    if (judges < 2).any():
        raise NoAnswer("A unit was judged by fewer than two judges: leave it out, and say so.")
    n = len(counts)
    agreed = ((counts * (counts - 1)).sum(axis=1)) / (judges * (judges - 1))
    overall = counts.sum(axis=0) / counts.sum()
    expected = float((overall**2).sum())
    if expected > 1 - 1e-12:
        raise NoAnswer(ONE_CATEGORY)
    value = (float(agreed.mean()) - expected) / (1 - expected)
    found = replace(bare(value, n, level, "fleiss-kappa"), validity=Validity.APPROXIMATE)
    if n < 2:
        return replace(found, low=-1.0, high=1.0).remarked("One unit says nothing about how sure agreement is.")
    chance = (counts / judges[:, None]) @ overall
    linear = (agreed - expected) / (1 - expected) - 2 * (1 - value) * (chance - expected) / (1 - expected)
    error = sqrt(float(((linear - value) ** 2).sum()) / (n * (n - 1)))
    if error < 1e-12:
        return _within(found, 0.0)
    referred = student(found, error, n - 1)
    return replace(referred, validity=Validity.APPROXIMATE, high=min(referred.high, 1.0))


def _within(found: Estimate, error: float) -> Estimate:
    if error < 1e-9:
        return replace(found, low=-1.0, high=1.0, validity=Validity.APPROXIMATE).remarked(
            "Judges agree (or not) in the same way on every unit, so nothing says how sure this is."
        )
    referred = normal(found, error)
    return replace(referred, low=max(referred.low, -1.0), high=min(referred.high, 1.0))


def _credit(count: int, weights: Weights) -> Array:
    """How much two categories agree: 1 for the same, less the farther apart."""
    places = np.arange(count)
    apart = np.abs(places[:, None] - places[None, :])
    if weights == "none":
        return np.asarray(apart == 0, dtype=float)
    farthest = max(count - 1, 1)
    power = {"linear": 1, "quadratic": 2}[weights]
    return np.asarray(1 - (apart / farthest) ** power)


def _sorted(said: np.ndarray) -> np.ndarray:
    """By number where all are numbers, else by letter."""
    names = np.unique(said)
    try:
        return np.asarray(sorted(names, key=float))
    except ValueError:
        return names
