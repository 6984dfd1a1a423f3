"""Data that passed every check: labels, groups and features, and how features become numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.learning.data.dataset import Origin
from analysis.learning.data.encoding import Column, Columns, Encoding, OneHot, learn
from analysis.learning.data.samples import Array, Rows
from analysis.learning.models.targets import Aim, Classes, Numbers
from analysis.safety.loading.labels import Class
from analysis.safety.loading.table import Table, is_text
from analysis.safety.terms import Array as Reals
from analysis.safety.terms import Mask, Regime, Samples
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Rows that may be trained with and tested on.

    features: the columns that a model sees. classes: as the data write them, in the order of their numbers in
    constraints. fingerprint: SHA-256 of labels, groups and features, whatever file they came in. remarks: what a
    reader of the report should know. meaning: the label's column, its classes, and who each group is.
    """

    name: str
    regime: Regime
    table: Table
    labels: Reals
    classes: tuple[Class, ...]
    groups: Mapping[str, Mask]
    features: tuple[str, ...]
    fingerprint: str
    remarks: tuple[str, ...] = ()
    meaning: JsonObject = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def origin(self) -> Origin:
        """What a sample looks like to those who predict later."""
        return Origin((len(self.features),), self.features)

    @property
    def aim(self) -> Aim:
        """What the outputs of a model mean."""
        return Classes(self.classes) if self.classes else Numbers()

    def encoding(self, rows: Rows | None = None) -> Columns:
        """Texts as zeros and ones for each category of these rows but the first, numbers as they are.

        Learnt from the candidate rows it owes nothing to the safety set: a category that they lack is all zeros.
        """
        texts = [name for name in self.features if is_text(self.table.columns[name])]
        plain = [name for name in self.features if name not in texts]
        kinds = [Encoding("categorical", texts, "zeros"), Encoding("keep", plain)]
        learnt = learn(self.matrix(rows), kinds, self.features)
        columns = tuple(_without_first(column) for column in learnt.columns)
        names = tuple(name for column in columns for name in column.names(self.features[column.column]))
        return Columns(columns, names)

    def matrix(self, rows: Rows | None = None) -> Array:
        """Features as they stand, shape (m, k): of numbers, or of objects where texts are among them."""
        columns = [self.table.columns[name] for name in self.features]
        columns = columns if rows is None else [column[rows] for column in columns]
        if any(map(is_text, columns)):
            return np.stack([column.astype(object) for column in columns], axis=1)
        return np.stack([column.astype(np.float64) for column in columns], axis=1)

    def samples(self, encoding: Columns | None = None) -> Samples:
        """All rows, encoded; None: learnt from all of them, which is harmless only where no feature is text."""
        encoding = encoding or self.encoding()
        if all(not is_text(self.table.columns[name]) for name in self.features):
            return Samples(self.matrix(), self.labels, self.groups, self.features)
        return Samples(encoding.apply(self.matrix()).astype(np.float64), self.labels, self.groups, encoding.features)

    def described(self) -> JsonObject:
        """For a report: rows, classes and groups with their sizes."""
        return {
            "name": self.name,
            "rows": len(self),
            "features": list(self.features),
            "classes": {str(name): int((self.labels == code).sum()) for code, name in enumerate(self.classes)},
            "groups": {name: int(members.sum()) for name, members in self.groups.items()},
            "fingerprint": self.fingerprint,
            "remarks": list(self.remarks),
        }

    def only(self, rows: Rows) -> Loaded:
        """These rows alone, as if no others had been read."""
        groups = {name: members[rows] for name, members in self.groups.items()}
        return Loaded(
            self.name, self.regime, self.table.view(rows), self.labels[rows], self.classes, groups, self.features,
            "", self.remarks, self.meaning,
        )  # fmt: skip


def _without_first(column: Column) -> Column:
    """Beside an intercept the last column of zeros and ones says nothing new, and makes the search singular."""
    return replace(column, categories=column.categories[1:]) if isinstance(column, OneHot) else column


def quoted_classes(classes: Sequence[Class]) -> str:
    """For a remark: which number a class has in a constraint."""
    return ", ".join(f"{code} is {name}" for code, name in enumerate(classes))
