"""Finding the best arm with a fixed number of pulls: when arms are dropped."""

from __future__ import annotations

from math import ceil, log2


def successive_rejects(horizon: int, k: int) -> list[tuple[int, int]]:
    """Pulls of each arm after which a round ends, and how many arms stay. Audibert, Bubeck and Munos (2010).

    After round i each arm left has ceil((T - K) / (L (K + 1 - i))) pulls, L = 1/2 + sum of 1/j, j = 2..K.

    >>> successive_rejects(100, 3)
    [(25, 2), (37, 1)]
    """
    logarithm = 0.5 + sum(1 / j for j in range(2, k + 1))
    spare = max(horizon - k, 0)
    return [(max(ceil(spare / (logarithm * (k + 1 - i))), 1), k - i) for i in range(1, k)]


def sequential_halving(horizon: int, k: int) -> list[tuple[int, int]]:
    """log2 K rounds of equal length, half of the arms stay; all rewards are kept. Karnin, Koren and Somekh (2013).

    >>> sequential_halving(240, 4)
    [(30, 2), (90, 1)]
    """
    plan: list[tuple[int, int]] = []
    alive, quota = k, 0
    length = horizon / max(ceil(log2(k)), 1) if k > 1 else 0
    while alive > 1:
        quota += max(int(length / alive), 1)
        alive = ceil(alive / 2)
        plan.append((quota, alive))
    return plan
