"""Data sets that come with scikit-learn, and those it makes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from analysis.learning.data.dataset import Dataset, dataset

SETS: Final[Mapping[str, str]] = {
    "digits": "load_digits",
    "iris": "load_iris",
    "wine": "load_wine",
    "breast_cancer": "load_breast_cancer",
    "diabetes": "load_diabetes",
}


def library_set(name: str, *, flat: bool = True) -> Dataset:
    """One of `SETS`. flat: a picture as one row of numbers; else as a picture, shape (n, height, width)."""
    import sklearn.datasets

    loaded = getattr(sklearn.datasets, SETS[name])()
    samples = loaded.data if flat or "images" not in loaded else loaded.images
    features = [str(feature) for feature in loaded.feature_names] if samples.ndim == 2 else []
    return dataset(np.asarray(samples, dtype=np.float64), np.asarray(loaded.target), features=features, name=name)


def made_up(rows: int, features: int, *, classes: int, noise: float, seed: int) -> Dataset:
    """classes > 0: as many clouds of points with `noise` of the labels wrong; 0: a linear function plus noise."""
    from sklearn.datasets import make_classification, make_regression

    if classes:
        samples, targets = make_classification(
            n_samples=rows, n_features=features, n_informative=features, n_redundant=0, n_classes=classes,
            n_clusters_per_class=1, flip_y=noise, random_state=seed,
        )  # fmt: skip
    else:
        samples, targets = make_regression(n_samples=rows, n_features=features, noise=noise, random_state=seed)
    return dataset(samples, targets, features=[f"x{number}" for number in range(features)], name="made up")
