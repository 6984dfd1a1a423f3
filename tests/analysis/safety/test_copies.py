"""Rows of the safety set that the search has seen are found."""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.safety.carrying_out import staged
from analysis.safety.terms import Samples
from analysis.safety.testing.copies import copies
from analysis.safety.testing.splitting import Split
from tests.analysis.safety.loading.tables import Folder, applicants

RNG = np.random.default_rng(5)
HALVES = Split(np.arange(50), np.arange(50, 100))


def samples(n: int = 100) -> Samples:
    return Samples(RNG.normal(size=(n, 3)), RNG.integers(0, 2, n).astype(float), {"M": RNG.random(n) < 0.5})


def with_row(given: Samples, place: int, source: int) -> Samples:
    for each in (given.features, given.labels, given.groups["M"]):
        each[place] = each[source]
    return given


def test_different_rows_are_no_copies() -> None:
    found = copies(samples(), HALVES)

    assert (found.within, found.across) == (0, 0)
    assert str(found) == "No two of 100 rows are equal."


def test_a_copy_across_the_parts_is_found_and_named() -> None:
    found = copies(with_row(samples(), 70, 20), HALVES)

    assert (found.within, found.across, found.examples) == (1, 1, ((20, 70),))
    assert str(found) == (
        "1 of 100 rows equal an earlier one; 1 of the safety set equal one of the candidate set, as rows 71 and 21."
    )


def test_a_copy_inside_a_part_is_counted_but_not_held_against_the_split() -> None:
    found = copies(with_row(samples(), 30, 20), HALVES)

    assert (found.within, found.across) == (1, 0)


def test_rows_that_differ_in_the_label_or_the_group_alone_are_no_copies() -> None:
    given = with_row(samples(), 70, 20)
    given.labels[70] = 1 - given.labels[70]

    assert copies(given, HALVES).within == 0


def test_minus_nought_is_nought() -> None:
    given = with_row(samples(), 70, 20)
    given.features[20, 1], given.features[70, 1] = 0.0, -0.0

    assert copies(given, HALVES).across == 1


def test_a_report_says_how_many_rows_that_were_declared_different_are_on_both_sides(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    table = applicants(200)
    twice = pd.concat([table, table.iloc[:40]], ignore_index=True)
    setting = folder.setting(twice, duplicates="allow", constraints=[{"text": "PR <= 0.9"}])

    remarks = staged(setting).origin.remarks

    assert any(
        "40 of 240 rows equal an earlier one; " in said and "of the safety set equal" in said for said in remarks
    )
