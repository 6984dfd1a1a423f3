"""Permutation tests: had the arms been handed out otherwise, how often would they differ so much?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.ranks.mann_whitney import Alternative, values
from analysis.statistics.words import NoAnswer, Tested, Validity

Array = NDArray[np.float64]
ALL = 20_000  # ways to hand out the arms up to which each is tried
BLOCK = 2_000_000  # numbers held at once


def permutation_test(
    control: ArrayLike,
    treatment: ArrayLike,
    *,
    rng: np.random.Generator,
    times: int = 9_999,
    alternative: Alternative = "two-sided",
) -> Tested:
    """Of the difference of means, in units of its own error (Welch's t), so that unequal spreads do no harm.

    Exact if treatment does nothing to anybody; all ways are tried if there are at most twenty thousand, else ``times``
    drawn ones and the one that was (Phipson and Smyth, 2010). Janssen (1997) for the studentised statistic.
    NoAnswer with an empty arm. All values the same is p = 1.
    """
    x, y = values(control, "control"), values(treatment, "treatment")
    together, m = np.concatenate([y, x]), len(y)
    is_exact = comb(len(together), m) <= ALL
    statistic = _welch(together, m)
    if np.ptp(together) == 0:
        return _told("T", 0.0, 1.0, len(together), "permutation")
    seen = float(statistic(np.arange(len(together))[None, :])[0])
    orders = [_every_order(len(together), m)] if is_exact else _orders(len(together), times, rng)
    drawn = np.concatenate([statistic(block) for block in orders])
    return _told("T", seen, _share(drawn, seen, alternative, exact=is_exact), len(together), "permutation")


def sign_flip_test(
    differences: ArrayLike, *, rng: np.random.Generator, times: int = 9_999, alternative: Alternative = "two-sided"
) -> Tested:
    """The same for differences within units: had the conditions been swapped in some units?"""
    given = values(differences, "differences")
    if np.ptp(np.abs(given)) == 0 and not given[0]:
        return _told("T", 0.0, 1.0, len(given), "sign-flip")
    if 2 ** min(len(given), 40) <= ALL:
        signs = np.array(list(product((1.0, -1.0), repeat=len(given))))
        p_value = _share(signs @ given, float(given.sum()), alternative, exact=True)
    else:
        rows = max(1, BLOCK // len(given))
        blocks = [min(rows, times - start) for start in range(0, times, rows)]
        drawn = np.concatenate([rng.choice((1.0, -1.0), size=(size, len(given))) @ given for size in blocks])
        p_value = _share(drawn, float(given.sum()), alternative, exact=False)
    return _told("T", float(given.mean()), p_value, len(given), "sign-flip")


def _welch(together: Array, m: int) -> Callable[[NDArray[np.intp]], Array]:
    """t of every order in the rows: the first m are treatment."""
    centred = together - together.mean()
    n = len(together) - m

    def statistic(orders: NDArray[np.intp]) -> Array:
        y, x = centred[orders[:, :m]], centred[orders[:, m:]]
        gap = y.mean(axis=1) - x.mean(axis=1)
        if min(m, n) < 2:
            return np.asarray(gap)
        squared = y.var(axis=1, ddof=1) / m + x.var(axis=1, ddof=1) / n
        smallest = float(centred @ centred) * 1e-28 / len(together)
        return np.asarray(gap / np.sqrt(np.maximum(squared, smallest)))

    return statistic


def _every_order(n: int, m: int) -> NDArray[np.intp]:
    """Shape (ways, n): each way to choose m of n, those first, the others after them."""
    chosen = np.array(list(combinations(range(n), m)), dtype=np.intp)
    left = np.ones((len(chosen), n), dtype=bool)
    left[np.arange(len(chosen))[:, None], chosen] = False
    return np.hstack([chosen, np.nonzero(left)[1].reshape(len(chosen), -1)])


def _orders(n: int, times: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    if times < 1:
        raise ValueError(f"times must be 1 or more, not {times}.")
    rows = max(1, BLOCK // n)
    sizes = [min(rows, times - start) for start in range(0, times, rows)]
    return [rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1) for size in sizes]


def _share(drawn: Array, seen: float, alternative: Alternative, *, exact: bool) -> float:
    """How many are as far out; ties up to rounding count as such."""
    slack = 1e-9 * max(abs(seen), 1e-300)
    extreme = {
        "two-sided": np.abs(drawn) >= abs(seen) - slack,
        "greater": drawn >= seen - slack,
        "less": drawn <= seen + slack,
    }[alternative]
    count = int(extreme.sum())
    return count / len(drawn) if exact else (count + 1) / (len(drawn) + 1)


def _told(name: str, statistic: float, p_value: float, n: int, method: str) -> Tested:
    if not np.isfinite(statistic):
        raise NoAnswer("The values are too large to be added up: measure in another unit.")
    return Tested(name, statistic, p_value, n, method, Validity.FIXED)
