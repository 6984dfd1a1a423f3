"""A data set: samples with their targets, tags and groups; and the splits of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.learning.data.encoding import Step
from analysis.learning.data.samples import Array, Changed, Held, Rows, Samples, chosen


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some rows of a data set. samples: shape (n, ...); targets: shape (n,) or (n, k); tags: shape (n,)."""

    samples: Array
    targets: Array
    tags: Array

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a sample was before any encoding. shape: of one; features: names of its columns, if it has some."""

    shape: tuple[int, ...] = ()
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Samples that are read on demand, and what is known of every row without reading it.

    targets: what is to be predicted, shape (n,) or (n, k). tags: the label that rows are counted, weighted and
    stratified by; as the targets unless said otherwise. columns: by name, what keeps rows together or in order: a
    person, a time, a fold of one's own, each of shape (n,). features: names of a sample's columns, if it has some.
    steps: what has been done to a sample, and origin: what it was, for those who predict later. ValueError unless all
    have n rows.
    """

    samples: Samples
    targets: Array
    tags: Array
    columns: Mapping[str, Array] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    name: str = ""
    origin: Origin = field(default_factory=Origin)

    def __post_init__(self) -> None:
        sizes = {len(part) for part in (self.samples, self.targets, self.tags, *self.columns.values())}
        if len(sizes) > 1:
            raise ValueError(f"Samples, targets, tags and columns of a data set must be as many, not {sorted(sizes)}.")

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, rows: Rows) -> Batch:
        """These rows, read now."""
        return Batch(self.samples.take(rows), self.targets[rows], self.tags[rows])

    def all(self) -> Batch:
        """Every row, read now."""
        return self.take(np.arange(len(self)))

    def view(self, rows: Rows) -> Dataset:
        """Only these rows, in this order; nothing is copied but their targets."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        samples = chosen(self.samples, rows)
        return replace(self, samples=samples, targets=self.targets[rows], tags=self.tags[rows], columns=columns)

    def column(self, name: str) -> Array:
        """ValueError with the names there are, if there is none called that."""
        if name not in self.columns:
            known = ", ".join(sorted(self.columns)) or "none"
            raise ValueError(f"This data set has no column called {name!r}. Its columns: {known}.")
        return self.columns[name]

    def encoded(self, step: Step) -> Dataset:
        """After one more step of encoding, whose result has its own features."""
        samples = Changed(self.samples, step.apply)
        return replace(self, samples=samples, steps=(*self.steps, step), features=step.features)

    def in_memory(self) -> Dataset:
        """Read once and for all, its encodings done."""
        return replace(self, samples=Held(self.all().samples))

    def labels(self, most: int = 100) -> dict[str, int]:
        """How often each tag occurs, the most frequent first; {} if there are more than `most`: for the model card."""
        values, counts = np.unique(self.tags, return_counts=True)
        if len(values) > most:
            return {}
        pairs = zip(values.tolist(), counts.tolist(), strict=True)
        return {str(value): count for value, count in sorted(pairs, key=lambda pair: (-pair[1], str(pair[0])))}


def dataset(
    samples: Array,
    targets: Array,
    *,
    columns: Mapping[str, Array] | None = None,
    features: Sequence[str] = (),
    name: str = "",
) -> Dataset:
    """Of arrays: samples of shape (n, ...), targets of shape (n,) or (n, k)."""
    return Dataset(
        samples=Held(samples),
        targets=targets,
        tags=targets if targets.ndim == 1 else np.zeros(len(targets), dtype=np.int64),
        columns=columns or {},
        features=tuple(features),
        name=name,
        origin=Origin(tuple(samples.shape[1:]), tuple(features)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Splits(Mapping[str, Dataset]):
    """Data sets by the name of their part: all, train, validation, test."""

    parts: Mapping[str, Dataset] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Dataset:
        if name not in self.parts:
            raise KeyError(f"There is no split called {name}; there are {', '.join(self.parts)}.")
        return self.parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def named(self, names: Sequence[str] = ()) -> list[str]:
        """Those that are to be changed: all, if none are given. KeyError for a name that is no split."""
        return [name for name in (names or self) if self[name] is not None]

    def changed(self, parts: Mapping[str, Dataset]) -> Splits:
        """With these added or put in the place of their namesakes."""
        return Splits({**self.parts, **parts})

    def without(self, name: str) -> Splits:
        """All but that one."""
        return Splits({other: part for other, part in self.parts.items() if other != name})
