"""What every method of counterfactuals is: it proposes rows, and what is said of them is the same for all."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np

from analysis.explainers.bodies import Changed, Counterfactuals
from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.counterfactual.diverse import diverse
from analysis.explainers.counterfactual.searching import Search, distinct
from analysis.explainers.counterfactual.wanted import Wanted
from analysis.explainers.kinds import Explainer, Explaining, Needs
from analysis.explainers.saying import explained, one, predicted
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import read_aloud, told
from analysis.explainers.words import Explanation
from analysis.learning.components import Finding, Nullable, Real, Whole
from analysis.learning.members import takes

LOOKED_AT = 4  # candidates that are made nearer and plainer, for each counterfactual asked for
NONE_FOUND = "No row that may be reached has the prediction that is wanted."
SO_ALREADY = "The prediction is as it is wanted already."


@dataclass(frozen=True, slots=True, eq=False)
class Proposed:
    """Rows that may do, shape (n, M). is_nearest: whether they are the nearest as they stand."""

    rows: Reals
    is_nearest: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counterfactual(Explainer):
    """A method that changes a row until the prediction is as wanted.

    Sought is another class than the one predicted, or the class asked for; of a number, an interval.
    """

    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"counterfactuals"})

    count: int = takes(Whole(1, 20), "How many to find, near ones that are unlike each other.", 3)
    sure: float = takes(Real(0, 0.999), "Least probability of the class that is sought.", 0.0)
    low: float | None = takes(Nullable(Real()), "Least number that will do.", None)
    high: float | None = takes(Nullable(Real()), "Greatest number that will do.", None)
    shift: float = takes(
        Real(-10, 10),
        "Where neither low nor high is given: how far the number is to rise, or to fall, in standard deviations of the "
        "predictions for the background.",
        1.0,
    )
    digits: int = takes(Whole(0, 12), "How finely numbers are written: decimal digits of the feature's own scale.", 2)

    def disagreements(self) -> Iterator[Finding]:
        if self.low is not None and self.high is not None and self.low > self.high:
            yield ("low",), f"low must be at most high, not {self.low} and {self.high}.", "Exchange the two."

    @abstractmethod
    def proposed(self, search: Search) -> Proposed:
        """Rows that may do. Those that do not, or are not allowed, are left out afterwards."""

    def distances(self, allowed: Allowed, rows: Reals) -> Reals:
        """How far rows are from the sample, shape (n,): what is made small."""
        return allowed.distances(rows)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        unit = 1.0 if model.labels else float(model.outputs(background.rows)[:, 0].std()) or 1.0

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row = np.asarray(sample, dtype=float)
            allowed = Allowed.of(background, row)
            wanted, rng = self.wanted(model, row, target, unit), np.random.default_rng(seed)
            search = Search(model, background, allowed, wanted, self.digits, rng)
            rows, warnings = self._found(search)
            return Explanation(
                method=self.name,
                body=Counterfactuals(
                    features=tuple(feature.name for feature in allowed.features),
                    original=read_aloud(allowed.features, row),
                    wanted=wanted.words,
                    found=tuple(self._told(search, each) for each in rows),
                ),
                prediction=predicted(model, sample, None),
                parameters=told(self),
                seed=seed if self.is_random else None,
                background=background.digest(),
                warnings=warnings,
            )

        return explain

    def wanted(self, model: Model, row: Reals, target: int | None, unit: float) -> Wanted:
        """What is sought for this row. unit: standard deviation of the predictions for the background."""
        if not model.labels:
            explained(model, row, target)
            return self._interval(float(model.outputs(one(row))[0, 0]), unit)
        top = explained(model, row, None)
        place = explained(model, row, target)
        classes = (place,) if place != top else tuple(i for i in range(len(model.labels)) if i != top)
        words = " or ".join(model.labels[i] for i in classes)
        sure = f", with a probability of at least {self.sure:g}" if self.sure else ""
        return Wanted(words=words + sure, classes=classes, sure=self.sure)

    def _interval(self, value: float, unit: float) -> Wanted:
        low = -inf if self.low is None else self.low
        high = inf if self.high is None else self.high
        if self.low is None and self.high is None:
            edge = value + self.shift * unit
            low, high = (edge, inf) if self.shift >= 0 else (-inf, edge)
        if low == -inf:
            words = f"at most {high:.6g}"
        else:
            words = f"at least {low:.6g}" if high == inf else f"between {low:.6g} and {high:.6g}"
        return Wanted(words=words, low=low, high=high, unit=unit)

    def _found(self, search: Search) -> tuple[Reals, tuple[str, ...]]:
        """Rows that are allowed and bring it about, nearest first, and what is to be said."""
        if search.met(search.allowed.origin[np.newaxis])[0]:
            return np.empty((0, len(search.allowed.origin))), (SO_ALREADY,)
        proposed = self.proposed(search)
        rows = self._checked(search, proposed.rows)
        if not proposed.is_nearest:
            rows = rows[self.distances(search.allowed, rows).argsort(kind="stable")[: LOOKED_AT * self.count]]
            rows = np.array([search.improved(row) for row in rows]).reshape(rows.shape)
        chosen = self._chosen(search, distinct(rows))
        plain = self._checked(search, np.array([search.plainer(row) for row in chosen]).reshape(chosen.shape))
        plain = plain[self.distances(search.allowed, plain).argsort(kind="stable")]
        return plain, proposed.warnings + (() if len(plain) else (NONE_FOUND,))

    def _checked(self, search: Search, rows: Reals) -> Reals:
        rows = distinct(search.allowed.nearest(rows))
        return rows[search.met(rows)]

    def _chosen(self, search: Search, rows: Reals) -> Reals:
        distances = self.distances(search.allowed, rows)
        rows = rows[distances.argsort(kind="stable")[:500]]
        near = self.distances(search.allowed, rows)
        return np.asarray(rows[diverse(near, search.allowed.distances(rows, rows), self.count)])

    def _told(self, search: Search, row: Reals) -> Changed:
        outputs = search.outputs(row[np.newaxis])[0]
        top, labels = int(outputs.argmax()), search.model.labels
        features, origin = search.allowed.features, search.allowed.origin
        return Changed(
            values=read_aloud(features, row),
            changed=tuple(feature.name for feature, was, now in zip(features, origin, row, strict=True) if was != now),
            prediction=float(outputs[top]),
            label=labels[top] if labels else None,
            distance=float(self.distances(search.allowed, row[np.newaxis])[0]),
        )
