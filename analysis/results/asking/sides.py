"""Groups of units with their values: what a question holds against each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analysis.registered.document import Question
from analysis.results.asking.setting import Setting, declared_ends
from analysis.results.columns import MOST_CELLS, Array, Columns, Keys, Mask, crowded_of, value_of
from analysis.results.keeping.known import Known
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.statistics.sequential.comparing import Arm as Evidence

CROWDED = (
    f"More than {MOST_CELLS} combinations of within-levels were recorded of “{{measure}}”, too many to be told apart: "
    "send as within-levels only what the definition has as factors, and the rest beside them in the context."
)


@dataclass(frozen=True)
class Side:
    """One group of units. values: finite, one for each. keys: which units, as places in the columns."""

    name: str
    values: Array
    places: Keys

    @property
    def n(self) -> int:
        """How many units have a value."""
        return len(self.values)

    @cached_property
    def moments(self) -> Moments:
        """Of its values."""
        return Moments.of(self.values)

    @property
    def is_yes_no(self) -> bool:
        """Whether each unit said yes or no, once."""
        return bool(((self.values == 0) | (self.values == 1)).all())

    @property
    def successes(self) -> int:
        """How many said yes, where each said yes or no."""
        return int(self.values.sum())

    def evidence(self, ends: tuple[float | None, float | None]) -> Evidence:
        """What it says of its mean, as `evidence_of` has it."""
        return evidence_of(self.values, ends)


class Summed(Side):
    """One group of which only sums were read. It has no values: whoever asks for them asks for what is not there."""

    def __init__(self, name: str, known: Known) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "known", known)

    known: Known

    @property
    def n(self) -> int:
        """How many units have a value."""
        return self.known.n

    @cached_property
    def moments(self) -> Moments:
        """Of its values."""
        return self.known.moments

    @property
    def is_yes_no(self) -> bool:
        """Whether each unit said yes or no, once."""
        return not self.known.odd

    @property
    def successes(self) -> int:
        """How many said yes, where each said yes or no."""
        return round(self.n * float(self.moments.mean[0]))

    def evidence(self, ends: tuple[float | None, float | None]) -> Evidence:
        """Kept for the declared ends; moments where none are asked of."""
        return self.moments if None in ends or self.known.evidence is None else self.known.evidence


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
        return tuple(each.evidence(self.ends) for each in self.sides)

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
    return declared_ends(question, setting.measure(question)) or (None, None)


def side(name: str, values: Array, mask: Mask) -> Side:
    """The units of the mask that have a value."""
    known = mask & ~np.isnan(values)
    return Side(name, values[known], np.flatnonzero(known))


def checked(found: Contrasted) -> Contrasted:
    for each in found.sides:
        if not each.n:
            raise NoAnswer(f"Nothing was measured in “{each.name}” yet.")
        _ = each.moments  # NoAnswer for numbers that cannot be computed with; kept for whoever asks next
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
    summed = [each.known for each in found.sides if isinstance(each, Summed)]
    if summed:
        return _adjusted_sums(found, [known.beside for known in summed if known.beside is not None])
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


def _adjusted_sums(found: Contrasted, parts: Sequence[Moments]) -> Contrasted:
    """The same from sums, where every unit has every covariate: a difference of variables has the moments that theirs
    give it.
    """
    whole = sum(parts[1:], parts[0])
    spread = np.sqrt(np.diag(whole.scatter)[1:])
    scale = np.where(spread > 0, spread, 1.0)
    related = whole.scatter[1:, 1:] / np.outer(scale, scale)
    slopes = np.linalg.lstsq(related, whole.scatter[1:, 0] / scale, rcond=1e-12)[0] / scale
    weights = np.concatenate([[1.0], -slopes])
    offset = float(whole.mean[1:] @ slopes)
    sides = []
    for each, part in zip(found.sides, parts, strict=True):
        mean, scatter = float(part.mean @ weights) + offset, float(weights @ part.scatter @ weights)
        own = Moments(part.n, np.array([mean]), np.array([[max(scatter, 0.0)]]))
        sides.append(Summed(each.name, Known(own, own.n, 0, None, None)))
    return Contrasted(tuple(sides), found.weights, None, None, "number", found.sides)


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
    """The combinations of within-levels that were met, as JSON. NoAnswer where they are too many."""
    if is_crowded(setting.columns, measure):
        raise NoAnswer(CROWDED.format(measure=measure))
    return named_cells(setting.columns, measure)


def is_crowded(columns: Columns, measure: str) -> bool:
    """Whether some units' combinations of within-levels were too many for a column each."""
    return bool((columns.column(crowded_of(measure)) > 0).any())


def named_cells(columns: Columns, measure: str) -> list[str]:
    """Those that have a column: all of them, unless it is crowded."""
    stem = value_of(measure) + "@"
    return sorted(name.removeprefix(stem) for name in columns.names if name.startswith(stem))
