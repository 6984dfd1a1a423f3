"""Settings drawn from a space: each sample follows from the seed, its label and its number alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import count, islice

from analysis.learning.search.building import build
from analysis.learning.search.nodes import Built, Choose, Open
from analysis.learning.search.space import Space
from experiments.chance import Stream

MOST_MISSES = 1_000
"""So many draws in a row that bring nothing new mean that a space is used up."""

Allows = Callable[[Built], bool]


def choosing(shares: Callable[[Open], float]) -> Choose:
    """Chooses by a share in [0, 1) for each place: the option, or the number, that lies there."""

    def choose(place: Open) -> int | float:
        share = shares(place)
        return share if place.distribution else min(math.floor(share * len(place.options)), len(place.options) - 1)

    return choose


def drawn(space: Space, seed: int, label: str, number: int) -> Built:
    """Sample ``number``. Every place has a stream of its own, so that another sweep changes no other's values."""
    return build(space, choosing(lambda place: Stream(seed, "search", label, number, place.key).uniform()))


def different(builts: Iterator[Built], allows: Allows) -> Iterator[Built]:
    """Those that are allowed, each setting once; the end comes after 1,000 in a row that bring nothing new."""
    seen: set[str] = set()
    misses = 0
    for built in builts:
        if built.digest in seen or not allows(built):
            misses += 1
            if misses == MOST_MISSES:
                return
            continue
        misses = 0
        seen.add(built.digest)
        yield built


def draws(space: Space, n: int, *, seed: int, label: str, allows: Allows) -> Iterator[Built]:
    """``n`` different settings at random, or as many as there are. The first ones are the same for a larger n."""
    return islice(different((drawn(space, seed, label, number) for number in count()), allows), n)


def spread(space: Space, n: int, *, seed: int, allows: Allows) -> Iterator[Built]:
    """``n`` different settings, by a Latin hypercube: each place takes every n-th part of its range once.

    What an exclusion takes away, or comes twice, is made up for at random.
    """
    strata: dict[str, list[int]] = {}

    def share(place: Open, number: int) -> float:
        if place.key not in strata:
            strata[place.key] = Stream(seed, "search", "strata", place.key).shuffle(range(n))
        return (strata[place.key][number] + Stream(seed, "search", "within", number, place.key).uniform()) / n

    def samples() -> Iterator[Built]:
        for number in range(n):
            yield build(space, choosing(lambda place, number=number: share(place, number)))  # type: ignore[misc]  # bound now
        yield from (drawn(space, seed, "instead", number) for number in count())

    return islice(different(samples(), allows), n)
