"""Decision trees and forests: splits are grown on the candidate rows and stand fast; what the leaves say is trained.

The engine's trees leave the sigmoid's slope out of their derivative; here it is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from analysis.learning.components import OneOf, Whole
from analysis.learning.members import takes
from analysis.learning.running import State
from analysis.safety.models import splits
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.links import sigmoid, softmax
from analysis.safety.models.splits import Splits
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.types import JsonObject

SUPERVISED = frozenset({Regime.REGRESSION, Regime.BINARY, Regime.MULTICLASS})


class FittedTrees:
    """theta: what every leaf says, laid flat: a number, a log-odds, or one score a class. Outputs: the trees' mean.

    One pass over (rows x trees) each way, through a sparse matrix that holds 1 / trees where a row falls into a leaf.
    """

    def __init__(self, grown: Splits, features: Array, classes: int) -> None:
        from scipy.sparse import csr_array

        leaf = grown.fallen(features)
        rows, trees = leaf.shape
        weights = np.full(leaf.size, 1.0 / trees)
        starts = np.arange(0, leaf.size + 1, trees)
        self.falls = csr_array((weights, leaf.reshape(-1), starts), shape=(rows, grown.leaves))
        self.back = self.falls.T.tocsr()
        self.classes = classes
        self.size = grown.leaves * (classes if classes > 2 else 1)

    def outputs(self, theta: Array) -> Array:
        return np.asarray(self.falls @ said_by_leaves(theta, self.classes))

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        by_said = np.asarray(self.back @ weights)
        if self.classes == 0:
            return by_said
        said = said_by_leaves(theta, self.classes)
        if self.classes > 2:
            by_scores = said * by_said
            by_scores -= said * by_scores.sum(axis=1, keepdims=True)
            return np.asarray(by_scores.reshape(-1))
        return np.asarray(by_said * said * (1.0 - said))


def said_by_leaves(theta: Array, classes: int) -> Array:
    """Shape (leaves,), a number or the probability of class 1; or (leaves, classes)."""
    if classes == 0:
        return theta
    return softmax(theta.reshape(-1, classes)) if classes > 2 else sigmoid(theta)


@dataclass(frozen=True, eq=False)
class GrownTrees(Family):
    """Trees whose splits stand fast. Starts from the shares (or means) of the rows in each leaf."""

    name: ClassVar[str] = "grown_trees"
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    grown: Splits

    def over(self, features: Array, *, classes: int) -> Fitted:
        return FittedTrees(self.grown, features, classes)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        """One row more is added to each leaf, shared out as in the whole set: no leaf is certain."""
        leaf = self.grown.fallen(samples.features)
        leaves, trees = self.grown.leaves, self.grown.trees
        counts = np.bincount(leaf.reshape(-1), minlength=leaves)
        if classes == 0:
            sums = np.bincount(leaf.reshape(-1), weights=np.repeat(samples.labels, trees), minlength=leaves)
            return np.asarray((sums + samples.labels.mean()) / (counts + 1))
        shares = np.empty((leaves, classes))
        for code in range(classes):
            is_class = (samples.labels == code).astype(np.float64)
            sums = np.bincount(leaf.reshape(-1), weights=np.repeat(is_class, trees), minlength=leaves)
            shares[:, code] = (sums + (is_class.sum() + 1) / (len(is_class) + classes)) / (counts + 1)
        logs = np.log(shares)
        return np.asarray(logs.reshape(-1) if classes > 2 else logs[:, 1] - logs[:, 0])

    def said(self, theta: Array, classes: int) -> Array:
        """By every leaf: shape (leaves,), a number or the probability of class 1; or (leaves, classes)."""
        return said_by_leaves(theta, classes)

    def kept(self) -> State:
        return State(self.grown.kept(), {"type": self.name})

    @classmethod
    def restored(cls, state: State) -> GrownTrees:
        """What `kept` gave. ValueError if it is no forest."""
        return cls(splits.restored(state.arrays))


@MODELS.register
@dataclass(frozen=True)
class DecisionTree(Family):
    """One small tree, which can be read.

    Its splits are grown on the candidate rows; what its leaves say is trained.
    """

    name: ClassVar[str] = "tree"
    example: ClassVar[JsonObject] = {"type": "tree", "depth": 3, "least_rows": 20}
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    depth: int = takes(Whole(1, 12), "Questions from the root to a leaf, at most.", 3)
    least_rows: int = takes(Whole(1), "Rows of the candidate set in a leaf, at least.", 20)

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Family:
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
        fitted = kind(max_depth=self.depth, min_samples_leaf=self.least_rows, random_state=_seed(rng))
        return _grown([fitted.fit(samples.features, samples.labels)])


@MODELS.register
@dataclass(frozen=True)
class Forest(Family):
    """Several trees, whose mean is the prediction; the leaves of all are trained together.

    Each is grown on rows drawn with replacement from the candidate set, and asks at every split about some of the
    features only.
    """

    name: ClassVar[str] = "forest"
    example: ClassVar[JsonObject] = {"type": "forest", "trees": 10, "depth": 3}
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    trees: int = takes(Whole(1, 1000), "How many.", 10)
    depth: int = takes(Whole(1, 12), "Questions from the root to a leaf, at most.", 3)
    least_rows: int = takes(Whole(1), "Rows in a leaf when it is grown, at least.", 20)
    features: str = takes(OneOf("sqrt", "log2", "all"), "How many features a split may choose from.", "sqrt")

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Family:
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        kind = RandomForestClassifier if classes else RandomForestRegressor
        fitted = kind(
            n_estimators=self.trees, max_depth=self.depth, min_samples_leaf=self.least_rows, random_state=_seed(rng),
            max_features=None if self.features == "all" else self.features,
        )  # fmt: skip
        return _grown(fitted.fit(samples.features, samples.labels).estimators_)


def _grown(fitted: list[Any]) -> GrownTrees:
    return GrownTrees(splits.of_estimators([tree.tree_ for tree in fitted]))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
