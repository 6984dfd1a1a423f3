"""A kept state predicts by itself what the run predicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from analysis.learning.data.dataset import dataset
from analysis.learning.data.loading import Loader
from analysis.learning.data.samples import Array
from analysis.learning.inference import predictor
from analysis.learning.states import read_state, state_bytes
from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.models import MODELS
from analysis.learning.torch_parts.postprocessors import PostProcessor
from experiments.types import JsonObject
from tests.analysis.learning.torch_parts.pipelines import loaders, trained, trainer

CONFIGS: dict[str, JsonObject] = {
    "torch_linear": {"bias": True},
    "torch_mlp": {"hidden": 8, "activation": "gelu", "batch_norm": True, "dropout": 0.1},
    "torch_cnn": {"channels": [4], "kernel": 3, "activation": "relu", "batch_norm": True, "dropout": 0.0},
    "torch_rnn": {"cell": "gru", "hidden": 8, "layers": 1, "vocabulary": 0, "embedding": 4},
    "torch_sequential": {
        "layers": [{"Linear": {"in_features": "$inputs", "out_features": 8}}, "ReLU", {"LazyLinear": "$outputs"}]
    },
}


@pytest.mark.parametrize("kind", CONFIGS)
def test_from_the_file_of_a_checkpoint_alone(kind: str) -> None:
    made = trainer(
        model=ModelPlan(kind, CONFIGS[kind], 1), loaders=as_sequences() if kind == "torch_rnn" else loaders()
    )
    listener, result = trained(made)
    validation = made.loaders["validation"].dataset.all()

    ready = predictor(read_state(state_bytes(listener.saved[-1].state)))
    scores = ready.scores(validation.samples)

    assert np.allclose(scores.sum(axis=1), 1)
    loss = -np.log(scores[np.arange(len(scores)), validation.targets]).mean()
    assert loss == pytest.approx(result["measured"]["validation"]["loss"], rel=1e-4)
    assert set(ready.predict(validation.samples)) <= set(ready.labels)


def test_every_model_but_those_over_tokens_is_tried() -> None:
    assert MODELS.keys() == CONFIGS.keys() | {"torch_transformer"}


def test_tokens_are_read_by_a_transformer_and_through_an_embedding() -> None:
    transformer: JsonObject = {"vocabulary": 9, "width": 8, "heads": 2, "layers": 1, "dropout": 0.0}
    embedding: JsonObject = {"cell": "lstm", "hidden": 8, "layers": 1, "vocabulary": 9, "embedding": 4}

    for kind, config in (("torch_transformer", transformer), ("torch_rnn", embedding)):
        _, result = trained(trainer(model=ModelPlan(kind, config, 1), loaders=as_tokens()), epochs=1)
        assert result["model"]["parameters"] > 0


def test_a_post_processor_called_scores_decides() -> None:
    halved = (
        PostProcessor("softmax", "shares", "output", {"dimension": 1}),
        PostProcessor("identity", "scores", "shares"),
    )
    listener, _ = trained(trainer(processors=halved))

    ready = predictor(listener.saved[-1].state)

    samples = loaders()["validation"].dataset.all().samples
    assert np.allclose(ready.scores(samples).sum(axis=1), 1)


def test_somebody_s_own_module_is_trained_and_resumed_but_not_named_by_its_state() -> None:
    torch.manual_seed(3)
    own = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    listener, result = trained(trainer(model=own))

    assert result["model"] == {"name": "Sequential", "parameters": 43, "trainable": 43, "buffers": 0}
    with pytest.raises(ValueError, match="built by a component of its own"):
        predictor(listener.saved[-1].state)


def as_sequences() -> dict[str, Loader]:
    """Each sample as two steps of two numbers."""
    return changed(lambda samples: samples.reshape(len(samples), 2, 2))


def as_tokens() -> dict[str, Loader]:
    """Each number as one of nine words."""
    return changed(lambda samples: np.clip(samples.astype(np.float64) * 2 + 4, 0, 8).astype(np.int64))


def changed(change: Callable[[Array], Array]) -> dict[str, Loader]:
    return {
        name: replace(each, dataset=dataset(change(each.dataset.all().samples), each.dataset.targets))
        for name, each in loaders().items()
    }
