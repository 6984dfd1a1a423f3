"""Batches of a split, epoch after epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from analysis.learning.data.collators import Collator, stacked
from analysis.learning.data.dataset import Batch, Dataset
from analysis.learning.data.samplers import Sampler, Sequential
from analysis.learning.data.samples import Rows
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Loader:
    """Deals a data set out. per_epoch: batches of an epoch; None: one pass.

    With `per_epoch` a short epoch goes on where the last one ended, and a long one spans passes. Which batches an epoch
    holds follows from its number alone.
    """

    dataset: Dataset
    size: int = 1
    sampler: Sampler = field(default_factory=Sequential)
    collate: Collator = stacked
    drops_last: bool = False
    per_epoch: int | None = None

    def __len__(self) -> int:
        """Batches of an epoch."""
        return self.per_epoch or self._of_a_pass()

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Those of one epoch; epochs count from 1. ValueError if there is no batch at all."""
        for rows in self.rows(epoch):
            yield self.collate(self.dataset.take(rows))

    def rows(self, epoch: int) -> Iterator[Rows]:
        """The rows of each of these batches."""
        count = len(self)
        if not self._of_a_pass():
            raise ValueError(f"A split of {len(self.dataset)} rows makes no batch of {self.size}.")
        of_a_pass = self._of_a_pass()
        held, order = -1, np.arange(0)
        for number in range((epoch - 1) * count, epoch * count):
            if held != number // of_a_pass:
                held, order = number // of_a_pass, self._rows(number // of_a_pass)
            start = number % of_a_pass * self.size
            yield order[start : start + self.size]

    def in_order(self) -> Loader:
        """Every row once, as they stand: to evaluate what was trained."""
        return Loader(self.dataset, self.size, collate=self.collate)

    def described(self) -> JsonObject:
        """For a run's result: rows, where they come from, how many there are of each label (the first 20)."""
        return {"rows": len(self.dataset), "name": self.dataset.name, "labels": self.dataset.labels(20)}

    def _of_a_pass(self) -> int:
        rows = self.sampler.count(len(self.dataset))
        return rows // self.size if self.drops_last else -(-rows // self.size)

    def _rows(self, number: int) -> Rows:
        return self.sampler.rows(self.dataset.tags, number)
