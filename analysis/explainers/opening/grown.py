"""The trees of scikit-learn's estimators: single ones, forests, bags, and boosting of both kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analysis.explainers.opening.affine import Affine
from analysis.explainers.subjects import GrownTree, Reals

Trees = tuple[tuple[GrownTree, ...], Reals]
SINGLE = frozenset({"DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor"})
FORESTS = frozenset({"RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"})
BAGS = frozenset({"BaggingClassifier", "BaggingRegressor"})
BOOSTED = frozenset({"GradientBoostingClassifier", "GradientBoostingRegressor"})
BINNED = frozenset({"HistGradientBoostingClassifier", "HistGradientBoostingRegressor"})


def trees_of(estimator: Any, before: Affine) -> Trees | None:
    """In the scale of the samples, and what is added to their sum. None: it is no sum of trees, or what stands before
    it mixes columns or turns their order round.
    """
    columns = before.columns()
    found = None if columns is None else _trees(estimator)
    if found is None or columns is None:
        return None
    slopes = before.slopes[np.arange(len(columns)), columns]
    is_as_it_was = bool((slopes == 1).all() and (before.offset == 0).all())
    trees = []
    for tree in found[0]:
        of = np.maximum(tree.features, 0)
        thresholds = tree.thresholds if is_as_it_was else (tree.thresholds - before.offset[of]) / slopes[of]
        features = np.where(tree.features < 0, -1, columns[of])
        is_single = tree.is_single_precision and is_as_it_was  # else it is the scaled value that is rounded
        trees.append(replace(tree, features=features, thresholds=thresholds, is_single_precision=is_single))
    return tuple(trees), found[1]


def _trees(estimator: Any) -> Trees | None:
    name = type(estimator).__name__
    if name in SINGLE:
        return _mean((_tree(estimator),))
    if name in FORESTS:
        return _mean(tuple(_tree(each) for each in estimator.estimators_))
    if name in BAGS and all(type(each).__name__ in SINGLE for each in estimator.estimators_):
        parts = zip(estimator.estimators_, estimator.estimators_features_, strict=True)
        return _mean(tuple(_of_columns(_tree(each), np.asarray(columns)) for each, columns in parts))
    if name in BOOSTED:
        return _boosted(estimator)
    return _binned(estimator) if name in BINNED else None


def _mean(trees: tuple[GrownTree, ...]) -> Trees:
    return tuple(replace(tree, scale=1 / len(trees)) for tree in trees), np.zeros(trees[0].values.shape[1])


def _tree(estimator: Any) -> GrownTree:
    """values: probabilities of the classes, or the number."""
    tree = estimator.tree_
    values = np.asarray(tree.value[:, 0, :], dtype=np.float64)
    if hasattr(estimator, "classes_"):
        values = values / values.sum(axis=1, keepdims=True)
    return GrownTree(
        features=np.where(tree.children_left < 0, -1, tree.feature),
        thresholds=np.asarray(tree.threshold),
        left=np.asarray(tree.children_left),
        right=np.asarray(tree.children_right),
        values=values,
        covers=np.asarray(tree.weighted_n_node_samples),
    )


def _of_columns(tree: GrownTree, columns: Reals) -> GrownTree:
    """A tree that was given some of the columns."""
    return replace(tree, features=np.where(tree.features < 0, -1, columns[np.maximum(tree.features, 0)]))


def _one_of(tree: GrownTree, place: int, outputs: int) -> GrownTree:
    """A tree that adds to one output of several. Its values have one column."""
    return replace(tree, values=tree.values * np.eye(outputs)[place])


def _boosted(estimator: Any) -> Trees | None:
    """Numbers, or log-odds. None where the sum starts from a model of its own, not from a constant."""
    is_constant = type(estimator.init_).__name__ in ("DummyClassifier", "DummyRegressor", "str")
    if not is_constant:
        return None
    start = estimator._raw_predict_init(np.zeros((1, estimator.n_features_in_), dtype=np.float32))[0]
    rate = float(estimator.learning_rate)
    trees = tuple(
        replace(_one_of(_tree(each), place, len(stage)), scale=rate)
        for stage in estimator.estimators_
        for place, each in enumerate(stage)
    )
    return trees, np.asarray(start, dtype=np.float64)


def _binned(estimator: Any) -> Trees | None:
    """Numbers, or log-odds; learning rates are in the leaves. None where it splits on categories."""
    stages = estimator._predictors
    if any(predictor.nodes["is_categorical"].any() for stage in stages for predictor in stage):
        return None
    trees = tuple(
        _one_of(_binned_tree(predictor.nodes), place, len(stage))
        for stage in stages
        for place, predictor in enumerate(stage)
    )
    return trees, np.asarray(estimator._baseline_prediction, dtype=np.float64).reshape(-1)


def _binned_tree(nodes: Any) -> GrownTree:
    is_leaf = nodes["is_leaf"].astype(bool)
    return GrownTree(
        features=np.where(is_leaf, -1, nodes["feature_idx"]),
        thresholds=nodes["num_threshold"].astype(np.float64),
        left=nodes["left"].astype(np.intp),
        right=nodes["right"].astype(np.intp),
        values=nodes["value"].astype(np.float64)[:, np.newaxis],
        covers=nodes["count"].astype(np.float64),
        is_single_precision=False,
    )
