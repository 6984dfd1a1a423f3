"""How the next units are shared out among arms, from how likely each is the best. No NumPy: policies read this."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum


def shares(chances: Sequence[float], *, floor: float = 0.0) -> list[float]:
    """By Thompson: each arm's chance to be the best, above a floor: floor + (1 - K floor) chance.

    >>> [round(share, 3) for share in shares([0.9, 0.1], floor=0.05)]
    [0.86, 0.14]
    """
    if not 0 <= floor * len(chances) <= 1:
        raise ValueError(f"floor must be from 0 to 1 / {len(chances)}, not {floor}.")
    return [floor + (1 - len(chances) * floor) * chance for chance in chances]


def top_two(chances: Sequence[float], *, beta: float = 0.5) -> list[float]:
    """Shares of the next units to find the best arm: p (beta + (1 - beta) sum over others of p / (1 - p)).

    Russo (2020), Operations Research 68. An arm that is best for certain gets beta, the others the rest alike.

    >>> [round(share, 6) for share in top_two([0.35, 0.62, 0.03])]
    [0.465939, 0.486511, 0.047551]
    """
    if not 0 <= beta <= 1 or not chances:
        raise ValueError(f"beta must be from 0 to 1 and there must be chances, not {beta} and {list(chances)}.")
    certain = [1 - chance < 1e-15 for chance in chances]
    if any(certain):
        rest = (1 - beta) / max(len(chances) - 1, 1)
        return [beta if sure and len(chances) > 1 else 1.0 if sure else rest for sure in certain]
    odds = [chance / fsum([*chances[:place], *chances[place + 1 :]]) for place, chance in enumerate(chances)]
    whole = fsum(odds)
    found = [chance * (beta + (1 - beta) * max(whole - own, 0.0)) for chance, own in zip(chances, odds, strict=True)]
    return [share / fsum(found) for share in found]
