"""Chance that can be repeated: the one source of random numbers for designs, lists and orders.

The algorithm, version ``machina-1``, is part of the data's meaning and never changes; a better one gets a new name.

* A label is written as ``i<decimal>`` (int) or ``s<UTF-8>`` (str), preceded by its length as 8 bytes, big-endian.
* key = BLAKE2b-256(person ``machina-1``) of the seed and the labels written like that, in their order.
* block i (i = 0, 1, ...) = BLAKE2b-512(key, person ``machina-1``) of i as 8 bytes, big-endian: eight 64-bit words,
  big-endian, used from first to last.
* below(n): take a word; if it is under the largest multiple of n that fits in 2**64, the result is word mod n;
  otherwise take the next word. So every result has exactly the same probability.
* uniform(): the upper 53 bits of a word, divided by 2**53.
* shuffle: Fisher-Yates from the last place down, ``j = below(i + 1)``.

Python's ``random`` is not used: the order it gives may differ between Python versions.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

VERSION = "machina-1"
WORDS = 2**64

_T = TypeVar("_T")
_PERSON = VERSION.encode()


class Stream:
    """An endless stream of random words, the same on every machine for the same seed and labels.

    Labels say what the chance is for, so that two uses of one seed are independent:

    >>> Stream(18, "block", "women", 0).shuffle("AABB")
    ['B', 'A', 'B', 'A']
    >>> Stream(18, "block", "women", 1).shuffle("AABBCC")
    ['A', 'B', 'B', 'A', 'C', 'C']
    """

    def __init__(self, seed: int, *labels: str | int) -> None:
        self._words = _words(_key(seed, labels))

    def word(self) -> int:
        """The next 64 random bits, as a number in [0, 2**64)."""
        return next(self._words)

    def below(self, n: int) -> int:
        """A whole number in [0, n), each equally likely. ValueError unless 1 <= n <= 2**64."""
        if not 1 <= n <= WORDS:
            raise ValueError(f"n must be from 1 to 2**64, not {n}.")
        fair = WORDS - WORDS % n
        while (word := self.word()) >= fair:
            pass
        return word % n

    def uniform(self) -> float:
        """A number in [0, 1), a multiple of 2**-53."""
        return (self.word() >> 11) / 2**53

    def shuffle(self, items: Sequence[_T]) -> list[_T]:
        """The items in a random order, every order equally likely. The argument is left as it is."""
        shuffled = list(items)
        for i in range(len(shuffled) - 1, 0, -1):
            j = self.below(i + 1)
            shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
        return shuffled

    def sample(self, items: Sequence[_T], n: int) -> list[_T]:
        """``n`` different items in a random order. ValueError unless 0 <= n <= len(items)."""
        if not 0 <= n <= len(items):
            raise ValueError(f"n must be from 0 to {len(items)}, the number of items, not {n}.")
        return self.shuffle(items)[:n]

    def weighted(self, weights: Sequence[int]) -> int:
        """An index, drawn with probability weight / sum of weights exactly. ValueError unless they can be weights."""
        if min(weights, default=0) < 0 or not sum(weights):
            raise ValueError(f"weights must be 0 or more, with one above 0, not {list(weights)}.")
        drawn = self.below(sum(weights))
        ends = accumulate(weights)
        return next(index for index, end in enumerate(ends) if drawn < end)


def _key(seed: int, labels: Sequence[str | int]) -> bytes:
    digest = blake2b(digest_size=32, person=_PERSON)
    for label in (seed, *labels):
        written = f"i{label}".encode() if isinstance(label, int) else b"s" + label.encode("utf-8", "surrogatepass")
        digest.update(len(written).to_bytes(8, "big") + written)
    return digest.digest()


def _words(key: bytes) -> Iterator[int]:
    number = 0
    while True:
        block = blake2b(number.to_bytes(8, "big"), digest_size=64, key=key, person=_PERSON).digest()
        for start in range(0, 64, 8):
            yield int.from_bytes(block[start : start + 8], "big")
        number += 1
