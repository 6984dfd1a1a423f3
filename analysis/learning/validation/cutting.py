"""How samples are cut into parts of given shares: arrays in, the part of every sample out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.learning.seeds import child_seed, permutation
from analysis.learning.validation.dealing import enough_groups

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices


def cut(n: int, shares: Sequence[float], *, seed: int) -> Indices:
    """Shape (n,): part 1, 2, ... for each share of the samples, rounded down but at least one; 0 for all others.

    ValueError if nothing is left for part 0.
    """
    import numpy as np

    sizes = [max(1, int(n * share + 1e-9)) for share in shares]
    if sum(sizes) >= n:
        raise ValueError(
            f"{n} samples are too few to hold out {' and '.join(f'{share:g}' for share in shares)} of them."
        )
    order = permutation(n, seed, "cut")
    part = np.zeros(n, dtype=np.int64)
    part[order[: sum(sizes)]] = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    return part


def cut_stratified(classes: Indices, shares: Sequence[float], *, seed: int) -> Indices:
    """As ``cut``, with every class (0, 1, ...) in the same share, to within one sample.

    ValueError if a class has too few samples to stand in every part.
    """
    import numpy as np

    parts = np.zeros(len(classes), dtype=np.int64)
    for number in range(int(classes.max(initial=-1)) + 1):
        members = np.flatnonzero(classes == number)
        parts[members] = _cut_class(len(members), shares, seed=child_seed(seed, "class", number))
    return parts


def cut_groups(groups: Indices, shares: Sequence[float], *, seed: int) -> Indices:
    """As ``cut``, with whole groups: the largest first, each to the part that lacks most of its share.

    ValueError if there are fewer groups than parts.
    """
    import numpy as np

    sizes = np.bincount(groups)
    enough_groups(len(sizes), len(shares) + 1)
    share_of = np.array([1 - sum(shares), *shares])
    lacking = share_of * len(groups)
    shuffled = permutation(len(sizes), seed, "groups")
    part_of = np.zeros(len(sizes), dtype=np.int64)
    for group in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        part_of[group] = part = int((lacking / share_of).argmax())
        lacking[part] -= sizes[group]
    return part_of[groups]


def _cut_class(n: int, shares: Sequence[float], *, seed: int) -> Indices:
    try:
        return cut(n, shares, seed=seed)
    except ValueError:
        raise ValueError(
            f"A class has only {n} samples: too few to stand in every part. Set stratified to false."
        ) from None
