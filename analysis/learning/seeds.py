"""The seed tree: experiment > setting > fold > component. Each run can be repeated alone.

A seed is a whole number in [0, 2**53), so that JSON and every language keep it exactly. It follows from the seed above
it and a label by ``experiments.chance``, so that it depends on nothing else: not on the order in which runs are
made, nor on how many there are.

How samples are split hangs from the experiment's seed alone (``splitting_seed``): all settings meet the same folds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.running import Fold
from experiments.chance import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 2**53 - 1
WHOLE = Fold()  # nothing is held out by a scheme


def child_seed(seed: int, *labels: str | int) -> int:
    """The seed below ``seed`` that these labels name.

    >>> child_seed(18, "setting", "small")
    8819546929192422
    """
    return Stream(seed, "seed", *labels).below(LARGEST + 1)


def setting_seed(experiment: int, setting: str) -> int:
    """setting: its SHA-256 (see ``digests``), so that a grown grid changes no seed."""
    return child_seed(experiment, "setting", setting)


def run_seed(experiment: int, setting: str, fold: Fold = WHOLE, repeat: int = 0) -> int:
    """The seed of one run: what ``Task.seed`` holds. repeat: 0, 1, … where every setting is run from several seeds."""
    outer, inner = (-1 if number is None else number for number in (fold.outer, fold.inner))
    return child_seed(setting_seed(experiment, setting), "fold", outer, inner, repeat)


def component_seed(run: int, component: str) -> int:
    """The seed of a component, by its name in the document: adding one changes no other's."""
    return child_seed(run, "component", component)


def library_seed(seed: int) -> int:
    """In [0, 2**32), for libraries that take no more, scikit-learn among them."""
    return Stream(seed, "library").below(2**32)


def splitting_seed(experiment: int) -> int:
    """From which samples are split into folds: the same for every setting and every run of the experiment."""
    return child_seed(experiment, "folds")


def generator(seed: int, *labels: str | int) -> np.random.Generator:
    """Numpy's source of chance for what these labels name."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(child_seed(seed, *labels)))


def permutation(n: int, seed: int, *labels: str | int) -> NDArray[np.int64]:
    """The numbers 0 … n-1 in a random order, shape (n,); the same with every version of numpy.

    Numpy promises the raw words of PCG64 for ever, but not what its generators make of them.
    """
    import numpy as np

    words = np.random.PCG64(child_seed(seed, *labels)).random_raw(n)
    return np.argsort(words, kind="stable").astype(np.int64)
