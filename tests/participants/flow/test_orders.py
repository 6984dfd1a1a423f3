"""Orders are balanced as their names promise, and can be repeated."""

from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.flow.orders import ORDERS, assign_levels, cyclic, order_of, williams

SIZES = range(2, 13)


@pytest.mark.parametrize("n", SIZES)
def test_in_a_williams_square_each_condition_follows_each_other_equally_often(n: int) -> None:
    followed = Counter(pair for row in williams(n) for pair in pairwise(row))

    assert set(followed) == {(a, b) for a, b in product(range(n), repeat=2) if a != b}
    assert set(followed.values()) == ({1} if n % 2 == 0 else {2})


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("square", [williams, cyclic])
def test_in_a_latin_square_each_condition_stands_equally_often_in_each_position(square, n: int) -> None:  # type: ignore[no-untyped-def]  # a parametrised function
    rows = square(n)

    for row in rows:
        assert sorted(row) == list(range(n))
    for position in range(n):
        assert set(Counter(row[position] for row in rows).values()) == {len(rows) // n}


@pytest.mark.parametrize("n", SIZES)
def test_sessions_go_through_the_square_row_by_row_and_begin_again(n: int) -> None:
    rows = williams(n)

    assert [order_of("latin_square", n, row=row) for row in range(3 * len(rows))] == list(rows) * 3
    assert [order_of("cyclic", n, row=row) for row in range(2 * n)] == list(cyclic(n)) * 2


@pytest.mark.parametrize("kind", ORDERS)
@pytest.mark.parametrize("n", [0, 1, 2, 7, 50])
def test_every_order_holds_everything_once(kind: str, n: int) -> None:
    assert sorted(order_of(kind, n, row=3, seed=18)) == list(range(n))


def test_a_shuffle_is_the_same_for_ever() -> None:
    assert order_of("shuffle", 8, row=2, seed=18) == (1, 2, 7, 6, 4, 5, 0, 3)


def test_shuffles_of_different_sessions_differ() -> None:
    assert len({order_of("shuffle", 8, row=row, seed=18) for row in range(100)}) > 90
    assert len({order_of("shuffle", 8, row=0, seed=seed) for seed in range(100)}) > 90


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of fixed, latin_square, cyclic, shuffle, not 'latin'"):
        order_of("latin", 4)


FACTORS = st.lists(st.integers(1, 4), min_size=0, max_size=3).map(
    lambda sizes: {f"factor {i}": [f"level {j}" for j in range(size)] for i, size in enumerate(sizes)}
)


@given(n=st.integers(0, 30), factors=FACTORS, row=st.integers(0, 100), seed=st.integers())
def test_in_each_session_levels_and_combinations_are_used_equally_often(n, factors, row, seed) -> None:  # type: ignore[no-untyped-def]  # hypothesis
    trials = assign_levels(n, factors, row=row, seed=seed)

    combinations = Counter(tuple(trial.values()) for trial in trials)
    used = [combinations[combination] for combination in product(*factors.values())]
    assert max(used) - min(used) <= 1
    for factor, levels in factors.items():
        counted = Counter(trial[factor] for trial in trials)
        assert max(counted[level] for level in levels) - min(counted[level] for level in levels) <= 1


@given(n=st.integers(1, 12), factors=FACTORS, rounds=st.integers(0, 20), seed=st.integers())
def test_over_a_round_of_sessions_each_trial_meets_each_combination_once(n, factors, rounds, seed) -> None:  # type: ignore[no-untyped-def]  # hypothesis
    combinations = sorted(product(*factors.values()))
    rows = range(rounds * len(combinations), (rounds + 1) * len(combinations))
    sessions = [assign_levels(n, factors, row=row, seed=seed) for row in rows]

    for trial in range(n):
        assert sorted(tuple(session[trial].values()) for session in sessions) == combinations


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8])
@pytest.mark.parametrize("factors", [{"a": [3, 8]}, {"a": [1, 2, 3]}, {"a": [3, 8], "b": ["x", "y"]}])
def test_in_the_end_each_position_of_a_latin_square_meets_each_combination_equally_often(
    n: int, factors: dict[str, list[object]]
) -> None:
    met: Counter[tuple[object, ...]] = Counter()
    combinations = list(product(*factors.values()))
    for row in range(len(combinations) * len(williams(n))):
        levels = assign_levels(n, factors, row=row, seed=18)
        for position, trial in enumerate(order_of("latin_square", n, row=row)):
            met[position, *levels[trial].values()] += 1

    assert len(met) == n * len(combinations)
    assert len(set(met.values())) == 1


def test_a_factor_without_levels_is_refused() -> None:
    with pytest.raises(ValueError, match="must each have a level"):
        assign_levels(4, {"features": []}, row=0)
