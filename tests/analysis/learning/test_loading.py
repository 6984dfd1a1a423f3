"""Batches of a split, epoch after epoch."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from analysis.learning.data.collators import Flattened, Padded
from analysis.learning.data.dataset import dataset
from analysis.learning.data.loading import Loader
from analysis.learning.data.samplers import Random, Sequential, Weighted

TEN = dataset(np.arange(10.0)[:, None], np.array([0] * 9 + [1]))


def rows(loader: Loader, *epochs: int) -> list[float]:
    """One after the other."""
    return list(chain.from_iterable(batch for epoch in epochs for batch in met(loader, epoch)))


def met(loader: Loader, epoch: int) -> list[list[float]]:
    return [batch.samples[:, 0].tolist() for batch in loader.batches(epoch)]


def test_batches_in_order_end_with_a_short_one_unless_it_is_dropped() -> None:
    assert [len(batch) for batch in met(Loader(TEN, 4), 1)] == [4, 4, 2]
    assert [len(batch) for batch in met(Loader(TEN, 4, drops_last=True), 1)] == [4, 4]


def test_every_epoch_meets_every_row_once_in_an_order_of_its_own() -> None:
    loader = Loader(TEN, 3, Random(seed=1))
    epochs = [rows(loader, epoch) for epoch in (1, 2)]

    assert [sorted(epoch) for epoch in epochs] == [list(range(10))] * 2
    assert epochs[0] != epochs[1]
    assert rows(loader, 2) == epochs[1]


def test_short_epochs_go_on_where_the_last_one_ended_and_long_ones_span_passes() -> None:
    pass_after_pass = rows(Loader(TEN, 2, Random(seed=1)), 1, 2, 3)

    for per_epoch in (3, 7):
        loader = Loader(TEN, 2, Random(seed=1), per_epoch=per_epoch)
        dealt = rows(loader, 1, 2)
        assert dealt == pass_after_pass[: 2 * 2 * per_epoch]


def test_weighted_rows_meet_each_class_equally_often() -> None:
    drawn = Weighted(seed=3, draws=20_000).rows(TEN.tags, 0)

    assert len(drawn) == 20_000
    assert abs((TEN.tags[drawn] == 1).mean() - 0.5) < 0.02


def test_evaluation_meets_every_row_once_as_they_stand_whatever_the_sampler() -> None:
    loader = Loader(TEN, 4, Weighted(seed=3), drops_last=True).in_order()

    assert rows(loader, 1) == list(range(10))


def test_a_split_that_makes_no_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="10 rows makes no batch of 11"):
        met(Loader(TEN, 11, Sequential(), drops_last=True), 1)


def test_pictures_become_rows_and_sequences_are_filled_up() -> None:
    pictures = dataset(np.ones((2, 3, 3)), np.zeros(2, int)).all()
    sequences = np.empty(2, dtype=object)
    sequences[:] = [[1, 2, 3], [4]]
    texts = dataset(sequences, np.zeros(2, int)).all()

    assert Flattened("float32")(pictures).samples.shape == (2, 9)
    assert Padded(fill=-1)(texts).samples.tolist() == [[1, 2, 3], [4, -1, -1]]
    assert Padded(longest=2)(texts).samples.tolist() == [[1, 2], [4, 0]]
