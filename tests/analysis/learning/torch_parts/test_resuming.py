"""A run that is taken up again ends bit for bit like one that was never interrupted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from analysis.learning.running import Interrupted, Saved, State, Task
from analysis.learning.torch_parts.optimisers import Bundle, Optimiser
from analysis.learning.torch_parts.schedules import Schedule
from tests.analysis.learning.functions.listening import Listener
from tests.analysis.learning.torch_parts.pipelines import loaders, trained, trainer

SEQUENCE = Schedule(
    "torch_sequence",
    {"milestones": [3]},
    (
        Schedule("torch_linear", {"start_factor": 0.1, "end_factor": 1.0, "total_iters": None}),
        Schedule("torch_cosine", {"T_max": None, "eta_min": 0.0}),
    ),
    per="step",
)
WAYS: dict[str, dict[str, Any]] = {
    "momentum": {},
    "Adam": {"optimiser": Optimiser("Adam", {"lr": 0.01, "amsgrad": True})},
    "a schedule of steps": {"schedule": SEQUENCE},
    "a plateau": {"schedule": Schedule("torch_plateau", {"patience": 0, "factor": 0.5}, watches="loss")},
    "one cycle with momentum": {
        "schedule": Schedule("torch_one_cycle", {"max_lr": 0.1, "total_steps": None}, per="step")
    },
    "a bundle": {
        "optimiser": Bundle(
            {"first": Optimiser("Adam", {"lr": 0.01}), "rest": Optimiser("SGD", {"lr": 0.1})},
            {"first": ("body.*",), "rest": ("head.*",)},
        )
    },
    "epochs shorter than a pass": {"loaders": loaders(per_epoch=3)},
    "accumulated, clipped": {"settings": {"accumulate": 2, "clip_norm": 0.5, "track": ("gradient_norm",)}},
    "bfloat16": {"settings": {"precision": "bfloat16_mixed"}},
    "float64": {"settings": {"precision": "float64"}},
}


@pytest.mark.parametrize("way", WAYS)
def test_wherever_it_was_interrupted(way: str) -> None:
    whole, result = trained(trainer(**WAYS[way]))

    for epoch in (1, 2):
        cut, rest = Listener(stops_after=epoch), Listener()
        with pytest.raises(Interrupted):
            trainer(**WAYS[way]).train(Task({}, seed=1, epochs=3), cut)
        again = trainer(**WAYS[way]).train(Task({}, seed=1, epochs=3, resume=cut.saved[-1]), rest)

        assert again == result
        assert_same(rest.saved[-1].state, whole.saved[-1].state)


def test_a_warm_start_with_more_epochs_ends_as_that_many_would() -> None:
    three, _ = trained(trainer(), epochs=3)
    whole, result = trained(trainer(), epochs=5)

    more, warmed = trained(trainer(), epochs=5, resume=three.saved[-1])

    assert [saved.epoch for saved in more.saved] == [4, 5]
    assert warmed == result
    assert_same(more.saved[-1].state, whole.saved[-1].state)


def test_after_a_warm_start_a_schedule_over_the_whole_run_goes_on_to_the_new_end() -> None:
    made = trainer(schedule=Schedule("torch_polynomial", {"total_iters": None, "power": 1.0}))
    two, _ = trained(made, epochs=2)  # 0.1, 0.05

    _, warmed = trained(made, epochs=4, resume=two.saved[0])  # 0.05, a third less, another third less

    assert warmed["measured"]["train"]["learning_rate"] == pytest.approx(0.05 / 3)


def test_a_finished_run_that_is_taken_up_again_has_the_same_result() -> None:
    first, result = trained(trainer())

    again, same = trained(trainer(), resume=first.saved[-1])

    assert same == result
    assert again.said == []


def test_a_state_of_another_trainer_is_refused() -> None:
    with pytest.raises(ValueError, match="not written by a torch trainer"):
        trained(trainer(), resume=Saved(1, State({}, {"course": []})))


def test_torch_s_chance_is_given_back_as_it_was() -> None:
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)

    trained(trainer())

    assert torch.equal(torch.rand(3), expected)


def assert_same(state: State, other: State) -> None:
    assert state.arrays.keys() == other.arrays.keys()
    for name, array in state.arrays.items():
        assert array.dtype == other.arrays[name].dtype
        np.testing.assert_array_equal(array, other.arrays[name], err_msg=name)
    assert state.values == other.values
