"""What questions are put to: units in columns, and what the experiment's definition says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.registered.document import Looks, Question, Winsor
from analysis.results.columns import ARM, AT, Array, Columns, Mask, attribute_of, value_of
from analysis.statistics.words import NoAnswer
from experiments.blueprint import ArmSpec, FactorSpec, MeasureSpec
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.results.judgements import Judgement
    from analysis.results.keeping.kept import Kept


class Reads(Protocol):
    """Single values, read when a question needs them (`judgements.Judgements`)."""

    def of(self, measure: str) -> list[Judgement]:
        """In the order in which they came."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """columns: the units that count. arms: by key, in the definition's order. seed: of every drawn figure.

    looks: when one may look, as planned. is_adaptive: whether a policy that learns allocated.
    is_over: whether nobody comes any more, so that the one look of a fixed method is due.
    shares: by key of a version the weights of the arms that it handed out. closed: of arms that are full, when the last
    unit got them, in seconds since 1970: nobody who came later could. judgements: where single values are read.
    sums: of the same units, where they were kept; columns then are of what `additive.seen_whole` names, or of nothing.
    awaited: who was left out until later: how many are under way, and how many came after the first of them.
    """

    columns: Columns
    arms: Mapping[int, ArmSpec]
    measures: Mapping[str, MeasureSpec]
    factors: tuple[FactorSpec, ...] = ()
    seed: int = 18
    looks: Looks = field(default_factory=Looks)
    is_adaptive: bool = False
    is_over: bool = True
    shares: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    closed: Mapping[str, float] = field(default_factory=dict)
    judgements: Reads | None = None
    sums: Kept | None = None
    awaited: tuple[int, int] = (0, 0)

    @property
    def n_units(self) -> int:
        """How many units count."""
        return len(self.columns) if self.sums is None else self.sums.n_units()

    def sizes(self, *, is_measured: bool = False) -> dict[str, int]:
        """By arm how many units were given it; is_measured: of how many anything was measured."""
        if self.sums is not None:
            return {arm.name: self.sums.n_units([pk], is_measured=is_measured) for pk, arm in self.arms.items()}
        counts = self.columns.measured() if is_measured else np.ones(len(self.columns), dtype=bool)
        return {arm.name: int((counts & self.in_arms([arm.name])).sum()) for arm in self.arms.values()}

    def keys_of(self, names: Sequence[str]) -> list[int]:
        """The keys of these arms."""
        return [pk for pk, arm in self.arms.items() if arm.name in names]

    def where(self, mask: Mask) -> Setting:
        """Of these units only."""
        return replace(self, columns=self.columns.where(mask), sums=None)

    def measure(self, question: Question) -> MeasureSpec:
        """NoAnswer if the definition in force does not have it."""
        if question.measure not in self.measures:
            raise NoAnswer(f"The experiment measures no “{question.measure}” in the version in force.")
        return self.measures[question.measure]

    def in_arms(self, names: Sequence[str]) -> Mask:
        """Which units are in one of these arms, shape (n,)."""
        return np.isin(self.columns.column(ARM), self.keys_of(names))

    def arms_at(self, factor: str, level: Json) -> list[ArmSpec]:
        """The arms with that level of a between-factor."""
        return [arm for arm in self.arms.values() if factor in arm.levels and arm.levels[factor] == level]

    def at(self, factor: str, level: Json) -> Mask:
        """Which units are in an arm with that level."""
        return self.in_arms([arm.name for arm in self.arms_at(factor, level)])

    def values(self, question: Question, cell: str = "") -> Array:
        """One for each unit, shape (n,); NaN where nothing was measured. Winsorised as the question declares."""
        found = self._aggregated(question, cell)
        return found if question.winsor is None else winsorised(found, question.winsor)[0]

    def ranks(self) -> NDArray[np.int64]:
        """Of each unit its place in the order in which they were given their arms, from 0."""
        order = np.lexsort((self.columns.keys, self.columns.column(AT)))
        found = np.empty(len(order), dtype=np.int64)
        found[order] = np.arange(len(order))
        return found

    def total(self, measure: str) -> Array:
        """Of each unit the sum of its values of a measure."""
        with np.errstate(over="ignore"):
            return self.columns.column(value_of(measure)) * self.columns.column(value_of(measure, "count"))

    def covariate(self, name: str) -> Array:
        """An attribute that is a number. NoAnswer for a measure: the arm may have changed what is measured after it."""
        if attribute_of(name) not in self.columns.names and name in self.measures:
            raise NoAnswer(
                f"“{name}” is measured, and nothing shows that it was before the arm was given: to take out what the "
                "arm may have changed makes and hides differences. Send it as an attribute of the unit."
            )
        return self.columns.column(attribute_of(name))

    def _aggregated(self, question: Question, cell: str) -> Array:
        kept, columns = question.aggregate, self.columns
        if cell:
            return columns.column(value_of(question.measure, cell=cell))
        mean = columns.column(value_of(question.measure))
        if kept == "sum":
            return self.total(question.measure)
        name = value_of(question.measure, kept)
        if name not in columns.names:  # each unit has one value at most, and that is all of them
            return mean
        found = columns.column(name)
        return np.where(np.isnan(found), mean, found)  # of a block in which each unit has one


def declared_ends(question: Question, spec: MeasureSpec) -> tuple[float, float] | None:
    """The declared ends of one value; a sum, or what is winsorised by the data, has none."""
    if question.aggregate == "sum" or question.winsor is not None:
        return None
    if spec.kind == "boolean":
        return 0.0, 1.0
    return None if spec.low is None or spec.high is None else (float(spec.low), float(spec.high))


def winsorised(values: Array, winsor: Winsor) -> tuple[Array, tuple[float, float]]:
    """Values beyond the quantiles of all units together count as the quantiles, which are returned too."""
    known = values[~np.isnan(values)]
    if not len(known):
        return values, (np.nan, np.nan)
    low, high = (float(each) for each in np.quantile(known, [winsor.low, winsor.high]))
    return np.clip(values, low, high), (low, high)
