"""Torch models that a setting can describe. Sizes that follow from the data (inputs, classes) may be left out.

Every factory gets the sizes of the data and its own parameters, and returns a module: samples in, predictions out (one
tensor, which is then called `output`, or a mapping of several). Where there is one last layer, its parameters are
called `head.…` and all others `body.…`. Weights are drawn from torch's chance, which is seeded by then.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from analysis.learning.torch_parts.catalogue import models as catalogued
from experiments.types import Json, JsonObject

ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid, "identity": nn.Identity,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the training data say. shape: of one sample. outputs: number of classes, or of target values."""

    shape: tuple[int, ...]
    outputs: int

    @property
    def inputs(self) -> int:
        """Numbers in one sample."""
        count = 1
        for side in self.shape:
            count *= side
        return count


class Numbers(nn.Module):
    """Samples of any number type and shape (n, ...) as (n, -1) or as they are, in the type of the weights."""

    def __init__(self, *, flat: bool) -> None:
        super().__init__()
        self.flat = flat
        self.register_buffer("like", torch.zeros(()), persistent=False)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """The same numbers."""
        return (samples.flatten(1) if self.flat else samples).to(self.like.dtype)


class Recurrent(nn.Module):
    """Reads a sequence (n, steps, features), or whole numbers (n, steps) through an embedding; answers from its end."""

    def __init__(self, sizes: Sizes, config: JsonObject) -> None:
        super().__init__()
        tokens, width, hidden = whole(config["vocabulary"]), whole(config["embedding"]), whole(config["hidden"])
        self.embedding = nn.Embedding(tokens, width) if tokens else None
        kind = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}[str(config["cell"])]
        features = width if tokens else sizes.shape[-1]
        self.reader = kind(features, hidden, num_layers=whole(config["layers"]), batch_first=True)
        self.head = nn.Linear(hidden, sizes.outputs)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Shape (n, outputs)."""
        read = self.embedding(samples.long()) if self.embedding is not None else samples
        states, _ = self.reader(read)
        return self.head(states[:, -1])


class Attentive(nn.Module):
    """A transformer's encoder over tokens (n, steps), with learned places; answers from the mean over the steps."""

    def __init__(self, sizes: Sizes, config: JsonObject) -> None:
        super().__init__()
        width, dropout = whole(config["width"]), float(str(config["dropout"]))
        self.tokens = nn.Embedding(whole(config["vocabulary"]), width)
        self.places = nn.Parameter(torch.zeros(sizes.shape[0], width))
        layer = nn.TransformerEncoderLayer(
            width, whole(config["heads"]), 4 * width, dropout, batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, whole(config["layers"]), enable_nested_tensor=False)
        self.head = nn.Linear(width, sizes.outputs)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Shape (n, outputs)."""
        read = self.tokens(samples.long()) + self.places[: samples.shape[1]]
        return self.head(self.encoder(read).mean(dim=1))


def linear(sizes: Sizes, config: JsonObject) -> nn.Module:
    """One layer: softmax regression when trained with cross-entropy, least squares with lp."""
    return _two_parts([Numbers(flat=True)], nn.Linear(sizes.inputs, sizes.outputs, bias=bool(config["bias"])))


def perceptron(sizes: Sizes, config: JsonObject) -> nn.Module:
    """Layers of `hidden` units each, with an activation, and batch norm and dropout where asked."""
    layers: list[nn.Module] = [Numbers(flat=True)]
    width = sizes.inputs
    for units in whole_numbers(config["hidden"]):
        layers += [nn.Linear(width, units), *_between(nn.BatchNorm1d, units, config)]
        width = units
    return _two_parts(layers, nn.Linear(width, sizes.outputs))


def convolutional(sizes: Sizes, config: JsonObject) -> nn.Module:
    """Blocks of convolution, activation and halving; then one layer over the mean of each channel.

    Samples (n, height, width) get one channel; (n, channels, height, width) are taken as they are; flat ones of
    a square number of values become squares.
    """
    channels, side = _image(sizes)
    layers: list[nn.Module] = [Numbers(flat=False)]
    layers += [nn.Unflatten(1, (channels, *side))] if len(sizes.shape) == 1 else []
    layers += [nn.Unflatten(1, (1, side[0]))] if len(sizes.shape) == 2 else []
    for filters in whole_numbers(config["channels"]):
        layers += [nn.Conv2d(channels, filters, whole(config["kernel"]), padding="same")]
        layers += [*_between(nn.BatchNorm2d, filters, config), nn.MaxPool2d(2, ceil_mode=True)]
        channels = filters
    return _two_parts([*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()], nn.Linear(channels, sizes.outputs))


LAYERS: Mapping[str, type[nn.Module]] = {name: getattr(nn, name) for name in catalogued.LAYERS}


def sequential(sizes: Sizes, config: JsonObject) -> nn.Module:
    """Layers of torch one after the other: `[{Linear: {in_features: 64, out_features: 10}}, ReLU]`.

    In their values `$inputs` and `$outputs` stand for the sizes of the data.
    """
    return nn.Sequential(*(_layer(written, sizes) for written in _sequence(config["layers"])))


MODELS: Mapping[str, Callable[[Sizes, JsonObject], nn.Module]] = {
    "torch_linear": linear,
    "torch_mlp": perceptron,
    "torch_cnn": convolutional,
    "torch_rnn": Recurrent,
    "torch_transformer": Attentive,
    "torch_sequential": sequential,
}


def parameter_count(model: nn.Module) -> dict[str, int]:
    """Numbers in the model: all of its parameters, those that training changes, and its buffers."""
    return {
        "parameters": sum(part.numel() for part in model.parameters()),
        "trainable": sum(part.numel() for part in model.parameters() if part.requires_grad),
        "buffers": sum(part.numel() for part in model.state_dict().values())
        - sum(part.numel() for part in model.parameters()),
    }


def whole(written: Json) -> int:
    """A whole number."""
    return int(str(written))


def whole_numbers(written: Json) -> list[int]:
    """A number, or a list of them."""
    if isinstance(written, int):
        return [written]
    return [whole(number) for number in _sequence(written)]


def _two_parts(layers: Sequence[nn.Module], head: nn.Module) -> nn.Module:
    """`body` and `head`: by these names optimisers find their parameters."""
    return nn.Sequential(OrderedDict(body=nn.Sequential(*layers), head=head))


def _between(norm: type[nn.Module], units: int, config: JsonObject) -> list[nn.Module]:
    layers: list[nn.Module] = [norm(units)] if config.get("batch_norm") else []
    layers.append(ACTIVATIONS[str(config["activation"])]())
    dropout = float(str(config.get("dropout", 0.0)))
    return [*layers, nn.Dropout(dropout)] if dropout else layers


def _image(sizes: Sizes) -> tuple[int, tuple[int, int]]:
    if len(sizes.shape) == 3:
        return sizes.shape[0], (sizes.shape[1], sizes.shape[2])
    if len(sizes.shape) == 2:
        return 1, (sizes.shape[0], sizes.shape[1])
    side = round(sizes.inputs**0.5)
    if len(sizes.shape) != 1 or side * side != sizes.inputs:
        raise ValueError(f"A sample of shape {sizes.shape} is no image: torch_cnn needs (height, width) at least.")
    return 1, (side, side)


def _layer(written: Json, sizes: Sizes) -> nn.Module:
    if isinstance(written, str):
        return LAYERS[written]()
    if not isinstance(written, Mapping) or len(written) != 1:
        raise ValueError(f"A layer is a name, or a name with its parameters, not {written!r}.")
    ((name, params),) = written.items()
    filled = _filled(params, sizes)
    return LAYERS[name](**filled) if isinstance(filled, dict) else LAYERS[name](filled)


def _filled(written: Json, sizes: Sizes) -> object:
    if isinstance(written, Mapping):
        return {key: _filled(part, sizes) for key, part in written.items()}
    if isinstance(written, list | tuple):
        return tuple(_filled(part, sizes) for part in written)
    return {"$inputs": sizes.inputs, "$outputs": sizes.outputs}.get(str(written), written)


def _sequence(written: Json) -> Sequence[Json]:
    if isinstance(written, str) or not isinstance(written, Sequence):
        raise ValueError(f"A list was expected, not {written!r}.")
    return written
