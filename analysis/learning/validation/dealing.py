"""How samples are dealt to folds: arrays in, the fold of every sample out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.seeds import permutation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.learning.validation.samples import Indices


def deal(n: int, folds: int, *, seed: int | None) -> Indices:
    """Shape (n,): blocks of n/folds samples, the first ones one longer if that is no whole number.

    seed: shuffles them first; None: blocks in the order of the samples. ValueError if there are fewer than folds.
    """
    import numpy as np

    if n < folds:
        raise ValueError(f"folds must be at most {n}, the number of samples, not {folds}.")
    order = np.arange(n) if seed is None else permutation(n, seed, "deal")
    dealt = np.empty(n, dtype=np.int64)
    for fold, block in enumerate(np.array_split(order, folds)):
        dealt[block] = fold
    return dealt


def deal_stratified(classes: Indices, folds: int, *, seed: int) -> Indices:
    """Shape (n,): every class (0, 1, ...) is spread evenly, and so is the whole; each to within one sample.

    A class of fewer samples than folds is missing in some. ValueError if that is so of every class.
    """
    import numpy as np

    largest = int(np.bincount(classes).max(initial=0))
    if largest < folds:
        raise ValueError(f"folds must be at most {largest}, the samples of the largest class, not {folds}.")
    order = permutation(len(classes), seed, "deal")
    by_class = order[np.argsort(classes[order], kind="stable")]
    dealt = np.empty(len(classes), dtype=np.int64)
    dealt[by_class] = np.arange(len(classes)) % folds
    return dealt


def deal_groups(groups: Indices, folds: int, *, seed: int) -> Indices:
    """Shape (n,): no group (0, 1, ...) is in two folds. The largest group goes first, each to the smallest fold."""
    import numpy as np

    sizes = np.bincount(groups)
    enough_groups(len(sizes), folds)
    shuffled = permutation(len(sizes), seed, "groups")
    fold_sizes = np.zeros(folds, dtype=np.int64)
    fold_of = np.empty(len(sizes), dtype=np.int64)
    for group in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold_of[group] = fold = int(fold_sizes.argmin())
        fold_sizes[fold] += sizes[group]
    return fold_of[groups]


def deal_groups_stratified(groups: Indices, classes: Indices, folds: int, *, seed: int) -> Indices:
    """Shape (n,): no group is in two folds, and the classes are spread as evenly as whole groups allow.

    Greedy: the most lopsided group first, each to the fold where the shares of the classes then differ least.
    """
    import numpy as np

    counts = np.zeros((groups.max() + 1, classes.max() + 1), dtype=np.int64)
    np.add.at(counts, (groups, classes), 1)
    enough_groups(len(counts), folds)
    shuffled = permutation(len(counts), seed, "groups")
    totals = np.zeros((folds, counts.shape[1]), dtype=np.int64)
    fold_of = np.empty(len(counts), dtype=np.int64)
    for group in shuffled[np.argsort(-counts[shuffled].std(axis=1), kind="stable")]:
        fold_of[group] = fold = _evenest(totals, counts[group], counts.sum(axis=0))
        totals[fold] += counts[group]
    return fold_of[groups]


def _evenest(totals: Indices, coming: Indices, all_counts: Indices) -> int:
    """The fold that leaves the classes most evenly spread; the smallest of equals. totals: shape (folds, classes)."""

    def unevenness(fold: int) -> tuple[float, int]:
        after = totals.astype(float)
        after[fold] += coming
        return round(float((after / all_counts).std(axis=0).mean()), 12), int(totals[fold].sum())

    return min(range(len(totals)), key=unevenness)


def enough_groups(n: int, folds: int) -> None:
    """ValueError if not every fold can have one."""
    if n < folds:
        raise ValueError(f"folds must be at most {n}, the number of groups, not {folds}.")


def parts_of_fold(dealt: NDArray[np.int64], fold: int, held_out: str) -> dict[str, Indices]:
    """The samples of that fold under the name ``held_out``, all others to train on."""
    import numpy as np

    return {"train": np.flatnonzero(dealt != fold), held_out: np.flatnonzero(dealt == fold)}
