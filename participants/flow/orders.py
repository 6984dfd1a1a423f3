"""Orders of conditions, and which level each trial gets, balanced over sessions.

``row`` is the session's number in its experiment (0, 1, ...): rows follow each other through the square, so balance is
reached after each full round of sessions. ``seed`` makes chance repeatable; see each function for whose it must be.
"""

from collections.abc import Callable, Mapping, Sequence
from math import lcm, prod

from experiments.chance import Stream

Order = tuple[int, ...]


def williams(n: int) -> tuple[Order, ...]:
    """A Latin square balanced for carry-over: each condition follows each other one equally often. Williams (1949).

    For even n: n rows, each ordered pair of neighbours once. For odd n: 2n rows, each pair twice; every condition
    stands equally often (once or twice) in each position.

    >>> williams(4)
    ((0, 1, 3, 2), (1, 2, 0, 3), (2, 3, 1, 0), (3, 0, 2, 1))
    """
    return tuple(_williams_row(n, row) for row in range(_rounds(n)))


def cyclic(n: int) -> tuple[Order, ...]:
    """The plain Latin square: n rows, every condition once in each position, always the same neighbour before it.

    >>> cyclic(3)
    ((0, 1, 2), (1, 2, 0), (2, 0, 1))
    """
    return tuple(_cyclic_row(n, row) for row in range(n))


def order_of(kind: str, n: int, *, row: int = 0, seed: int = 0) -> Order:
    """The positions 0 ... n - 1 in this session's order. ValueError if the kind is unknown or n or row negative.

    kind: ``fixed`` as they stand; ``latin_square`` the row of a Williams square; ``cyclic`` the row of a plain one;
    ``shuffle`` a random order from (seed, row), where either may be the session's own. The squares use no seed.

    >>> order_of("latin_square", 4, row=5)
    (1, 2, 0, 3)
    """
    if kind not in ORDERS:
        raise ValueError(f"kind must be one of {', '.join(ORDERS)}, not {kind!r}.")
    if n < 0 or row < 0:
        raise ValueError(f"n and row must be 0 or more, not {n} and {row}.")
    return ORDERS[kind](n, row, seed)


def assign_levels(
    n: int, factors: Mapping[str, Sequence[object]], *, row: int, seed: int = 0
) -> tuple[dict[str, object], ...]:
    """One level of every within-factor for each of n trials (items, cases).

    In every session each combination of levels is used equally often, and so is each level of each factor (counts
    differ by at most 1). With c combinations, each trial meets each of them once in rows 0 ... c - 1, c ... 2c - 1 and
    so on. If the trials stand in the order of a Latin square at the same row, then also each position meets each
    combination equally often, after c times as many rows as the square has.

    seed: the *experiment's*, the same in all its sessions, or the promises over rows are lost; it only decides which
    trials go together. ValueError if a factor has no level.

    >>> for row in range(2):
    ...     print([trial["features"] for trial in assign_levels(4, {"features": [3, 8]}, row=row)])
    [8, 3, 8, 3]
    [3, 8, 3, 8]
    """
    sizes = [len(levels) for levels in factors.values()]
    if 0 in sizes:
        raise ValueError(f"factors must each have a level, not {dict(factors)!r}.")
    shifts = _combination(sizes, row + row // lcm(prod(sizes), _rounds(n) or 1))
    places = Stream(seed, "levels").shuffle(range(n))
    return tuple(_met(factors, _combination(sizes, place), shifts) for place in places)


def _met(factors: Mapping[str, Sequence[object]], own: Sequence[int], shifts: Sequence[int]) -> dict[str, object]:
    """A trial's levels: its own indices, each moved on by the row's."""
    moves = zip(factors.items(), own, shifts, strict=True)
    return {name: levels[(index + shift) % len(levels)] for (name, levels), index, shift in moves}


def _combination(sizes: Sequence[int], number: int) -> list[int]:
    """The indices of combination ``number`` (modulo their number), in an order whose every beginning is balanced.

    Factors run diagonally; each starts one level later whenever it would meet the same combinations again.
    """
    indices, known = [], 1
    for size in sizes:
        place = number % (known * size)
        indices.append((place + place // lcm(known, size)) % size)
        known *= size
    return indices


def _rounds(n: int) -> int:
    return 2 * n if n % 2 and n > 1 else n


def _williams_row(n: int, row: int) -> Order:
    row %= max(_rounds(n), 1)
    first = [place // 2 + 1 if place % 2 else (n - place // 2) % n for place in range(n)]
    order = tuple((each + row) % n for each in first)
    return order[::-1] if row >= n else order


def _cyclic_row(n: int, row: int) -> Order:
    return tuple((place + row) % n for place in range(n))


def _shuffled(n: int, row: int, seed: int) -> Order:
    return tuple(Stream(seed, "order", row).shuffle(range(n)))


ORDERS: dict[str, Callable[[int, int, int], Order]] = {
    "fixed": lambda n, row, seed: tuple(range(n)),
    "latin_square": lambda n, row, seed: _williams_row(n, row),
    "cyclic": lambda n, row, seed: _cyclic_row(n, row),
    "shuffle": _shuffled,
}
