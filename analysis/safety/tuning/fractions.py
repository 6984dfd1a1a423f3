"""How much of the data tests: begun with the most, given away for good, never taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.safety.testing.splitting import Split, divided
from analysis.safety.tuning.trying import Tried

Estimate = Callable[[float, Split], Tried]


def settled(
    parts: Split, fractions: Sequence[float], estimate: Estimate, give: Callable[[Split, float], Split]
) -> tuple[float, Split, list[Tried]]:
    """The share, the parts that go with it, and what was tried.

    parts: at the first of `fractions`, which fall. estimate: of a share, from the candidate rows of these parts alone.
    While a smaller share does better, the next smaller one is taken, and everything is estimated anew with the rows
    that have gone over.
    """
    tries: list[Tried] = []
    for place, fraction in enumerate(fractions[:-1]):
        found = {each: estimate(each, parts) for each in fractions[place:]}
        tries += found.values()
        if min(found, key=lambda each: (*found[each].rank, -each)) == fraction:
            return fraction, parts, tries
        parts = give(parts, fractions[place + 1])
    return fractions[-1], parts, tries


def given(parts: Split, fraction: float, strata: NDArray[np.intp], *, split: str, seed: int) -> Split:
    """With so many safety rows gone over that the rest is that share of all: strata of all rows, shape (n,).

    What is left is drawn as the safety set itself was. ValueError if that would be more than there is.
    """
    wanted = fraction * len(strata) / max(len(parts.safety), 1)
    if not 0 < wanted < 1:
        raise ValueError(f"fraction is {fraction:g}; a safety set can only get smaller.")
    again = divided(strata[parts.safety], fraction=wanted, split=split, seed=seed)
    moved, left = parts.safety[again.candidate], parts.safety[again.safety]
    return Split(np.sort(np.concatenate([parts.candidate, moved])), np.sort(left))
