"""Columns: written and read again, joined whatever their parts have."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.results.columns import Columns, joined

NAN = float("nan")
ONE = Columns(np.array([1, 2]), ("a", "b"), np.array([[1.0, 2.0], [3.0, NAN]]), {"land": ("Chad", None)})
TWO = Columns(np.array([7]), ("b", "c"), np.array([[5.0, 6.0]]), {"size": ("s",)})


def test_what_is_written_is_read_again() -> None:
    again = Columns.from_bytes(ONE.to_bytes())

    assert again.to_bytes() == ONE.to_bytes()
    assert again.text("land") == ("Chad", None)


@pytest.mark.parametrize("n", [0, 1, 3, 10])
def test_parts_are_joined_whatever_they_have_and_however_many_were_foretold(n: int) -> None:
    whole = joined([ONE, TWO], n=n)

    assert whole.keys.tolist() == [1, 2, 7]
    assert whole.names == ("a", "b", "c")
    assert np.array_equal(whole.column("b"), [2.0, NAN, 5.0], equal_nan=True)
    assert np.array_equal(whole.column("c"), [NAN, NAN, 6.0], equal_nan=True)
    assert whole.text("land") == ("Chad", None, None)
    assert whole.text("size") == (None, None, "s")


def test_nobody_is_nobody() -> None:
    assert len(joined([])) == 0
    assert joined([]).column("a").tolist() == []


def test_a_mask_keeps_its_units() -> None:
    kept = ONE.where(np.array([False, True]))

    assert kept.keys.tolist() == [2]
    assert kept.column("a").tolist() == [3.0]
    assert kept.text("land") == (None,)
