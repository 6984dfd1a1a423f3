"""Units with their assignment, in order, and rows of other tables laid beside them: constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

from django.db.models import QuerySet

from analysis.exports.columns import Cell, Column, Kind, fitted
from analysis.exports.designs import Design, factor_columns
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from experiments.models import Arm, Experiment, Unit, Version

T = TypeVar("T")

UNIT_COLUMNS = (
    Column("unit", Kind.TEXT, "Pseudonym of what was randomised; joins the tables."),
    Column("is_rehearsal", Kind.BOOLEAN, "Collected while rehearsing: not data."),
)
ARM_COLUMNS = (
    Column("arm", Kind.TEXT, "Name of the arm; empty before assignment."),
    Column("propensity", Kind.NUMBER, "Probability with which this arm was given.", low=0, high=1),
    Column("version", Kind.INTEGER, "Number of the version of the definition that was assigned under.", low=1),
)
FIELDS = (
    "pk",
    "uuid",
    "is_rehearsal",
    "created_at",
    "assignment__arm_id",
    "assignment__propensity",
    "assignment__version_id",
    "assignment__policy",
    "assignment__stratum",
    "assignment__row",
    "assignment__at",
    "attributes",
)


@dataclass(frozen=True, slots=True)
class ArmLabels:
    """Names, levels and version numbers by primary key: few, and so read once instead of joined to every row."""

    arms: Mapping[int, tuple[str, Mapping[str, Cell]]]
    versions: Mapping[int, int]

    def cells(self, design: Design, arm_id: int | None, propensity: float | None, version: int | None) -> list[Cell]:
        """The cells of ARM_COLUMNS and of the between-factors."""
        name, levels = self.arms.get(arm_id or 0, (None, {}))
        between = design.factors("between")
        return [name, propensity, self.versions.get(version or 0), *(levels.get(factor) for factor in between)]


def arm_labels(experiment: Experiment, design: Design) -> ArmLabels:
    """Two queries."""
    kinds = {column.name.removeprefix("factor."): column.kind for column in factor_columns(design, "between")}
    arms = {}
    for pk, name, levels in Arm.objects.filter(experiment=experiment).values_list("pk", "name", "levels"):
        known = levels if isinstance(levels, Mapping) else {}
        arms[pk] = (name, {factor: fitted(known.get(factor), kind) for factor, kind in kinds.items()})
    return ArmLabels(arms, dict(Version.objects.filter(experiment=experiment).values_list("pk", "number")))


def units_of(experiment: Experiment, options: Options) -> QuerySet[Unit]:
    """The units of a download, in its order."""
    units = Unit.objects.filter(experiment=experiment).order_by("pk")
    return units if options.with_rehearsal else units.filter(is_rehearsal=False)


def unit_rows(experiment: Experiment, options: Options) -> Iterator[tuple[object, ...]]:
    """FIELDS of each unit from a server-side cursor."""
    return units_of(experiment, options).values_list(*FIELDS).iterator(chunk_size=CHUNK)


def beside(keys: Iterable[int], rows: Iterable[T], key_of: Callable[[T], int]) -> Iterator[tuple[int, list[T]]]:
    """For each key, the rows that have it. Both ascend; rows whose key is not asked for are passed over.

    >>> list(beside([1, 2, 4], ["1a", "3b", "4c", "4d"], lambda row: int(row[0])))
    [(1, ['1a']), (2, []), (4, ['4c', '4d'])]
    """
    source = iter(rows)
    row = next(source, None)
    for key in keys:
        found: list[T] = []
        while row is not None and key_of(row) <= key:
            if key_of(row) == key:
                found.append(row)
            row = next(source, None)
        yield key, found


first = itemgetter(0)
