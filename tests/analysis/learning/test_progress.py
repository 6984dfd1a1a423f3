"""When a batch will be done, and how its settings are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.learning.naming import LONGEST, differing, name_of
from analysis.learning.progress import Pace, Standing, line
from experiments.types import Json, JsonObject


def test_five_seconds_of_work_are_told_to_a_tenth_of_a_second() -> None:
    pace = Pace()
    for tenth in range(26):
        now = Standing(total=1, running=1, under_way=tenth / 50)
        pace.look(now, at=100 + tenth / 10)

    assert pace.seconds_left(now) == pytest.approx(2.5, abs=0.1)


def test_the_pace_follows_when_the_runs_become_slower() -> None:
    pace = Pace()
    for second in range(100):
        pace.look(Standing(total=10_000, done=10 * second), at=second)
    for second in range(100, 200):
        pace.look(standing := Standing(total=10_000, done=990 + second - 99), at=second)

    assert pace.per_second == pytest.approx(1, abs=0.01)
    assert pace.seconds_left(standing) == pytest.approx(10_000 - 1_090, rel=0.02)


def test_nobody_can_say_before_anything_moved() -> None:
    pace = Pace()
    pace.look(standing := Standing(total=10), at=0)

    assert pace.seconds_left(standing) is None
    assert "…" in line(standing, pace, width=80)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1e6), st.integers(1, 200))
def test_a_line_fits_its_terminal(done: int, rest: int, seconds: float, width: int) -> None:
    pace, standing = Pace(), Standing(total=done + rest, done=done, failed=0, running=min(3, rest))
    pace.look(Standing(total=done + rest), at=0)
    pace.look(standing, at=seconds)

    assert len(line(standing, pace, width=width)) < max(2, width)


def test_a_name_says_what_differs() -> None:
    settings: list[JsonObject] = [{"model": {"hidden": n, "rate": 0.1}, "data": "digits"} for n in (32, 64)]
    paths = differing(settings)

    assert [name_of(each, paths, "d" * 64) for each in settings] == ["hidden=32", "hidden=64"]


@pytest.mark.parametrize("value", ["a/b", "../..", "x" * 300, "", "ü" * 300, "a\nb", "."])
def test_a_name_is_always_fit_for_a_folder(value: Json) -> None:
    name = name_of({"value": value}, ["value"], "0123456789" * 7)

    assert 0 < len(name) <= LONGEST
    assert "/" not in name
    assert not name.startswith(".")
