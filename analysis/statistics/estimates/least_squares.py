"""Least squares with errors that need no equal spread and no independence within clusters.

HC0 to HC3: White (1980), MacKinnon and White (1985). Clusters: Liang and Zeger (1986); few of them: CR2 with the
degrees of freedom of Bell and McCaffrey (2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.moments import Array, computable
from analysis.statistics.words import NoAnswer

Errors = Literal["classical", "hc0", "hc1", "hc2", "hc3"]
FULL = 1 - 1e-10  # leverage of a unit that alone decides a coefficient
FEW_CLUSTERS = 500


@dataclass(frozen=True, slots=True)
class Fit:
    """coefficients: shape (p,). covariance: shape (p, p). degrees: residual. kept: columns that were not redundant.

    The figures are of the kept columns alone.
    """

    coefficients: Array
    covariance: Array
    degrees: float
    residuals: Array
    design: Array
    kept: tuple[int, ...]


def fit(design: Array, y: Array, *, errors: Errors = "hc2") -> Fit:
    """design: shape (n, p). Columns that are constant multiples or sums of those before them are left out.

    NoAnswer with no more units than coefficients, or a unit that alone decides one (its error cannot be known).
    """
    plain = _solved(design, y)
    bread = _inverse(plain.design)
    if errors == "classical":
        covariance = bread * float(plain.residuals @ plain.residuals) / plain.degrees
    else:
        meat = plain.design.T * _weights(plain, bread, errors) @ plain.design
        covariance = bread @ meat @ bread
    return _with(plain, covariance, plain.degrees)


def fit_clustered(
    design: Array, y: Array, clusters: NDArray[np.intp], *, of_interest: int, small_sample: bool = True
) -> Fit:
    """Errors by clusters, numbered 0 ... G - 1; a cluster is what was assigned, or sampled, as one.

    Up to five hundred clusters CR2, with degrees of freedom for the coefficient ``of_interest``; beyond, or if not
    small_sample, CR1 with G - 1, as statsmodels and Stata. NoAnswer with fewer than two clusters.
    """
    plain = _solved(design, y)
    count = int(clusters.max()) + 1 if len(clusters) else 0
    if count < 2:
        raise NoAnswer("One cluster alone says nothing about how much clusters vary.")
    bread = _inverse(plain.design)
    if small_sample and count <= FEW_CLUSTERS:
        return _few_clusters(plain, bread, clusters, plain.kept.index(of_interest))
    scores = np.zeros((count, plain.design.shape[1]))
    np.add.at(scores, clusters, plain.design * plain.residuals[:, None])
    n, p = plain.design.shape
    covariance = bread @ (scores.T @ scores) @ bread * (count / (count - 1) * (n - 1) / (n - p))
    return _with(plain, covariance, count - 1)


def _solved(design: Array, y: Array) -> Fit:
    computable(design)
    computable(y)
    kept = independent(design)
    used = design[:, kept]
    n, p = used.shape
    if n <= p:
        raise NoAnswer(f"There are only {n} units, too few for {p} coefficients.")
    coefficients = np.asarray(np.linalg.lstsq(used, y, rcond=None)[0], dtype=float)
    residuals = np.asarray(y - used @ coefficients, dtype=float)
    residuals[np.abs(residuals) < 1e-12 * max(float(np.abs(y).max()), 1e-300)] = 0.0
    return Fit(coefficients, np.zeros((p, p)), n - p, residuals, used, tuple(kept))


def independent(design: Array) -> list[int]:
    """The columns that are not sums of multiples of the ones before; by Gram and Schmidt, twice for good measure."""
    basis: list[Array] = []
    kept = []
    for place, column in enumerate(design.T):
        size = float(np.linalg.norm(column))
        rest = column / size if size else column
        for _ in range(2):
            for direction in basis:
                rest = rest - direction * float(direction @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-9:
            basis.append(rest / length)
            kept.append(place)
    return kept


def _inverse(design: Array) -> Array:
    triangle = np.linalg.qr(design, mode="r")
    inverse = np.linalg.inv(triangle)
    return np.asarray(inverse @ inverse.T)


def _weights(plain: Fit, bread: Array, errors: Errors) -> Array:
    n, p = plain.design.shape
    squares = plain.residuals**2
    if errors == "hc0":
        return squares
    if errors == "hc1":
        return np.asarray(squares * n / (n - p))
    leverage = np.einsum("ij,jk,ik->i", plain.design, bread, plain.design)
    if (leverage > FULL).any():
        raise NoAnswer("A unit is alone in what it is compared by, so nothing says how sure the comparison is.")
    return np.asarray(squares / (1 - leverage) ** (1 if errors == "hc2" else 2))


def _few_clusters(plain: Fit, bread: Array, clusters: NDArray[np.intp], place: int) -> Fit:
    """CR2: a cluster's residuals are turned by (I - H)^(-1/2): the variance is then unbiased if spreads agree.

    H of a cluster has the rank of the design, so its root is had from p singular values, however large the cluster is.
    """
    order = np.argsort(clusters, kind="stable")
    edges = np.flatnonzero(np.diff(clusters[order])) + 1
    root = np.linalg.inv(np.linalg.qr(plain.design, mode="r"))
    scores, pulls, sizes = [], [], []
    for rows in np.split(order, edges):
        part = plain.design[rows]
        left, values, _ = np.linalg.svd(part @ root, full_matrices=False)
        rest = np.maximum(1 - values**2, 0.0)
        stretch = np.where(rest > 1e-10, 1 / np.sqrt(np.maximum(rest, 1e-10)), 0.0) - 1
        turned = part + (left * stretch) @ (left.T @ part)
        weights = turned @ bread[:, place]
        scores.append(turned.T @ plain.residuals[rows])
        pulls.append(part.T @ weights)
        sizes.append(float(weights @ weights))
    covariance = bread @ (np.transpose(scores) @ np.array(scores)) @ bread
    gram = np.diag(sizes) - np.array(pulls) @ bread @ np.transpose(pulls)
    degrees = float(np.trace(gram)) ** 2 / float((gram**2).sum()) if gram.any() else 1.0
    return _with(plain, covariance, degrees)


def _with(plain: Fit, covariance: Array, degrees: float) -> Fit:
    return Fit(plain.coefficients, covariance, degrees, plain.residuals, plain.design, plain.kept)
