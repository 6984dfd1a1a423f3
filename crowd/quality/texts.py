"""Who wrote the same words as somebody else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

SHORTEST: Final = 20
"""Shorter texts are the same by chance: “Nothing.”, “I don't know”."""

SHINGLE: Final = 6  # words
ENOUGH: Final = 0.5
"""Of the shingles of the shorter text."""

Key = TypeVar("Key", bound=Hashable)


def normalised(text: str) -> str:
    """Without capitals, punctuation and double spaces.

    >>> normalised("  I chose   it: BARS! ")
    'i chose it bars'
    """
    return " ".join(re.findall(r"\w+", text.lower()))


def twins(texts: Mapping[Key, Sequence[str]]) -> dict[Key, set[Key]]:
    """Person > others who wrote one of their texts again, whole or in good part. Only who has any.

    Two texts are the same if they are equal once normalised, or share half of the runs of six words of the shorter one.
    Time and memory grow with the words, not with pairs of people, as long as few people share a run.
    """
    owners: dict[str, set[tuple[Key, int]]] = defaultdict(set)
    sizes: dict[tuple[Key, int], int] = {}
    for key, n, runs in _runs(texts):
        sizes[key, n] = len(runs)
        for run in runs:
            owners[run].add((key, n))
    shared: dict[tuple[tuple[Key, int], tuple[Key, int]], int] = defaultdict(int)
    for holders in owners.values():
        if len(holders) > 1:
            for one in holders:
                for other in holders:
                    if one[0] != other[0]:
                        shared[one, other] += 1
    found: dict[Key, set[Key]] = defaultdict(set)
    for (one, other), n in shared.items():
        if n >= ENOUGH * min(sizes[one], sizes[other]):
            found[one[0]].add(other[0])
    return dict(found)


def _runs(texts: Mapping[Key, Sequence[str]]) -> Iterator[tuple[Key, int, set[str]]]:
    for key, written in texts.items():
        for n, text in enumerate(written):
            words = normalised(text).split()
            if len(" ".join(words)) < SHORTEST:
                continue
            starts = range(max(1, len(words) - SHINGLE + 1))
            yield key, n, {" ".join(words[start : start + SHINGLE]) for start in starts}
