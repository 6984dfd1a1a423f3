"""Permutation importance: how much worse the model does when it cannot use a feature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.bodies import Attribution, Weight
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation, Scope
from analysis.learning.components import OneOf, Whole
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject

Loss = Callable[[Reals], float]
"""Of the model's outputs for the background, shape (n, k)."""


@EXPLAINERS.register
@dataclass(frozen=True)
class PermutationImportance(Explainer):
    """How much the model's loss grows when a feature's values are dealt out anew among the rows.

    Of the model as a whole, not of a sample (Breiman 2001; Fisher, Rudin and Dominici 2019). targets: against what is
    true, by the share of wrong classes or the mean squared error; predictions: against what the model said before,
    which tells what it relies on, whether or not that helps. The error is the standard error over the repeats.
    """

    name: ClassVar[str] = "permutation_importance"
    example: ClassVar[JsonObject] = {"type": "permutation_importance", "repeats": 2}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"attribution"})
    scope: ClassVar[Scope] = Scope.GLOBAL
    is_random: ClassVar[bool] = True

    against: str = takes(OneOf("targets", "predictions"), "What the model's answers are compared with.", "targets")
    repeats: int = takes(Whole(2, 1000), "How often each feature is dealt out anew.", 10)

    def refusals(self, model: Model, background: Background) -> Iterable[str]:
        yield from super().refusals(model, background)
        if self.against == "targets" and background.targets is None and not self.needs.labels:
            yield "It compares with what is true, and the background has no targets; compare with predictions."

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        loss, rng = self._loss(model, background), generator(seed, self.name)
        base = loss(model.outputs(background.rows))
        grown = np.array([self._grown(model, background.rows, place, rng, loss) for place in range(background.width)])
        errors = grown.std(axis=1, ddof=1) / np.sqrt(self.repeats)
        found = zip(columns_of(background), grown.mean(axis=1) - base, errors, strict=True)
        explanation = Explanation(
            method=self.name,
            body=Attribution(
                weights=tuple(
                    Weight(feature=feature.name, weight=float(weight), error=float(error))
                    for feature, weight, error in found
                ),
                base=base,
            ),
            scope=Scope.GLOBAL,
            parameters=self.told(),
            value_function="permuted",
            seed=seed,
            background=background.digest(),
        )

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            return explanation

        return explain

    def _grown(self, model: Model, rows: Reals, place: int, rng: np.random.Generator, loss: Loss) -> Reals:
        """The loss at each repeat, shape (repeats,)."""
        dealt = np.repeat(rows[np.newaxis], self.repeats, axis=0)
        for each in dealt:
            each[:, place] = rng.permutation(rows[:, place])
        outputs = model.outputs(dealt.reshape(-1, rows.shape[1])).reshape(self.repeats, len(rows), -1)
        return np.array([loss(each) for each in outputs])

    def _loss(self, model: Model, background: Background) -> Loss:
        if self.against == "targets":
            truth = np.asarray(background.targets, dtype=float)
            if model.labels:
                return lambda outputs: float((outputs.argmax(axis=1) != truth).mean())
            return lambda outputs: float(((outputs[:, 0] - truth) ** 2).mean())
        before = model.outputs(background.rows)
        return lambda outputs: float(((outputs - before) ** 2).sum(axis=1).mean())
