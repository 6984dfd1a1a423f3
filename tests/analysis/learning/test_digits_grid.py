"""A grid of settings on digits, as `examples/runs/digits_grid.yaml` writes it down."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.learning.pipeline import Pipeline
from analysis.learning.running import Interrupted, Saved, State
from experiments.types import JsonObject
from tests.analysis.learning.digits import run, settings, task
from tests.analysis.learning.functions.listening import Listener

SETTING = settings()[0]


def test_it_is_a_grid_of_twelve_settings_without_a_fault() -> None:
    assert len(settings()) == 12
    assert [Pipeline().faults(setting) for setting in settings()] == [[]] * 12


@pytest.mark.parametrize("setting", [settings()[0], settings()[-1]], ids=["batches of 32", "batches of 64"])
def test_a_run_says_141_times_where_it_is_and_gives_figures_nine_times(setting: JsonObject) -> None:
    listener = Listener()

    run(task(setting), listener)

    kinds = [said[0] for said in listener.said]
    assert (kinds.count("progress"), kinds.count("measured"), len(listener.saved)) == (141, 9, 3)


def test_the_parts_have_the_sizes_of_the_scenario() -> None:
    result = run(task(SETTING, epochs=1), Listener())

    assert {name: part["rows"] for name, part in result["splits"].items()} == {
        "train": 1050,
        "validation": 450,
        "test": 297,
    }
    assert result["model"]["parameters"] == 64 * 32 + 32 + 32 * 10 + 10


def test_a_run_interrupted_after_any_epoch_ends_bit_for_bit_like_one_that_was_not() -> None:
    whole = Listener()
    result = run(task(SETTING), whole)

    for epoch in (1, 2):
        cut, rest = Listener(stops_after=epoch), Listener()
        with pytest.raises(Interrupted):
            run(task(SETTING), cut)
        resumed = run(task(SETTING, resume=cut.saved[-1]), rest)

        assert resumed == result
        assert_same(rest.saved[-1].state, whole.saved[-1].state)


def test_a_warm_start_from_three_to_five_epochs_trains_two_more_and_ends_as_five_would() -> None:
    three, five, more = Listener(), Listener(), Listener()
    run(task(SETTING, epochs=3), three)
    whole = run(task(SETTING, epochs=5), five)

    warm = run(task(SETTING, epochs=5, resume=three.saved[-1]), more)

    assert [saved.epoch for saved in more.saved] == [4, 5]
    assert warm == whole
    assert_same(more.saved[-1].state, five.saved[-1].state)


def test_a_finished_run_that_is_resumed_trains_no_more_and_says_the_same() -> None:
    whole, again = Listener(), Listener()
    result = run(task(SETTING, epochs=1), whole)

    assert run(task(SETTING, epochs=1, resume=whole.saved[-1]), again) == result
    assert again.said == []


def assert_same(one: State, other: State) -> None:
    """To the last bit."""
    assert one.values == other.values
    assert one.arrays.keys() == other.arrays.keys()
    assert [name for name in one.arrays if not np.array_equal(one.arrays[name], other.arrays[name])] == []


def test_a_state_is_not_changed_by_the_training_that_goes_on() -> None:
    listener = Listener()
    run(task(SETTING, epochs=2), listener)
    first: Saved = listener.saved[0]
    kept = {name: array.copy() for name, array in first.state.arrays.items()}

    run(task(SETTING, epochs=2, resume=first), Listener())

    assert all(np.array_equal(kept[name], array) for name, array in first.state.arrays.items())
