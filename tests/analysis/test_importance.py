"""Shares of variance agree with the analysis of variance of a full grid, and with what was put in."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analysis.statistics.importance import importance


def grid(*levels: int) -> np.ndarray:
    return np.array(list(product(*(range(n) for n in levels))), dtype=float)


def anova(x: np.ndarray, y: np.ndarray, j: int) -> float:
    """Share of the sum of squares between the levels of a balanced grid."""
    means = [y[x[:, j] == level].mean() for level in np.unique(x[:, j])]
    return float(np.var(means) / np.var(y))


def test_on_a_full_grid_it_is_close_to_the_classical_analysis_of_variance() -> None:
    x = grid(5, 4, 3)
    y = 3.0 * x[:, 0] + x[:, 1] ** 2 + 0.2 * x[:, 2]

    found = importance(x, y, rng=np.random.default_rng(18))

    for j in range(3):
        assert found.alone[j] == pytest.approx(anova(x, y, j), abs=0.08)
    assert found.alone.sum() + sum(found.pairs.values()) <= 1.0 + 1e-9


def test_two_that_matter_only_together_are_seen_as_a_pair() -> None:
    x = grid(2, 2, 4)
    y = (x[:, 0] != x[:, 1]).astype(float)

    found = importance(np.repeat(x, 4, axis=0), np.repeat(y, 4), rng=np.random.default_rng(1))

    assert found.pairs[0, 1] > 0.7
    assert found.alone.max() < 0.15


def test_noise_alone_singles_nobody_out_and_a_constant_gives_nothing() -> None:
    rng = np.random.default_rng(3)
    x = rng.random((80, 3))

    assert importance(x, np.full(80, 0.5), rng=rng).alone.tolist() == [0.0, 0.0, 0.0]
    assert importance(x, x[:, 1] * 2, rng=rng).alone.argmax() == 1


def test_the_same_seed_gives_the_same_shares() -> None:
    x = np.random.default_rng(4).random((50, 4))
    y = x @ np.array([1.0, 0.0, 2.0, 0.5])

    first, again = (importance(x, y, rng=np.random.default_rng(9)) for _ in range(2))

    assert first.alone.tolist() == again.alone.tolist()


@pytest.mark.parametrize(
    ("x", "y"), [(np.ones(3), np.ones(3)), (np.ones((3, 1)), np.ones(2)), (np.ones((1, 1)), np.ones(1))]
)
def test_shapes_that_do_not_fit_are_refused(x: np.ndarray, y: np.ndarray) -> None:
    with pytest.raises(ValueError, match="shapes"):
        importance(x, y, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="finite"):
        importance(np.ones((2, 1)), np.array([1.0, np.nan]), rng=np.random.default_rng(0))


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 1e9), (1e200, 0.0), (1e-200, 0.0)])
def test_shares_do_not_depend_on_the_unit_or_the_zero_of_the_figure(scale: float, offset: float) -> None:
    x = grid(4, 3)
    y = x[:, 0] + 0.1 * x[:, 1]

    plain = importance(x, y, rng=np.random.default_rng(18))
    other = importance(x, scale * y + offset, rng=np.random.default_rng(18))

    assert other.alone == pytest.approx(plain.alone, abs=1e-3)
