"""Trained torch models that predict: from the weights of a kept state, on samples as the data set has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import cast

import numpy as np
import torch
from torch import nn

from analysis.learning.data.encoding import Step
from analysis.learning.data.samples import Array
from analysis.learning.inference import Predictor
from analysis.learning.models.activations import Reals
from analysis.learning.models.targets import Aim, Classes
from analysis.learning.running import State
from analysis.learning.torch_parts.batches import tensor_of
from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.evaluating import as_array
from analysis.learning.torch_parts.exporting import Answering, onnx_bytes
from analysis.learning.torch_parts.measuring import Meaning
from analysis.learning.torch_parts.models import Sizes
from analysis.learning.torch_parts.packing import unpack
from analysis.learning.torch_parts.postprocessors import PostProcessor, applied
from analysis.learning.torch_parts.precision import PRECISIONS
from analysis.learning.torch_parts.stepping import as_mapping
from experiments.types import Json, JsonObject

AT_ONCE = 1_024  # rows


def torch_predictor(state: State, before: tuple[Step, ...], aim: Aim, module: nn.Module | None = None) -> Predictor:
    """On the CPU. module: somebody's own, freshly built, which a state alone cannot name.

    ValueError if that is missing: `assembly(task).product(name)` builds it from the run's setting.
    """
    model = _weighted(module or _module(state), state)
    processors = tuple(_processor(kept) for kept in cast("Sequence[JsonObject]", state.values.get("processors", [])))
    meaning = Meaning(aim)
    dtype = PRECISIONS[str(state.values["precision"])][0]

    def scored(samples: Array) -> Reals:
        parts = [_asked(model, processors, samples[start : start + AT_ONCE], dtype)
                 for start in range(0, len(samples), AT_ONCE)]  # fmt: skip
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return cast("Reals", meaning.scores(whole))

    def as_onnx(width: int) -> bytes:
        shape = _shape(state, width)
        return onnx_bytes(Answering(deepcopy(model), processors, shape, classifies=isinstance(aim, Classes)), width)

    return Predictor(before, model, aim, scored, as_onnx=as_onnx)


def _asked(
    model: nn.Module, processors: Sequence[PostProcessor], samples: Array, dtype: torch.dtype
) -> Mapping[str, Array]:
    with torch.inference_mode():
        found = applied(processors, as_mapping(model(tensor_of(samples, dtype))))
    return {name: as_array(tensor) for name, tensor in found.items()}


def _weighted(module: nn.Module, state: State) -> nn.Module:
    packed = cast("Mapping[str, Json]", state.values["torch"])
    module.load_state_dict(cast("Mapping[str, torch.Tensor]", unpack(packed["model"], state.arrays)))
    return module.to(PRECISIONS[str(state.values["precision"])][0]).eval()


def _shape(state: State, width: int) -> tuple[int, ...]:
    """Of a sample as the model takes it; somebody's own module takes rows."""
    match state.values.get("network"):
        case {"shape": [*shape]}:
            return tuple(int(str(side)) for side in shape)
    return (width,)


def _module(state: State) -> nn.Module:
    match state.values.get("network"):
        case {"kind": str(kind), "config": Mapping() as config, "shape": [*shape], "outputs": int(outputs)}:
            sizes = Sizes(tuple(int(str(side)) for side in shape), outputs)
            return ModelPlan(kind, config, seed=0).build(sizes)
    raise ValueError("The model of this state was built by a component of its own: build it from the run's setting.")


def _processor(kept: JsonObject) -> PostProcessor:
    splits = tuple(str(split) for split in cast("Sequence[Json]", kept["splits"]))
    return PostProcessor(
        str(kept["kind"]), str(kept["name"]), str(kept["source"]), cast("JsonObject", kept["config"]), splits
    )
