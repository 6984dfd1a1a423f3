"""The seed tree: every run, and every component of it, can be repeated alone."""

import numpy as np

from analysis.learning.running import Fold
from analysis.learning.seeds import (
    LARGEST,
    child_seed,
    component_seed,
    generator,
    library_seed,
    permutation,
    run_seed,
    splitting_seed,
)

SETTING = "ab" * 32


def test_the_tree_is_the_same_for_ever() -> None:
    """Written down, so that a change of the rule cannot slip in."""
    assert run_seed(18, SETTING, Fold(1, 0), repeat=2) == 8_440_488_026_989_402
    assert component_seed(18, "model") == 5_042_951_978_830_208
    assert splitting_seed(18) == 6_529_548_272_848_918
    assert library_seed(18) == 1_416_712_961
    assert permutation(6, 18, "rows").tolist() == [5, 4, 2, 1, 0, 3]


def test_every_run_has_a_seed_of_its_own() -> None:
    folds = [
        Fold(),
        *(Fold(outer) for outer in range(5)),
        *(Fold(outer, inner) for outer in range(5) for inner in (0, 1)),
    ]
    seeds = {run_seed(18, str(setting), fold, repeat) for setting in range(20) for fold in folds for repeat in range(3)}

    assert len(seeds) == 20 * 16 * 3
    assert all(0 <= seed <= LARGEST for seed in seeds)


def test_a_seed_depends_on_nothing_but_what_is_above_it() -> None:
    alone = component_seed(run_seed(18, SETTING, Fold(3)), "sampler")
    among_others = [
        component_seed(run_seed(18, SETTING, Fold(fold)), name) for fold in (1, 3) for name in ("model", "sampler")
    ]

    assert alone == among_others[-1]


def test_labels_do_not_run_into_each_other() -> None:
    assert child_seed(18, "a", "bc") != child_seed(18, "ab", "c")
    assert child_seed(18, 1) != child_seed(18, "1")


def test_a_seed_for_libraries_fits_what_they_take() -> None:
    assert all(0 <= library_seed(seed) < 2**32 for seed in range(1_000))


def test_a_permutation_holds_every_number_once_and_every_place_is_as_likely() -> None:
    assert sorted(permutation(1_000, 18)) == list(range(1_000))
    assert permutation(0, 18).tolist() == []

    firsts = np.bincount([int(permutation(4, seed)[0]) for seed in range(4_000)], minlength=4)
    assert abs(firsts - 1_000).max() < 130  # 4.7 standard deviations


def test_generators_for_two_uses_are_two_streams() -> None:
    assert generator(18, "dropout").random() == generator(18, "dropout").random()
    assert generator(18, "dropout").random() != generator(18, "noise").random()
