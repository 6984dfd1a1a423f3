"""Data sets cut into parts."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.learning.data.dataset import Dataset, Splits, dataset
from analysis.learning.data.iterators.splitting import part_sizes, split


def rows(counts: tuple[int, ...], **columns: list[int]) -> Dataset:
    """A class of each size; the only number of a sample is its place."""
    targets = np.repeat(np.arange(len(counts)), counts)
    named = {name: np.array(column) for name, column in columns.items()}
    return dataset(np.arange(len(targets))[:, None], targets, columns=named)


def places(splits: Splits) -> list[int]:
    return sorted(int(place) for part in splits.values() for place in part.all().samples[:, 0])


@pytest.mark.parametrize("stratified", [False, True])
def test_parts_are_disjoint_and_hold_every_row(stratified: bool) -> None:
    parts = split(rows((100, 200, 300)), {"train": 0.7, "validation": 0.3}, seed=1, stratified=stratified)

    assert places(parts) == list(range(600))
    assert {name: len(part) for name, part in parts.items()} == {"train": 420, "validation": 180}


def test_stratified_parts_hold_each_class_in_its_share_within_one_row() -> None:
    parts = split(rows((100, 203, 307)), {"a": 0.5, "b": 0.3, "c": 0.2}, seed=3, stratified=True)

    for part in parts.values():
        counts = np.bincount(part.targets, minlength=3)
        assert np.abs(counts - np.array([100, 203, 307]) * len(part) / 610).max() <= 1


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    first, again, other = (
        split(rows((50, 50)), {"a": 0.5, "b": 0.5}, seed=seed)["a"].all().samples[:, 0].tolist() for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_rows_of_one_person_stay_in_one_part() -> None:
    people = [number // 7 for number in range(100)]
    parts = split(rows((100,), person=people), {"train": 0.8, "test": 0.2}, seed=5, together="person")

    persons = [set(part.column("person").tolist()) for part in parts.values()]
    assert persons[0].isdisjoint(persons[1])
    assert places(parts) == list(range(100))
    assert abs(len(parts["train"]) - 80) <= 7


@pytest.mark.parametrize(
    "parts", [{"a": 0.5, "b": 0.3}, {"a": 5, "b": 6}, {"a": "rest", "b": "rest"}, {"a": "rest", "b": 11}]
)
def test_parts_that_do_not_add_up_are_refused(parts: dict[str, float | str]) -> None:
    with pytest.raises(ValueError, match="do not add up to 10 rows"):
        part_sizes(parts, 10)


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"no column called 'person'\. Its columns: place"):
        split(rows((3,), place=[1, 2, 3]), {"a": 2, "b": 1}, seed=0, together="person")
