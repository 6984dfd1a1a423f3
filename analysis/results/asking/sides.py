"""Groups of units with their values: what a question holds against each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.registered.document import Question
from analysis.results.asking.setting import Setting
from analysis.results.columns import Array, Keys, Mask, value_of
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.statistics.sequential.comparing import Arm as Evidence

LARGEST: Final = 1e75  # its fourth power can still be written


@dataclass(frozen=True)
class Side:
    """One group of units. values: finite, one for each. keys: which units, as places in the columns."""

    name: str
    values: Array
    places: Keys

    @cached_property
    def moments(self) -> Moments:
        """Of its values."""
        return Moments.of(self.values)


@dataclass(frozen=True)
class Contrasted:
    """sides: control first; of a contrast within units a single one, of each unit's own differences.

    weights: of each side's mean in what is estimated; the plain difference has (-1, 1). low, high: the declared ends
    of each value. is_pair: whether two sides are simply held against each other.
    """

    sides: tuple[Side, ...]
    weights: tuple[float, ...]
    low: float | None
    high: float | None
    kind: str
    groups: tuple[Side, ...] = ()

    @property
    def is_pair(self) -> bool:
        """Two groups of different units, one less the other."""
        return self.weights == (-1.0, 1.0)

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The declared ends of each value."""
        return self.low, self.high

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Of each side: what it says of its mean, as `evidence_of` has it."""
        return tuple(evidence_of(each.values, self.ends) for each in self.sides)

    @property
    def shown(self) -> tuple[Side, ...]:
        """Whose means are shown."""
        return self.groups or self.sides


def evidence_of(values: Array, ends: tuple[float | None, float | None]) -> Evidence:
    """Evidence of a mean between declared ends, else moments. NoAnswer for a value beyond the ends."""
    from analysis.statistics.sequential.bounded_evidence import BoundedEvidence

    low, high = ends
    return Moments.of(values) if low is None or high is None else BoundedEvidence.of(values, low, high)


def ends_of(question: Question, setting: Setting) -> tuple[float | None, float | None]:
    """The declared ends of one value; a sum, or what is winsorised by the data, has none."""
    measure = setting.measure(question)
    if measure.kind == "boolean":
        low, high = 0.0, 1.0
    elif measure.low is None or measure.high is None:
        return None, None
    else:
        low, high = measure.low, measure.high
    return (None, None) if question.aggregate == "sum" or question.winsor is not None else (low, high)


def side(name: str, values: Array, mask: Mask) -> Side:
    """The units of the mask that have a value."""
    known = mask & ~np.isnan(values)
    return Side(name, values[known], np.flatnonzero(known))


def checked(found: Contrasted) -> Contrasted:
    for each in found.sides:
        if not len(each.values):
            raise NoAnswer(f"Nothing was measured in “{each.name}” yet.")
        if float(np.abs(each.values).max()) > LARGEST:
            raise NoAnswer("The numbers are too large to be computed with: measure in another unit.")
    if not found.sides:
        raise NoAnswer("No unit was measured on both sides yet.")
    return found


def two_sides(question: Question, setting: Setting, sides: Sequence[Side], *, reach: bool = False) -> Contrasted:
    low, high = ends_of(question, setting)
    if reach and low is not None and high is not None:
        low, high = low - high, high - low
    kind = "number" if reach else setting.measure(question).kind
    found = checked(Contrasted(tuple(sides), (-1.0, 1.0), low, high, kind))
    return _adjusted(found, question, setting) if question.covariates else found


def _adjusted(found: Contrasted, question: Question, setting: Setting) -> Contrasted:
    """Without what covariates foretold, with one slope from both sides together (Deng et al. 2013).

    A unit without a covariate keeps its value: that it is missing was settled before the arm was given. The declared
    ends hold no more.
    """
    places = np.concatenate([each.places for each in found.sides])
    values = np.concatenate([each.values for each in found.sides])
    before = np.column_stack([setting.covariate(name)[places] for name in question.covariates])
    known = ~np.isnan(before)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, before, 0.0).sum(axis=0) / counts
    off = np.where(known, before - means, 0.0)
    slopes = np.linalg.lstsq(off, values - values.mean(), rcond=1e-12)[0]
    cuts = np.cumsum([len(each.values) for each in found.sides])[:-1]
    parts = np.split(values - off @ slopes, cuts)
    sides = tuple(Side(each.name, part, each.places) for each, part in zip(found.sides, parts, strict=True))
    return Contrasted(sides, found.weights, None, None, "number", found.sides)


def own_differences(question: Question, setting: Setting, differences: Array, groups: tuple[Side, ...]) -> Contrasted:
    low, high = ends_of(question, setting)
    reach = None if low is None or high is None else high - low
    own = side("each unit's own difference", differences, np.ones(len(differences), dtype=bool))
    return Contrasted((own,), (1.0,), None if reach is None else -reach, reach, "number", groups)


def at_level(question: Question, setting: Setting, factor: str, level: Json) -> Array:
    """Each unit's mean over its cells at that level; NaN where it has none."""
    return mean_over(question, setting, {factor: level})


def mean_over(question: Question, setting: Setting, levels: Mapping[str, Json]) -> Array:
    """Each unit's mean over its cells with those levels."""
    cells = [cell for cell in cells_of(setting, question.measure) if levels.items() <= json.loads(cell).items()]
    if not cells:
        named = " with ".join(f"{factor} “{level}”" for factor, level in levels.items())
        raise NoAnswer(f"Nobody has met {named} yet.")
    found = np.column_stack([setting.values(question, cell) for cell in cells])
    known = ~np.isnan(found)
    counts = known.sum(axis=1)
    sums = np.where(known, found, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def cells_of(setting: Setting, measure: str) -> list[str]:
    """The combinations of within-levels that were met, as JSON."""
    stem = value_of(measure) + "@"
    return sorted(name.removeprefix(stem) for name in setting.columns.names if name.startswith(stem))
