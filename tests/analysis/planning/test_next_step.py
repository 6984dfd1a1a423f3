"""Under way: one verdict, and places for those from whom most is learnt."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.planning.information.best_arm import TARGETS
from analysis.planning.next_step import Ask, Sums, next_step
from analysis.planning.stopping.rules import Rule
from analysis.statistics.words import NoAnswer

CLOSE = (Sums("plain", 40, 10.0, 4.0), Sums("vivid", 40, 10.5, 4.0), Sums("loud", 40, 2.0, 4.0))


def test_places_go_to_the_arms_in_question() -> None:
    found = next_step(CLOSE, Ask(size=20, planned=240), Rule())

    assert found.verdict.goes_on
    assert sum(found.places) == 20
    assert found.places[2] == 0
    assert min(found.places[:2]) >= 8
    assert found.success is not None
    assert 0 < found.success < 0.5


def test_less_may_be_better() -> None:
    found = next_step(CLOSE, Ask(size=5, down=True), Rule())

    assert found.verdict.reason == "success"
    assert "“loud” is best" in found.verdict.sentence


def test_yes_or_no_needs_nobody_yet() -> None:
    found = next_step((Sums("a", 0, 0.0, 0.0), Sums("b", 0, 0.0, 0.0)), Ask(size=4, yes_no=True), Rule())

    assert found.places == (2, 2)
    assert found.chances == pytest.approx((0.5, 0.5))


def test_value_stops_what_is_not_worth_its_cost() -> None:
    found = next_step(CLOSE, Ask(size=20, cost=5.0), Rule(horizon=10, value=1))

    assert found.verdict.reason == "value"


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        (CLOSE[:1], "There is one arm"),
        ((CLOSE[0], Sums("new", 1, 3.0, 0.0)), "too few: “new”"),
        ((Sums("a", 9, 1.0, 0.0), Sums("b", 9, 2.0, 0.0)), "All values of each arm are the same"),
    ],
)
def test_where_nothing_can_be_said_a_sentence_says_so(sums: tuple[Sums, ...], words: str) -> None:
    with pytest.raises(NoAnswer, match=words):
        next_step(sums, Ask(), Rule())
    with pytest.raises(ValueError, match="size must be from 1"):
        Ask(size=0)


NUMBERS = st.floats(-1e9, 1e9)


@settings(max_examples=60, deadline=None)
@given(
    sums=st.lists(st.tuples(st.integers(0, 10**6), NUMBERS, st.floats(0, 1e9)), min_size=2, max_size=4),
    size=st.integers(1, 6),
    target=st.sampled_from(sorted(TARGETS)),
)
def test_whatever_was_seen_there_are_places_or_a_sentence(
    sums: list[tuple[int, float, float]], size: int, target: str
) -> None:
    arms = tuple(Sums(str(place), n, mean, sd) for place, (n, mean, sd) in enumerate(sums))
    try:
        found = next_step(arms, Ask(size=size, planned=100, target=target), Rule())
    except NoAnswer as error:
        assert str(error).endswith(".")  # noqa: PT017 (either is right)
        return

    assert sum(found.places) == (size if found.verdict.goes_on else 0)
    assert sum(found.chances) == pytest.approx(1)
    assert all(isfinite(one) and one >= 0 for one in (*found.chances, *found.gains, found.worth))
