"""Small torch pipelines for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.learning.data.dataset import dataset
from analysis.learning.data.loading import Loader
from analysis.learning.data.samplers import Random
from analysis.learning.running import Saved, Task
from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.optimisers import Optimiser
from analysis.learning.torch_parts.settings import Settings
from analysis.learning.torch_parts.trainer import TorchTrainer
from experiments.types import JsonObject
from tests.analysis.learning.functions.listening import Listener

MLP: JsonObject = {"hidden": [16], "activation": "relu", "dropout": 0.25, "batch_norm": False}


def loaders(*, rows: int = 90, size: int = 16, per_epoch: int | None = None) -> dict[str, Loader]:
    """Three blobs in four dimensions, to train and to validate."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, rows)
    samples = rng.normal(size=(rows, 4)) + labels[:, None] * np.array([1.0, -1.0, 0.5, 0.0])
    train = dataset(samples[: rows * 2 // 3], labels[: rows * 2 // 3])
    held = dataset(samples[rows * 2 // 3 :], labels[rows * 2 // 3 :])
    return {"train": Loader(train, size, Random(5), per_epoch=per_epoch), "validation": Loader(held, size)}


def trainer(*, settings: dict[str, Any] | None = None, **parts: Any) -> TorchTrainer:
    """An MLP with drop-out, unless said otherwise."""
    given: dict[str, Any] = {
        "loaders": loaders(),
        "model": ModelPlan("torch_mlp", MLP, 1),
        "loss": None,
        "optimiser": Optimiser("SGD", {"lr": 0.1, "momentum": 0.9}),
        "seed": 7,
        "settings": Settings(**(settings or {})),
    }
    return TorchTrainer(**{**given, **parts})


def trained(
    made: TorchTrainer, *, epochs: int = 3, resume: Saved | None = None, stops_after: int | None = None
) -> tuple[Listener, dict[str, Any]]:
    """What was said, and the result."""
    listener = Listener(stops_after=stops_after)
    return listener, dict(made.train(Task({}, seed=1, epochs=epochs, resume=resume), listener))
