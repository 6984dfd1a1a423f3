"""The same rows are known again however they were saved, and fresh ones are fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from analysis.safety.terms import Array
from analysis.safety.testing.resemblance import Resemblance, row_marks

Columns = Mapping[str, Array]


def people(n: int = 400, seed: int = 1) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {
        "age": rng.integers(18, 90, n),
        "income": rng.normal(size=n),
        "score": rng.normal(size=n),
        "debt": rng.normal(size=n),
        "town": rng.choice(np.array(["Ulm", "Jena", "Bonn"], dtype=object), n),
    }


def answers(n: int = 400, seed: int = 1) -> Array:
    return (np.random.default_rng([seed, 9]).random(n) < 0.3).astype(float)


def of(columns: Columns, labels: Array | None = None) -> Resemblance:
    return Resemblance.of(columns, answers() if labels is None else labels)


def reordered(columns: Columns) -> Columns:
    return {name: columns[name] for name in list(columns)[::-1]}


def as_floats(columns: Columns) -> Columns:
    return {**columns, "age": columns["age"].astype(float)}


def without_a_column(columns: Columns) -> Columns:
    return {name: column for name, column in columns.items() if name != "income"}


def renamed(columns: Columns) -> Columns:
    return {name.upper(): column for name, column in columns.items()}


@pytest.mark.parametrize("saved", [reordered, as_floats, without_a_column, renamed])
def test_the_same_rows_saved_otherwise_are_known_again(saved: Callable[[Columns], Columns]) -> None:
    assert of(people()).meets(of(saved(people())))


def test_so_are_rows_in_another_order_and_labels_under_other_names() -> None:
    order = np.random.default_rng(3).permutation(400)

    assert of(people()).meets(of({name: column[order] for name, column in people().items()}, answers()[order]))
    assert of(people()).meets(of(renamed(people()), 1 - answers()))


def test_so_are_most_of_the_rows_among_new_ones() -> None:
    more = {name: np.concatenate([people()[name][50:], people(200, seed=2)[name]]) for name in people()}

    assert of(people()).meets(of(more, np.concatenate([answers()[50:], answers(200, seed=2)])))


@pytest.mark.parametrize("seed", range(2, 12))
def test_fresh_rows_of_the_same_kind_are_fresh(seed: int) -> None:
    assert not of(people()).meets(of(people(seed=seed), answers(seed=seed)))


@pytest.mark.parametrize("seed", range(2, 12))
def test_fresh_people_of_few_kinds_are_fresh_though_they_look_alike(seed: int) -> None:
    """Two columns of two values: every row of one data set is in the other."""
    kinds: list[dict[str, Array]] = [
        {"a": np.random.default_rng(s).integers(0, 2, 90).astype(float), "b": answers(90, s)} for s in (1, seed)
    ]

    first, second = (of(columns, columns["b"]) for columns in kinds)

    assert set(row_marks(kinds[0]).tolist()) == set(row_marks(kinds[1]).tolist())
    assert not first.meets(second)


def test_a_sorted_or_constant_label_is_no_sign() -> None:
    first, second = people(80), people(80, seed=2)
    labels = np.repeat([0.0, 1.0], 40)

    assert not of(first, labels).meets(of(second, labels))


def test_an_unnumbered_value_and_a_missing_one_are_the_same_again_and_no_other() -> None:
    column = np.array([1.0, np.nan, -0.0])
    texts = np.array(["a", None, "="], dtype=object)

    assert row_marks({"x": column}).tolist() == row_marks({"x": np.array([1, np.nan, 0.0])}).tolist()
    assert len(set(row_marks({"x": texts}).tolist())) == 3
    assert row_marks({"x": column, "y": texts}).tolist() == row_marks({"y": texts, "x": column}).tolist()
