"""MAPLE: a linear model of the rows that a forest takes for neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.attribution.surrogate import FIDELITY, Surrogate, imitation
from analysis.explainers.bodies import Attribution
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.rules.heldout import is_held_out
from analysis.explainers.saying import explained, predicted, row_of, weighed
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import Real, Whole
from analysis.learning.data.features import Feature
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject

MOST_TRIED = 60
"""Rows held out on which the number of features is chosen, at most."""


@EXPLAINERS.register
@dataclass(frozen=True)
class Maple(Explainer):
    """What matters among the rows that the model treats alike: a linear model weighed by a random forest.

    The forest imitates the model. A row of the background counts by how often it shares a leaf with the sample, shared
    out among the rows of that leaf: the counts add up to 1. Features are ranked by how much they lower the impurity at
    the roots of the trees; as many are used as imitate rows held out best. A weight says what one standard deviation
    more adds, or having this category (Plumb, Molitor and Talwalkar 2018). No rows are made up: the model is asked
    about the background alone.
    """

    name: ClassVar[str] = "maple"
    example: ClassVar[JsonObject] = {"type": "maple", "trees": 5}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"attribution"})
    is_random: ClassVar[bool] = True

    features: int = takes(Whole(1, 1000), "Features that get a weight, at most; the others get 0.", 10)
    trees: int = takes(Whole(1, 2000), "Trees of the forest.", 100)
    leaf: int = takes(Whole(1, 1000), "Rows in a leaf, at least.", 5)
    alpha: float = takes(Real(0), "How much the linear model's weights are shrunk (ridge).", 0.01)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, digest, outputs = columns_of(background), background.digest(), model.outputs(background.rows)
        local = [self._local(background.rows, each, features, seed) for each in outputs.T]

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row = row_of(sample)
            found = local[explained(model, sample, target)].at(row)
            return Explanation(
                method=self.name,
                body=Attribution(weights=weighed(features, row, found.weights), base=found.intercept),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                seed=seed,
                background=digest,
                fidelity=found.fidelity,
                fidelity_name=FIDELITY,
            )

        return explain

    def _local(self, rows: Reals, outputs: Reals, features: tuple[Feature, ...], seed: int) -> Local:
        """The forest of all rows; how many features, by a forest of the rows that are not held out."""
        out, whole = is_held_out(len(rows)), self._grown(rows, outputs, seed)
        order = ranked(whole, rows.shape[1])[: self.features]
        local = Local(features, rows, outputs, whole, order, self.alpha)
        if not out.any():
            return local
        part = Local(
            features, rows[~out], outputs[~out], self._grown(rows[~out], outputs[~out], seed), order, self.alpha
        )
        errors = part.errors(rows[out][:MOST_TRIED], outputs[out][:MOST_TRIED])
        most = 1 + int(np.argmin(np.round(errors, 12)))
        return Local(features, rows, outputs, whole, order[:most], self.alpha)

    def _grown(self, rows: Reals, outputs: Reals, seed: int) -> Any:
        from sklearn.ensemble import RandomForestRegressor

        drawn = int(generator(seed, self.name).integers(2**31))
        forest = RandomForestRegressor(
            n_estimators=self.trees, min_samples_leaf=self.leaf, max_features=0.5, random_state=drawn
        )
        return forest.fit(rows, outputs)


def leaf_weights(leaves: NDArray[np.intp], at: NDArray[np.intp]) -> Reals:
    """Of each row, shape (n,): the mean over trees of 1 / (rows in the sample's leaf) where it is in that leaf.

    leaves: shape (n, K), the leaf of each row in each tree; at: shape (K,), the sample's. They add up to 1 where every
    leaf has a row. Plumb et al. (2018), equation 1.
    """
    same = leaves == at
    return np.asarray((same / np.maximum(same.sum(axis=0), 1)).mean(axis=1))


def root_gains(forest: Any, width: int) -> Reals:
    """Of each feature, shape (width,): impurity that splits at the roots on it save, summed over the trees (DStump)."""
    saved = np.zeros(width)
    for tree in (each.tree_ for each in forest.estimators_):
        if tree.feature[0] < 0:
            continue
        sides = [tree.children_left[0], tree.children_right[0]]
        shares = tree.weighted_n_node_samples[sides] / tree.weighted_n_node_samples[0]
        saved[tree.feature[0]] += tree.impurity[0] - float(shares @ tree.impurity[sides])
    return saved


def ranked(forest: Any, width: int) -> NDArray[np.intp]:
    """Places of the features, the one that saves most first."""
    return np.argsort(-root_gains(forest, width), kind="stable")


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """Linear models near any row. order: the features used, shape (d,)."""

    features: tuple[Feature, ...]
    rows: Reals
    outputs: Reals
    forest: Any
    order: NDArray[np.intp]
    alpha: float

    def at(self, row: Reals) -> Surrogate:
        """The linear model of the row's neighbours; features that are not used weigh 0."""
        found = self._fitted(row, self._weights(row), self.order)
        weights = np.zeros(len(self.features))
        weights[self.order] = found.weights
        return Surrogate(weights, found.intercept, found.fidelity)

    def errors(self, rows: Reals, outputs: Reals) -> Reals:
        """Mean squared error for these rows with the first feature, the first two and so on, shape (d,)."""
        missed = np.empty((len(rows), len(self.order)))
        for i, row in enumerate(rows):
            weights = self._weights(row)
            for most in range(1, len(self.order) + 1):
                found = self._fitted(row, weights, self.order[:most])
                here = self._design(row[np.newaxis], row)[0, self.order[:most]]
                missed[i, most - 1] = found.intercept + found.weights @ here - outputs[i]
        return np.asarray((missed**2).mean(axis=0))

    def _fitted(self, row: Reals, weights: Reals, order: NDArray[np.intp]) -> Surrogate:
        design = self._design(self.rows, row)[:, order]
        return imitation(design, self.outputs, weights, alpha=self.alpha, most=len(order))

    def _weights(self, row: Reals) -> Reals:
        return leaf_weights(self.forest.apply(self.rows), self.forest.apply(row[np.newaxis])[0])

    def _design(self, rows: Reals, row: Reals) -> Reals:
        """Numbers in standard deviations from the mean; of flags and categories, whether they are the row's."""
        is_numeric = np.array([feature.is_numeric for feature in self.features])
        spread = self.rows.std(axis=0)
        scaled = (rows - self.rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        return np.asarray(np.where(is_numeric, scaled, (rows == row).astype(float)))
