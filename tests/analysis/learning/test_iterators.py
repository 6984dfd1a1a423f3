"""What is made of data sets: fewer rows, other labels, numbers instead of words, several in one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from analysis.learning.data.dataset import Dataset, Splits, dataset
from analysis.learning.data.encoding import Encoding, restored, written
from analysis.learning.data.iterators.arranging import combined, first, in_memory, shuffled, viewed
from analysis.learning.data.iterators.encoding import encoded, scaled
from analysis.learning.data.iterators.labelling import Renaming, filtered, one_hot, renamed


def digits() -> Dataset:
    """Ten rows of two numbers, labelled 0, 1, 2, 0, 1, …"""
    return dataset(np.arange(20.0).reshape(10, 2), np.arange(10) % 3, name="ten")


def both() -> Splits:
    return Splits({"train": digits(), "test": digits()})


def test_only_rows_with_the_labels_to_keep_are_left_where_it_is_asked_for() -> None:
    kept = filtered(both(), [0, 2], only=["train"])

    assert kept["train"].targets.tolist() == [0, 2, 0, 2, 0, 2, 0]
    assert len(kept["test"]) == 10


def test_labels_are_renamed_all_at_once() -> None:
    swapped = renamed(both(), [Renaming([0], 1), Renaming([1, 2], 0)])

    assert swapped["train"].targets.tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    assert swapped["train"].tags.tolist() == swapped["train"].targets.tolist()


def test_a_label_that_is_renamed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="label 0 is renamed twice"):
        renamed(both(), [Renaming([0], 1), Renaming([0], 2)])


def test_targets_become_vectors_and_tags_stay_labels() -> None:
    vectors = one_hot(both(), 3)["train"]

    assert vectors.targets[:3].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert vectors.tags[:3].tolist() == [0, 1, 2]


def test_targets_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1, not from 0 to 2"):
        one_hot(both(), 2)


def test_columns_are_encoded_in_the_order_of_the_columns_and_others_left_out() -> None:
    table = np.array([["red", 1.0, "x"], ["blue", 3.0, "y"], ["red", 5.0, "x"]], dtype=object)
    people = Splits({"train": dataset(table, np.array([0, 1, 0]), features=["colour", "size", "shape"])})

    made = encoded(people, [Encoding("continuous", ["size"]), Encoding("categorical", ["colour"])])["train"]

    assert made.features == ("colour=blue", "colour=red", "size")
    assert np.allclose(made.all().samples, [[0, 1, -(1.5**0.5)], [1, 0, 0], [0, 1, 1.5**0.5]])


def test_what_is_learnt_of_columns_is_learnt_on_the_training_split_alone() -> None:
    train, test = np.array([[0.0], [2.0]]), np.array([[10.0]])
    splits = Splits({"train": dataset(train, np.zeros(2, int)), "test": dataset(test, np.zeros(1, int))})

    assert encoded(splits, [Encoding("continuous", [0])])["test"].all().samples.tolist() == [[9.0]]


@pytest.mark.parametrize("unseen", ["refuse", "zeros"])
def test_a_category_that_training_never_saw_is_refused_or_all_zeros(unseen: str) -> None:
    train, test = np.array([["a"], ["b"]]), np.array([["c"]])
    splits = Splits({"train": dataset(train, np.zeros(2, int)), "test": dataset(test, np.zeros(1, int))})
    made = encoded(splits, [Encoding("categorical", [0], unseen)])["test"]

    if unseen == "zeros":
        assert made.all().samples.tolist() == [[0.0, 0.0]]
    else:
        with pytest.raises(ValueError, match="Column 0 holds 'c', which is none of its 2 categories"):
            made.all()


def test_encodings_written_as_json_and_read_back_do_the_same() -> None:
    made = scaled(encoded(both(), [Encoding("categorical", [0]), Encoding("continuous", [1])]), divide=2)["train"]

    samples = digits().all().samples
    for step in restored([dict(entry) for entry in written(made.steps) if isinstance(entry, dict)]):
        samples = step.apply(samples)

    assert np.array_equal(samples, made.all().samples)


def test_data_sets_are_read_through_views_and_joins_row_by_row() -> None:
    joined = combined([digits().view(np.array([9, 1])), digits(), digits().view(np.array([4]))])

    assert joined.take(np.array([12, 0, 2, 1, 0])).samples[:, 0].tolist() == [8, 18, 0, 2, 18]
    assert joined.targets[[12, 0]].tolist() == [1, 0]


def test_data_sets_of_other_columns_do_not_fit_together() -> None:
    with pytest.raises(ValueError, match="do not fit together"):
        combined([digits(), dataset(np.zeros((2, 1)), np.zeros(2, int), features=["size"])])


def test_views_shuffles_and_first_rows_are_rows_of_the_original() -> None:
    assert viewed(digits(), {"odd": [1, 3]})["odd"].all().samples[:, 0].tolist() == [2, 6]
    assert first(both(), 3, only=["test"])["test"].targets.tolist() == [0, 1, 2]
    mixed = shuffled(both(), 1)
    assert sorted(mixed["train"].all().samples[:, 0]) == list(range(0, 20, 2))
    assert mixed["train"].all().samples.tolist() != mixed["test"].all().samples.tolist()


def test_a_view_of_rows_that_there_are_not_is_refused() -> None:
    with pytest.raises(ValueError, match="names rows from 3 to 10 of 0 to 9"):
        viewed(digits(), {"late": [3, 10]})


def test_what_is_read_into_memory_is_encoded_once() -> None:
    calls: list[int] = []

    class Counting:
        name: ClassVar[str] = "counting"
        features: tuple[str, ...] = ()

        def apply(self, samples: np.ndarray) -> np.ndarray:
            calls.append(len(samples))
            return samples

        def kept(self) -> dict[str, str]:
            return {}

    held = in_memory(Splits({"train": digits().encoded(Counting())}))["train"]
    held.all()
    held.all()

    assert calls == [10]
