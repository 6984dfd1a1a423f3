"""A step moves by the mean loss over its rows, however they come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.learning.running import State
from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.optimisers import Optimiser
from tests.analysis.learning.torch_parts.pipelines import MLP, loaders, trained, trainer

STILL = ModelPlan("torch_mlp", {**MLP, "dropout": 0.0}, 1)
EXACT = {"precision": "float64"}


def weights(state: State) -> np.ndarray:
    return np.concatenate([array.ravel() for name, array in state.arrays.items() if name.startswith("model.")])


def last_weights(**parts: Any) -> np.ndarray:
    listener, _ = trained(trainer(model=STILL, **parts), epochs=2)
    return weights(listener.saved[-1].state)


def test_four_batches_of_8_move_like_one_of_32_and_the_last_step_takes_what_is_left() -> None:
    one = last_weights(loaders=loaders(size=32), settings=EXACT)
    four = last_weights(loaders=loaders(size=8), settings={**EXACT, "accumulate": 4})

    np.testing.assert_allclose(four, one, rtol=1e-12)


def test_a_gradient_is_never_longer_than_clip_norm() -> None:
    plain = Optimiser("SGD", {"lr": 1.0})
    start = last_weights(optimiser=Optimiser("SGD", {"lr": 0.0}), settings=EXACT)

    listener, result = trained(
        trainer(
            model=STILL, optimiser=plain, loaders=loaders(size=90),
            settings={**EXACT, "clip_norm": 0.01, "track": ("gradient_norm",)},
        ),
        epochs=1,
    )  # fmt: skip

    assert np.linalg.norm(weights(listener.saved[-1].state) - start) == pytest.approx(0.01, rel=1e-3)
    assert result["measured"]["train"]["gradient_norm"] > 0.01  # as it was before


def test_no_number_of_it_is_larger_than_clip_value() -> None:
    start = last_weights(optimiser=Optimiser("SGD", {"lr": 0.0}), settings=EXACT)

    listener, _ = trained(
        trainer(
            model=STILL, optimiser=Optimiser("SGD", {"lr": 1.0}), loaders=loaders(size=90),
            settings={**EXACT, "clip_value": 0.002},
        ),
        epochs=1,
    )  # fmt: skip

    assert np.abs(weights(listener.saved[-1].state) - start).max() == pytest.approx(0.002)


def test_mixed_precision_learns_and_keeps_its_weights_in_32_bits() -> None:
    listener, result = trained(trainer(settings={"precision": "bfloat16_mixed"}), epochs=8)

    assert result["measured"]["train"]["loss"] < 0.8
    assert {array.dtype for name, array in listener.saved[-1].state.arrays.items() if name.startswith("model.")} == {
        np.dtype("float32")
    }


def test_a_run_that_diverges_says_so_and_keeps_no_checkpoint_of_it() -> None:
    wild = trainer(optimiser=Optimiser("SGD", {"lr": 1e30}))

    with pytest.raises(FloatingPointError, match=r"after epoch 1: training diverged\. A lower learning rate"):
        trained(wild)


def test_the_rows_of_an_epoch_are_told_about_as_they_come() -> None:
    listener, _ = trained(trainer(), epochs=1)

    said = [each for each in listener.said if each[0] == "progress"]
    assert said == [("progress", step, 4) for step in (1, 2, 3, 4)] * 2 + [("progress", 1, 2), ("progress", 2, 2)]
