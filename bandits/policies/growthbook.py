"""GrowthBook's assignment, bit for bit (SDK spec 0.8.0), so that an experiment can move here without moving anybody.

Version 1 of the hash has only 1,000 buckets and is *not* independent between experiments or namespaces; it is here
for experiments that began with it. Namespaces use it always.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

Range = tuple[float, float]

BUCKETS = {1: 1_000, 2: 10_000}


def fnv1a32(text: str) -> int:
    """FNV-1a, 32 bits, over UTF-16 code units as in JavaScript (an emoji is two), not over bytes.

    >>> hex(fnv1a32("a"))
    '0xe40c292c'
    """
    digest = 0x811C9DC5
    units = text.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        digest = (digest ^ (low | high << 8)) * 0x01000193 & 0xFFFFFFFF
    return digest


def position(seed: str, value: str, version: int) -> float:
    """Where ``value`` falls in [0, 1): in steps of 1/1,000 (version 1) or 1/10,000 (version 2).

    >>> position("seed", "a", 2), position("", "a", 1)
    (0.0505, 0.22)
    """
    if version not in BUCKETS:
        raise ValueError(f"version must be 1 or 2, not {version!r}.")
    digest = fnv1a32(value + seed) if version == 1 else fnv1a32(str(fnv1a32(seed + value)))
    return digest % BUCKETS[version] / BUCKETS[version]


def bucket_ranges(n: int, coverage: float = 1.0, weights: Sequence[float] | None = None) -> tuple[Range, ...]:
    """Each variation's half-open range: it begins where the weights before it end, and is coverage * weight long.

    coverage is clamped to [0, 1]. Weights that are not ``n`` or do not sum to 1 (within 0.01) count as equal.

    >>> bucket_ranges(2, 0.5, [0.4, 0.6])
    ((0.0, 0.2), (0.4, 0.7))
    """
    coverage = min(max(coverage, 0.0), 1.0)
    if weights is None or len(weights) != n or not 0.99 <= _sum(weights) <= 1.01:
        weights = [1 / n] * n
    ranges, start = [], 0.0
    for weight in weights:
        ranges.append((start, start + coverage * weight))
        start += weight
    return tuple(ranges)


def variation_at(place: float, ranges: Sequence[Range]) -> int:
    """The index of the first range that holds the place (low <= place < high); -1 if none does."""
    return next((index for index, (low, high) in enumerate(ranges) if low <= place < high), -1)


def in_namespace(user: str, name: str, low: float, high: float) -> bool:
    """Whether a user is in this part of a namespace.

    >>> in_namespace("1", "namespace1", 0, 0.4), in_namespace("1", "namespace1", 0.4, 1)
    (False, True)
    """
    return low <= position("__" + name, user, 1) < high


def probability(low: float, high: float, version: int) -> float:
    """The chance of a half-open range: its buckets over all buckets, which differs a little from its length."""
    places = _places(version)
    return max(bisect_left(places, high) - bisect_left(places, low), 0) / len(places)


@cache
def _places(version: int) -> tuple[float, ...]:
    return tuple(bucket / BUCKETS[version] for bucket in range(BUCKETS[version]))


def _sum(weights: Sequence[float]) -> float:
    """From left to right in plain floats, as JavaScript does; Python's ``sum`` is more exact since 3.12."""
    total = 0.0
    for weight in weights:
        total += weight
    return total
