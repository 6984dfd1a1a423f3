"""The chance of each of several independent posteriors to be the largest, by quadrature."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NODES = 12
LEVELS = (1e-13, 1e-10, 1e-7, 1e-5, 1e-3, 0.02, 0.16, 0.5, 0.84, 0.98, 0.999, 1 - 1e-5, 1 - 1e-7, 1 - 1e-10, 1 - 1e-13)


def chances_to_be_best(
    quantiles: "Array", cumulative: "Callable[[Array], Array]", density: "Callable[[Array], Array]"
) -> "tuple[list[float], float]":
    """P(k is the largest) = integral of f_k times the product of the other F_i; and the error, by the sum's miss of 1.

    quantiles: shape (K, levels), each posterior's quantiles at ``LEVELS``, in a variable in which the densities are
    smooth. cumulative, density: from N points to shape (K, N). Below the largest of the lowest quantiles nothing is
    the largest; Gauss-Legendre with 12 nodes between neighbouring quantiles is good to 1e-9 for Beta, Gamma and normal,
    and to 1e-6 for Student with few degrees of freedom. The error that is returned is at least 1e-9.
    """
    import numpy as np

    lowest, highest = quantiles[:, 0].max(), quantiles[:, -1].max()
    inner = quantiles[(quantiles > lowest) & (quantiles < highest)]
    ends = thinned(np.unique(np.concatenate([[lowest], inner, [highest]])), quantiles)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(ends)[:, None] / 2
    points = (ends[:-1, None] + half * (1 + nodes)).ravel()
    below = np.maximum(cumulative(points), 1e-300)
    together = np.exp(np.log(below).sum(axis=0))
    chances = (density(points) * together / below) @ (half * weights).ravel()
    total = float(chances.sum())
    if not 0.9 < total < 1.1:  # posteriors as narrow as a float: the one in front is the largest
        chances = (quantiles[:, len(LEVELS) // 2] == quantiles[:, len(LEVELS) // 2].max()).astype(float)
        return [float(chance) for chance in chances / chances.sum()], 1e-9
    return [float(chance) / total for chance in chances], max(abs(total - 1), 1e-9)


def thinned(ends: "Array", quantiles: "Array") -> "Array":
    """Without the ends that are much closer together than the narrowest posterior is wide."""
    import numpy as np

    middle = len(LEVELS) // 2
    step = float((quantiles[:, middle + 1] - quantiles[:, middle - 1]).min())
    kept = [float(ends[0])]
    for end in ends[1:-1]:
        if end - kept[-1] >= step:
            kept.append(float(end))
    return np.array([*kept, float(ends[-1])])


def among_twins(parameters: Sequence[tuple[float, ...]], chances: Sequence[float]) -> list[float]:
    """Arms with equal posteriors get exactly equal chances, whatever the rounding.

    >>> among_twins([(1.0, 2.0), (3.0, 1.0), (1.0, 2.0)], [0.25, 0.5, 0.25])
    [0.25, 0.5, 0.25]
    """
    alike: dict[tuple[float, ...], list[float]] = {}
    for one, chance in zip(parameters, chances, strict=True):
        alike.setdefault(one, []).append(chance)
    return [sum(alike[one]) / len(alike[one]) for one in parameters]
