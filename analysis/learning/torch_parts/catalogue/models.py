"""Torch models that a document may describe. Sizes that follow from the data are not written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from analysis.learning.components import (
    Anything,
    Component,
    Either,
    Flag,
    ListOf,
    MappingOf,
    OneOf,
    Parameter,
    Text,
    Whole,
    register,
)  # fmt: skip
from analysis.learning.components.errors import Finding
from analysis.learning.torch_parts.catalogue.declaring import PACKAGES, count, share, values_of
from experiments.problems import did_you_mean
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.torch_parts.building import ModelPlan

ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "identity")
LAYERS = (
    "Linear", "LazyLinear", "Embedding", "Flatten", "Unflatten", "Identity", "Dropout", "Dropout2d", "AlphaDropout",
    "Conv1d", "Conv2d", "Conv3d", "LazyConv1d", "LazyConv2d", "ConvTranspose1d", "ConvTranspose2d", "MaxPool1d",
    "MaxPool2d", "AvgPool1d", "AvgPool2d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LazyBatchNorm1d", "LazyBatchNorm2d", "LayerNorm",
    "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "RMSNorm", "ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU",
    "GELU", "SiLU", "Mish", "Tanh", "Sigmoid", "Softplus", "Softmax", "LogSoftmax", "Hardtanh", "Hardswish",
    "PixelShuffle", "Upsample", "ZeroPad2d",
)  # fmt: skip
_BETWEEN = {
    "activation": Parameter(OneOf(*ACTIVATIONS), "After each layer.", default="relu"),
    "batch_norm": Parameter(Flag(), "Normalise each layer over the batch.", default=False),
    "dropout": share("Share of a layer that is left out in training.", 0.0),
}
_LAYERS = ListOf(Either(Text(50, 1), MappingOf(Anything())), least=1)
_VOCABULARY = Parameter(Whole(1), "Number of tokens; they are whole numbers below it.")

# By type: (title, meaning, parameters)
PLANS: Mapping[str, tuple[str, str, Mapping[str, Parameter]]] = {
    "torch_linear": ("One layer", "Softmax regression with cross-entropy, least squares with mse.", {
        "bias": Parameter(Flag(), "With a constant.", default=True),
    }),
    "torch_mlp": ("A multi-layer perceptron", "Samples of any shape are read as one row of numbers.", {
        "hidden": Parameter(Either(Whole(1), ListOf(Whole(1))), "Units of the hidden layer, or of each.", default=64),
        **_BETWEEN,
    }),
    "torch_cnn": ("A convolutional network", (
        "Blocks of convolution, activation and halving; then one layer over the mean of each channel. Images are "
        "(height, width), (channels, height, width), or flat ones of a square number of values."), {
        "channels": Parameter(ListOf(Whole(1), least=1), "Filters of each block.", default=[16, 32]),
        "kernel": count("Side of each filter.", 3), **_BETWEEN,
    }),
    "torch_rnn": ("A recurrent network", "Reads (steps, features), or tokens; answers from the end.", {
        "cell": Parameter(OneOf("gru", "lstm", "rnn"), "What reads.", default="gru"),
        "hidden": count("Units.", 64), "layers": count("On top of each other.", 1),
        "vocabulary": count("Number of tokens; 0: samples are numbers.", 0, low=0),
        "embedding": count("Numbers per token.", 32),
    }),
    "torch_transformer": ("A small transformer", "Reads tokens (steps,); answers from the mean over the steps.", {
        "vocabulary": _VOCABULARY, "width": count("Numbers per token.", 64), "heads": count("Divides the width.", 4),
        "layers": count("On top of each other.", 2), "dropout": share("Share left out in training.", 0.0),
    }),
    "torch_sequential": ("Layers of torch, one after the other", (
        "[{Linear: {in_features: $inputs, out_features: 32}}, ReLU, "
        "{Linear: {in_features: 32, out_features: $outputs}}]; $inputs and $outputs are the sizes of the data."), {
        "layers": Parameter(_LAYERS, "Names, with their parameters."),
    }),
}  # fmt: skip


def _check_layers(config: JsonObject) -> Iterator[Finding]:
    layers = config.get("layers")
    for place, layer in enumerate(layers if isinstance(layers, list) else []):
        names = [layer] if isinstance(layer, str) else list(layer) if isinstance(layer, Mapping) else []
        if len(names) != 1:
            yield ("layers", place), "A layer is one name with its parameters.", "Write {Linear: {…}} or ReLU."
        elif names[0] not in LAYERS and names[0] not in ("sweep", "random"):
            yield ("layers", place), f"There is no layer “{names[0]}” here.", did_you_mean(names[0], LAYERS)


def _check_heads(config: JsonObject) -> Iterator[Finding]:
    width, heads = config.get("width", 64), config.get("heads", 4)
    if isinstance(width, int) and isinstance(heads, int) and heads and width % heads:
        yield ("heads",), f"{heads} heads cannot share a width of {width}.", "Choose a divisor of the width."


_CHECKS: Mapping[str, Callable[[JsonObject], Iterator[Finding]]] = {
    "torch_sequential": _check_layers,
    "torch_transformer": _check_heads,
}


def _factory(kind: str) -> Callable[..., ModelPlan]:
    def build(*, seed: int, **config: object) -> ModelPlan:
        from analysis.learning.torch_parts.building import ModelPlan

        return ModelPlan(kind, values_of(config), seed)

    return build


_PARTS = " Its parameters are called body.… and head.… (the last layer)."
_TWO_PARTS = ("torch_linear", "torch_mlp", "torch_cnn")

for _type, (_title, _meaning, _parameters) in PLANS.items():
    register(
        Component(
            "model", _type, _factory(_type), parameters=_parameters, injects=("seed",), packages=PACKAGES,
            library="torch",
            check=_CHECKS.get(_type), title=_title, meaning=f"{_meaning}{_PARTS if _type in _TWO_PARTS else ''}",
        )
    )  # fmt: skip
