"""A torch model of one's own: a factory with `@component` above it, which a document names by its path.

With ALLOWED_CODE=examples in the environment of the server and its workers:

    network: {kind: model, type: "examples.own_torch.network:residual", config: {width: 32, blocks: 2}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import Parameter, Requirement, Whole, component

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from analysis.learning.data.loading import Loader


@component(
    "model",
    "residual",
    requires={"loaders": Requirement("loaders", "What the sizes of its layers follow from.")},
    parameters={
        "width": Parameter(Whole(1, 4096), "Units of each layer.", default=32),
        "blocks": Parameter(Whole(1, 100), "Layers whose input is added to their output.", default=2),
    },
    injects=("seed",),
    packages=("torch",),
)
def residual(*, loaders: Mapping[str, Loader], width: int, blocks: int, seed: int) -> nn.Module:
    """A residual network.

    Its first weights follow from the seed of this component in this run, as those of our own models do.
    """
    import torch

    from analysis.learning.torch_parts.chance import borrowed
    from examples.own_torch.layers import Residual

    train = loaders["train"].dataset
    inputs, outputs = train.all().samples[0].size, len(train.labels())
    with borrowed(seed, torch.device("cpu")):
        return Residual(inputs, width, blocks, outputs)
