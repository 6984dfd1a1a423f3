"""Folds within folds: the inner ones choose a setting, the outer ones say how good the choice is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Finding, Flag, Real, Whole
from analysis.learning.components.containers import Either
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.seeds import child_seed
from analysis.learning.validation.cutting import cut, cut_stratified
from analysis.learning.validation.kfold import KFold
from analysis.learning.validation.scheme import SCHEMES, TEST, TRAIN, VALIDATION, Scheme, said_outside
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices, Parts, Samples

ONE_LEVEL = ("kfold", "grouped", "predefined", "time_series", "repeated")
FOLDS_OR_SCHEME = Either(Whole(2, 1_000), SCHEMES.inside)


@SCHEMES.register
@dataclass(frozen=True)
class Nested(Scheme):
    """Nested cross-validation: every setting on every outer fold, and on every inner fold of its training samples.

    The analysis picks a setting for each outer fold by its inner folds alone, and judges the choice on the outer fold,
    whose held-out part is therefore called test.
    """

    name: ClassVar[str] = "nested"
    example: ClassVar[JsonObject] = {"scheme": "nested", "outer": 5, "inner": 2, "stratified": True}

    outer: int | Scheme = takes(FOLDS_OR_SCHEME, "Outer folds: how many, or a scheme.", 5)
    inner: int | Scheme = takes(FOLDS_OR_SCHEME, "Inner folds of each outer one: how many, or a scheme.", 2)
    stratified: bool = takes(Flag(), "Whether folds given as a number have each class in the same share.", False)
    outer_validation: float = takes(
        Real(0, 1, below=True),
        "Share of an outer fold's training samples set aside as validation, for early stopping and the like.",
        0.0,
    )

    def disagreements(self) -> Iterator[Finding]:
        for at, scheme in (("outer", self._outer), ("inner", self._inner)):
            allowed = ONE_LEVEL if at == "outer" else (*ONE_LEVEL, "hold_out")
            if scheme.name not in allowed:
                yield (at,), f"The scheme {scheme.name} cannot stand here.", f"Use {', '.join(allowed)} or a number."
            yield from said_outside(scheme, at)

    @property
    def held_out_ratio(self) -> float | None:
        return self._outer.held_out_ratio

    @property
    def inner_ratio(self) -> float | None:
        """Of the inner folds."""
        return self._inner.held_out_ratio

    def folds_to_run(self) -> Iterator[Fold]:
        outer = [fold.outer for fold in self._outer.folds_to_run()]
        yield from (Fold(outer=number) for number in outer)
        for number in outer:
            yield from (Fold(number, fold.outer or 0) for fold in self._inner.folds_to_run())

    def parts_of(self, fold: Fold) -> tuple[str, ...]:
        if fold.inner is not None:
            return TRAIN, VALIDATION
        return (TRAIN, VALIDATION, TEST) if self.outer_validation else (TRAIN, TEST)

    def held_out(self, fold: Fold) -> str:
        return TEST if fold.inner is None else VALIDATION

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        parts = replace(self._outer, seed=child_seed(self.seed, "outer")).divide(samples, Fold(fold.outer))
        if fold.inner is None:
            return self._outer_parts(samples, fold, parts[TRAIN], parts[VALIDATION])
        seed = child_seed(self.seed, "inner", fold.outer or 0)
        inside = replace(self._inner, seed=seed).divide(samples.only(parts[TRAIN]), Fold(fold.inner))
        return {name: parts[TRAIN][indices] for name, indices in inside.items()}

    def _outer_parts(self, samples: Samples, fold: Fold, train: Indices, test: Indices) -> Parts:
        if not self.outer_validation:
            return {TRAIN: train, TEST: test}
        seed, shares = child_seed(self.seed, "validation", fold.outer or 0), [self.outer_validation]
        if self.stratified:
            aside = cut_stratified(samples.only(train).codes(), shares, seed=seed)
        else:
            aside = cut(len(train), shares, seed=seed)
        return {TRAIN: train[aside == 0], VALIDATION: train[aside == 1], TEST: test}

    @property
    def _outer(self) -> Scheme:
        return self._scheme(self.outer)

    @property
    def _inner(self) -> Scheme:
        return self._scheme(self.inner)

    def _scheme(self, given: int | Scheme) -> Scheme:
        return KFold(folds=given, stratified=self.stratified) if isinstance(given, int) else given
