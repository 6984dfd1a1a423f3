"""Which rows a step looks at: in order, in fair shares, and beside additional data."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.safety.optimisers.batches import in_order, partition, rows_of, wrapped
from tests.analysis.safety.facts import Case, facts


def test_in_order_the_last_batch_of_an_epoch_is_short() -> None:
    batches = list(in_order(10, 4, epochs=2))

    assert [batch.rows.tolist() for batch in batches[:3]] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert [batch.is_short for batch in batches] == [False, False, True] * 2


def test_one_batch_of_all_is_not_short() -> None:
    assert [batch.is_short for batch in in_order(3, 4, epochs=1)] == [False]


def test_every_row_is_in_one_batch_and_every_stratum_in_all_in_its_share() -> None:
    strata = np.repeat([0, 1, 2], [70, 25, 5])
    batches = partition(strata, 20, rng=np.random.default_rng(1))

    assert sorted(np.concatenate([batch.rows for batch in batches]).tolist()) == list(range(100))
    for batch in batches:
        assert len(batch.rows) == 20
        assert np.bincount(strata[batch.rows], minlength=3) == pytest.approx([14, 5, 1], abs=1)


@pytest.mark.parametrize("case", facts("additional_batches.json"), ids=lambda case: f"{case['n_additional']} rows")
def test_additional_data_go_round_as_the_engine_has_it(case: Case) -> None:
    primary = (case["primary_batch_size"], case["n_batches"], case["n_epochs"])

    assert wrapped(case["n_additional"], case["additional_batch_size"], primary=primary) == case["index_list"]


def test_the_rows_of_a_batch_that_goes_round_are_in_their_order() -> None:
    assert rows_of([8, 10, 0, 3]).tolist() == [8, 9, 0, 1, 2]


def test_a_batch_larger_than_the_additional_data_is_refused() -> None:
    with pytest.raises(ValueError, match="size must be from 1 to the 37 rows of the additional data set, not 40"):
        wrapped(37, None, primary=(40, 4, 2))
