"""Which of several posteriors is the largest, how likely, and what is lost by taking another: exact integrals.

Posteriors are tuples: Beta (a, b), a and b at least 1/2; Gamma (shape, rate); Student (location, scale, degrees of
freedom); normal (mean, standard deviation).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.statistics.bayes.best import LEVELS, NODES, among_twins, chances_to_be_best, thinned

if TYPE_CHECKING:
    from analysis.statistics.bayes.best import Array

Posterior = tuple[float, ...]
BETA, STUDENT, GAMMA, NORMAL = "beta", "student", "gamma", "normal"


def chances_and_losses(kind: str, posteriors: Sequence[Posterior]) -> tuple[list[float], list[float]]:
    """Each one's chance to be the largest, and its expected loss.

    E[largest - k] is the integral of F_k (1 - product of the other F_i): nothing is subtracted, so small losses are
    exact too.

    >>> chances, losses = chances_and_losses("beta", [(13, 89), (19, 82), (9, 93)])
    >>> [round(one, 6) for one in chances], [round(one, 6) for one in losses]
    ([0.111853, 0.87632, 0.011828], [0.06371, 0.003042, 0.102925])
    """
    best = {BETA: best_beta, STUDENT: best_student, GAMMA: best_gamma, NORMAL: _best_normal_pairs}[kind]
    if len(posteriors) == 1:
        return [1.0], [0.0]
    return among_twins(posteriors, best(posteriors)[0]), among_twins(posteriors, _losses(kind, posteriors))


def _losses(kind: str, posteriors: Sequence[Posterior]) -> list[float]:
    import numpy as np

    edges = quantiles(kind, posteriors, LEVELS)
    ends = np.unique(edges)
    if len(ends) < 2:
        return [0.0] * len(posteriors)
    ends = thinned(ends, edges)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(ends)[:, None] / 2
    points = (ends[:-1, None] + half * (1 + nodes)).ravel()
    below, above = tails(kind, posteriors, points)
    all_above = np.zeros_like(below)
    for place in range(len(below)):
        others = np.delete(above, place, axis=0)
        all_above[place] = -np.expm1(np.log1p(-np.minimum(others, 1 - 1e-16)).sum(axis=0))
    return [float(loss) for loss in (below * all_above) @ (half * weights).ravel()]


def best_beta(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    """Which Beta(a, b), a and b at least 1/2, is the largest; in the angle whose sine squared is the rate.

    >>> [round(chance, 6) for chance in best_beta([(13, 89), (19, 82), (9, 93)])[0]]
    [0.111853, 0.87632, 0.011828]
    """
    import numpy as np
    from scipy.special import betainc, betaincinv, betaln

    a, b = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    constant = np.log(2.0) - betaln(a, b)

    def cumulative(angles: "Array") -> "Array":
        below: Array = betainc(a, b, np.sin(angles) ** 2)
        return below

    def density(angles: "Array") -> "Array":
        logarithm = constant + (2 * a - 1) * np.log(np.sin(angles)) + (2 * b - 1) * np.log(np.cos(angles))
        dense: Array = np.exp(logarithm)
        return dense

    return chances_to_be_best(np.arcsin(np.sqrt(betaincinv(a, b, np.array(LEVELS)))), cumulative, density)


def best_student(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    """Which (location, scale, degrees of freedom) Student t is the largest, on an inverse hyperbolic sine scale."""
    import numpy as np
    from scipy.special import betaln, stdtr, stdtrit

    location, scale, freedom = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    unit = float(scale.max()) or 1.0
    middle = float(location.max())
    away = (location - middle) / unit
    if float(scale.max()) <= 1e-12 * float(np.abs(location).max()):  # no spread at all: whoever is in front
        best = (location == middle).ravel()
        return [float(one) / float(best.sum()) for one in best], 1e-9
    width = np.maximum(scale / unit, 1e-9)
    constant = -betaln(freedom / 2, 0.5) - np.log(freedom) / 2 - np.log(width)

    def cumulative(points: "Array") -> "Array":
        below: Array = stdtr(freedom, (np.sinh(points) - away) / width)
        return below

    def density(points: "Array") -> "Array":
        z = (np.sinh(points) - away) / width
        dense: Array = np.exp(constant - (freedom + 1) / 2 * np.log1p(z * z / freedom)) * np.cosh(points)
        return dense

    return chances_to_be_best(np.arcsinh(away + width * stdtrit(freedom, np.array(LEVELS))), cumulative, density)


def best_gamma(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    """Which Gamma(shape, rate), shape at least 1/2, is the largest; in the root, where the densities are smooth."""
    import numpy as np
    from scipy.special import gammainc, gammaincinv, gammaln

    shape, rate = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    rate = rate / float((rate / shape).min())  # in units of the largest mean
    shape_term = np.log(2.0) + shape * np.log(rate) - gammaln(shape)

    def cumulative(roots: "Array") -> "Array":
        below: Array = gammainc(shape, rate * roots**2)
        return below

    def density(roots: "Array") -> "Array":
        dense: Array = np.exp(shape_term + (2 * shape - 1) * np.log(roots) - rate * roots**2)
        return dense

    return chances_to_be_best(np.sqrt(gammaincinv(shape, np.array(LEVELS)) / rate), cumulative, density)


def best_normal(means: Sequence[float], deviations: Sequence[float]) -> tuple[list[float], float]:
    """Which N(mean, deviation^2) is the largest.

    >>> [round(chance, 6) for chance in best_normal([0.0, 1.0], [3.0, 4.0])[0]]
    [0.42074, 0.57926]
    """
    import numpy as np
    from scipy.special import ndtr, ndtri

    unit = max(*deviations, 1e-300)
    away = (np.array(means)[:, None] - max(means)) / unit
    width = np.maximum(np.array(deviations)[:, None] / unit, 1e-9)

    def cumulative(points: "Array") -> "Array":
        below: Array = ndtr((points - away) / width)
        return below

    def density(points: "Array") -> "Array":
        dense: Array = np.exp(-(((points - away) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))
        return dense

    return chances_to_be_best(away + width * ndtri(np.array(LEVELS)), cumulative, density)


def _best_normal_pairs(posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
    return best_normal([one[0] for one in posteriors], [one[1] for one in posteriors])


def _columns(posteriors: Sequence[Posterior]) -> "list[Array]":
    import numpy as np

    first, second, *rest = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    return [first, np.maximum(second, 1e-12 * np.maximum(np.abs(first), 1e-12)), *rest]


def quantiles(kind: str, posteriors: Sequence[Posterior], levels: Sequence[float]) -> "Array":
    """At these shares from below. Shape (posteriors, levels)."""
    import numpy as np
    from scipy.special import betaincinv, gammaincinv, ndtri, stdtrit

    first, second, *rest = _columns(posteriors)
    at = np.array(levels)
    if kind == BETA:
        return _floats(betaincinv(first, second, at))
    if kind == GAMMA:
        return _floats(gammaincinv(first, at) / second)
    if kind == NORMAL:
        return _floats(first + second * ndtri(at))
    return _floats(first + second * stdtrit(rest[0], at))


def tails(kind: str, posteriors: Sequence[Posterior], points: "Array") -> "tuple[Array, Array]":
    """The chances to be below and to be above each point, each exact where it is small."""
    return chances_below(kind, posteriors, points), chances_above(kind, posteriors, points)


def chances_below(kind: str, posteriors: Sequence[Posterior], points: "Array") -> "Array":
    """Of each posterior to be below each point, within its support. Shape (posteriors, points)."""
    from scipy.special import betainc, gammainc, ndtr, stdtr

    first, second, *rest = _columns(posteriors)
    if kind == BETA:
        return _floats(betainc(first, second, points))
    if kind == GAMMA:
        return _floats(gammainc(first, second * points))
    z = (points - first) / second
    return _floats(ndtr(z) if kind == NORMAL else stdtr(rest[0], z))


def chances_above(kind: str, posteriors: Sequence[Posterior], points: "Array") -> "Array":
    """Of each posterior to be above each point, within its support. Shape (posteriors, points)."""
    from scipy.special import betaincc, gammaincc, ndtr, stdtr

    first, second, *rest = _columns(posteriors)
    if kind == BETA:
        return _floats(betaincc(first, second, points))
    if kind == GAMMA:
        return _floats(gammaincc(first, second * points))
    z = (first - points) / second
    return _floats(ndtr(z) if kind == NORMAL else stdtr(rest[0], z))


def _floats(found: object) -> "Array":
    import numpy as np

    return np.asarray(found, dtype=float)
