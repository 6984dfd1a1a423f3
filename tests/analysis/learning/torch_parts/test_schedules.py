"""Every learning-rate schedule of torch's, by step or by epoch."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from analysis.learning.torch_parts.catalogue.schedules import CURVES, LEFT_OUT
from analysis.learning.torch_parts.schedules import SCHEDULES, Moving, Schedule
from tests.analysis.learning.torch_parts.pipelines import trained, trainer

MADE_OTHERWISE = {"SequentialLR", "ChainedScheduler"}


def rates(schedule: Schedule, *, total: int, steps: int | None = None, rate: float = 1.0) -> list[float]:
    """Of every step or epoch, the first one included."""
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=rate, momentum=0.9)
    moving = Moving(schedule, {"optimiser": optimiser}, total)
    found = [optimiser.param_groups[0]["lr"]]
    for _ in range(steps or total):
        optimiser.step()
        moving.after_step()
        moving.after_epoch({})
        found.append(optimiser.param_groups[0]["lr"])
    return found


def test_every_one_of_torch_s_is_there() -> None:
    ours = {name for name, _, _ in CURVES.values()} | MADE_OTHERWISE
    theirs = {
        name
        for name, kind in vars(lr_scheduler).items()
        if isinstance(kind, type) and issubclass(kind, lr_scheduler.LRScheduler) and not name.startswith("_")
    }

    assert ours == theirs - {"LRScheduler"}
    assert set(CURVES) | {"torch_sequence", "torch_chain", "torch_warm_up"} == set(SCHEDULES)


@pytest.mark.parametrize("kind", CURVES)
def test_its_parameters_and_defaults_are_torch_s(kind: str) -> None:
    name, _, parameters = CURVES[kind]
    theirs = inspect.signature(getattr(lr_scheduler, name)).parameters

    assert parameters.keys() - {"factors"} == theirs.keys() - LEFT_OUT
    for key in parameters.keys() - {"factors"}:
        default = theirs[key].default
        if default is inspect.Parameter.empty:
            assert not parameters[key].is_optional or parameters[key].fallback is None
        else:
            assert parameters[key].fallback == pytest.approx(default)


def test_lengths_that_are_left_out_are_the_run_s() -> None:
    assert rates(Schedule("torch_cosine", {"T_max": None}), total=4)[-1] == pytest.approx(0.0)
    assert rates(Schedule("torch_polynomial", {"total_iters": None, "power": 1.0}), total=4) == pytest.approx(
        [1.0, 0.75, 0.5, 0.25, 0.0]
    )


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("constant", [1 / 3, 2 / 3, 1, 1, 1, 1, 1]),
        ("linear", [1 / 3, 2 / 3, 1, 0.75, 0.5, 0.25, 0]),
        ("polynomial", [1 / 3, 2 / 3, 1, 0.5625, 0.25, 0.0625, 0]),
        ("cosine", [1 / 3, 2 / 3, 1, 0.853553, 0.5, 0.146447, 0]),
        ("inverse_sqrt", [1 / 3, 2 / 3, 1, (3 / 4) ** 0.5, (3 / 5) ** 0.5, (3 / 6) ** 0.5, (3 / 7) ** 0.5]),
    ],
)
def test_a_warm_up_climbs_and_then_follows_its_curve(then: str, expected: list[float]) -> None:
    config: dict[str, Any] = {"warm_up": 2, "then": then, "lowest": 0.0, "descents": 1.0, "power": 2.0}

    assert rates(Schedule("torch_warm_up", config, per="step"), total=6) == pytest.approx(expected, abs=1e-6)


def test_a_sequence_gives_each_part_its_own_length() -> None:
    parts = (
        Schedule("torch_linear", {"start_factor": 0.5, "end_factor": 1.0, "total_iters": None}),
        Schedule("torch_polynomial", {"total_iters": None, "power": 1.0}),
    )

    found = rates(Schedule("torch_sequence", {"milestones": [2]}, parts, per="step"), total=4)

    assert found == pytest.approx([0.5, 0.75, 1.0, 0.5, 0.0])


def test_in_a_chain_multiples_multiply() -> None:
    parts = (Schedule("torch_exponential", {"gamma": 0.5}), Schedule("torch_step", {"step_size": 2, "gamma": 0.1}))

    assert rates(Schedule("torch_chain", {}, parts), total=2) == pytest.approx([1.0, 0.5, 0.025])


def test_a_table_of_multiples_keeps_its_last_one() -> None:
    assert rates(Schedule("torch_lambda", {"factors": [1.0, 0.5]}), total=3) == pytest.approx([1, 0.5, 0.5, 0.5])
    assert rates(Schedule("torch_multiplicative", {"factors": [1.0, 0.5]}), total=3) == pytest.approx(
        [1, 0.5, 0.25, 0.125]
    )


@pytest.mark.parametrize(("per", "expected"), [("epoch", 0.1 * 0.5**2), ("step", 0.1 * 0.5**12)])
def test_it_counts_what_it_says(per: str, expected: float) -> None:
    halved = Schedule("torch_exponential", {"gamma": 0.5}, per=per)

    _, result = trained(trainer(schedule=halved), epochs=3)  # 60 rows in batches of 16: 4 steps an epoch

    assert result["measured"]["train"]["learning_rate"] == pytest.approx(expected)


def test_a_plateau_is_noticed_by_the_figure_that_is_watched() -> None:
    watching = Schedule(
        "torch_plateau", {"patience": 0, "factor": 0.5, "threshold": 1e9}, watches="loss"
    )  # never better

    _, result = trained(trainer(schedule=watching), epochs=4)

    assert result["measured"]["train"]["learning_rate"] == pytest.approx(0.1 * 0.5**3)


def test_a_figure_that_nobody_measures_cannot_be_watched() -> None:
    watching = Schedule("torch_plateau", {}, watches="f2")

    with pytest.raises(ValueError, match=r"watches validation/f2, which is not measured\. Measured: train/loss"):
        trained(trainer(schedule=watching))
