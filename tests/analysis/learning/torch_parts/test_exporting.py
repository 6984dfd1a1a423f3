"""A torch model as ONNX answers as the model does, its encodings included."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.learning.export.onnx import onnx_of
from analysis.learning.inference import predictor
from analysis.learning.torch_parts.building import ModelPlan
from experiments.types import JsonObject
from tests.analysis.learning.torch_parts.pipelines import MLP, loaders, trained, trainer

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")
pytest.importorskip("skl2onnx")
CNN: JsonObject = {"channels": [4], "kernel": 3, "activation": "relu", "batch_norm": True, "dropout": 0.1}


@pytest.mark.parametrize(("kind", "config"), [("torch_mlp", MLP), ("torch_cnn", CNN)])
def test_it_gives_the_same_labels_and_scores(kind: str, config: JsonObject) -> None:
    listener, _ = trained(trainer(model=ModelPlan(kind, config, 1)))
    ready = predictor(listener.saved[-1].state)
    samples = loaders()["validation"].dataset.all().samples.astype(np.float32)

    session = onnxruntime.InferenceSession(onnx_of(ready))
    labels, scores = session.run(["label", "scores"], {"samples": samples})

    np.testing.assert_allclose(scores, ready.scores(samples), atol=1e-5)
    np.testing.assert_array_equal(labels, ready.predict(samples))
