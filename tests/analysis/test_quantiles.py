"""Quantiles are those of numpy, R and spreadsheets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.quantiles import quantiles, spread

VALUES = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50)


@given(values=VALUES, at=st.lists(st.floats(0, 1), max_size=5))
def test_they_are_numpys(values: list[float], at: list[float]) -> None:
    assert quantiles(values, at) == pytest.approx(tuple(np.quantile(values, at)), rel=1e-9, abs=1e-6)


@given(VALUES)
def test_a_spread_is_in_order_and_within_the_values(values: list[float]) -> None:
    found = spread(values)

    five = [found.p10, found.p25, found.median, found.p75, found.p90]
    assert found.n == len(values)
    assert five == sorted(five)  # type: ignore[type-var]  # none of them is None when there are values
    assert min(values) <= five[0] <= five[-1] <= max(values)  # type: ignore[operator]  # as above


def test_without_values_there_is_no_quantile() -> None:
    assert spread([]).p90 is None
    with pytest.raises(ValueError, match="at least one"):
        quantiles([], [0.5])


@pytest.mark.parametrize(("values", "at"), [([1.0, float("nan")], [0.5]), ([1.0, float("inf")], [0.5]), ([1.0], [1.1])])
def test_what_is_no_number_or_fraction_is_refused(values: list[float], at: list[float]) -> None:
    with pytest.raises(ValueError, match="must"):
        quantiles(values, at)
