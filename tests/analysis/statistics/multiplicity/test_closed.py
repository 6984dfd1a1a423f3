"""How many of any chosen set are real: by the short cut as by testing every intersection, and seldom too many."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.multiplicity.closed import closed
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
LEVEL = 0.1
RNG = np.random.default_rng(133)


def by_closing(p: np.ndarray, chosen: tuple[int, ...]) -> int:
    sets = [each for size in range(1, len(p) + 1) for each in combinations(range(len(p)), size)]

    def simes(of: tuple[int, ...]) -> bool:
        return bool((np.sort(p[list(of)]) * len(of) / np.arange(1, len(of) + 1)).min() <= LEVEL)

    refuted = {each for each in sets if all(simes(more) for more in sets if set(each) <= set(more))}
    return len(chosen) - max((len(s) for s in sets if set(s) <= set(chosen) and s not in refuted), default=0)


def test_the_short_cut_is_closed_testing() -> None:
    for _ in range(8):
        p = RNG.random(5) ** 4
        family = closed(p, level=LEVEL)
        for size in range(1, 6):
            for chosen in combinations(range(5), size):
                assert family.discoveries(chosen) == by_closing(p, chosen)


def test_of_the_set_that_looks_best_it_seldom_promises_too_much() -> None:
    times, effects = (20_000 if PROOF else 1_000), np.array([0.0] * 6 + [2.0] * 4)
    z = np.sqrt(0.3) * RNG.normal(size=(times, 1)) + np.sqrt(0.7) * RNG.normal(size=(times, 10)) + effects
    p = stats.norm.sf(z)
    wrong = 0
    for row in p:
        family, order = closed(row, level=LEVEL), np.argsort(row)
        wrong += any(family.discoveries(order[:k].tolist()) > (effects[order[:k]] > 0).sum() for k in range(1, 11))

    assert wrong / times <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / times)


def test_of_nothing_chosen_nothing_is_promised() -> None:
    family = closed([0.001, 0.5], level=LEVEL)

    assert (family.discoveries([]), family.false_share([])) == (0, 0.0)
    assert family.false_share([0, 1]) == 0.5


@pytest.mark.parametrize("chosen", [[0, 0], [2], [-1]])
def test_a_choice_outside_the_family_is_refused(chosen: list[int]) -> None:
    with pytest.raises(ValueError, match="different places"):
        closed([0.001, 0.5], level=LEVEL).discoveries(chosen)
