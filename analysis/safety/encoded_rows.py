"""Labelled rows as a subject of training, encoded by what the candidate rows alone have taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analysis.learning.data.encoding import Columns
from analysis.safety.loading import Loaded
from analysis.safety.setting import Wish
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Demand, Evidence, Problem, Quantity, Rows, Samples


@dataclass(frozen=True, slots=True, eq=False)
class EncodedRows:
    """What `training` asks of labelled rows. inner: None until the candidate rows have taught the encoding."""

    loaded: Loaded
    wish: Wish
    inner: Supervised | None = None
    encoding: Columns | None = None

    @property
    def count(self) -> int:
        return len(self.loaded)

    def for_wish(self, wish: Wish) -> Self:
        """The same rows, for another model or objective."""
        return replace(self, wish=wish, inner=None, encoding=None)

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        unseen = Samples(np.empty((self.count, 0)), self.loaded.labels, self.loaded.groups)
        return self._over(unseen).strata(wholes)

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Self:
        encoding = self.loaded.encoding(rows)
        samples = self.loaded.samples(encoding)
        inner = self._over(samples).prepared(rows, rng=rng)
        return replace(self, inner=inner, encoding=encoding)

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        return self.whole.start(rows, rng=rng)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        return self.whole.problem(rows, demands, size=size)

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        return self.whole.evidence(theta, rows, quantities)

    @property
    def features(self) -> Array:
        """Shape (count, d), encoded."""
        return self.whole.samples.features

    def outputs(self, theta: Array) -> Array:
        """Of that model over all rows."""
        return self.whole.outputs(theta, np.arange(self.count))

    @property
    def whole(self) -> Supervised:
        """The encoded rows. ValueError before `prepared`."""
        if self.inner is None:
            raise ValueError("These rows are not encoded yet: ask `prepared` first, with the candidate rows.")
        return self.inner

    def _over(self, samples: Samples) -> Supervised:
        return Supervised(samples, self.wish.model, self.wish.objective, len(self.loaded.classes))
