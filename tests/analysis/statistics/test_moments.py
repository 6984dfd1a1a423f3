"""Sufficient statistics add up to what all values say together."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.moments import Moments, together
from analysis.statistics.words import NoAnswer


def test_parts_in_any_order_say_what_all_values_say() -> None:
    rng = np.random.default_rng(3)
    y, x = rng.normal(1e6, 1, 500), rng.normal(size=500)
    parts = [Moments.of(y[cut], x[cut]) for cut in np.array_split(rng.permutation(500), 7)]

    whole = together(parts, p=2)

    assert whole.n == 500
    np.testing.assert_allclose(whole.covariance, np.cov(y, x), rtol=1e-8)


def test_nothing_adds_nothing() -> None:
    assert (Moments.none() + Moments.of([1, 2, 3])).variance == 1
    assert (Moments.of([1, 2, 3]) + Moments.none()).variance == 1


@pytest.mark.parametrize("values", [[], [4.0]])
def test_too_few_values_say_so_in_a_sentence(values: list[float]) -> None:
    with pytest.raises(NoAnswer, match="says nothing about how much"):
        _ = Moments.of(values).variance


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_missing_or_infinite_is_refused(bad: float) -> None:
    with pytest.raises(NoAnswer, match="missing or infinite"):
        Moments.of([1.0, bad])
