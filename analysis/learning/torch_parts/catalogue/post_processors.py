"""What is made of predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from analysis.learning.components import Component, ListOf, OneOf, Parameter, Real, Text, Whole, register
from analysis.learning.torch_parts.catalogue.declaring import PACKAGES, texts, values_of

if TYPE_CHECKING:
    from analysis.learning.torch_parts.postprocessors import PostProcessor

_DIMENSION = Parameter(Whole(-4, 4), "Along which axis.", default=1)

# By type: (name in POSTPROCESSORS, title, parameters)
PROCESSORS: Mapping[str, tuple[str, str, Mapping[str, Parameter]]] = {
    "torch_softmax": ("softmax", "Probabilities from logits", {"dimension": _DIMENSION}),
    "torch_argmax": ("argmax", "The class with the highest value", {"dimension": _DIMENSION}),
    "torch_sigmoid": ("sigmoid", "A probability from one logit", {}),
    "torch_binarise": ("binarise", "1 above a threshold, 0 else", {
        "threshold": Parameter(Real(), "The threshold itself is 0.", default=0.5),
    }),
    "torch_min_or_max": ("min_or_max", "The lowest or the highest value", {
        "take": Parameter(OneOf("min", "max"), "Which.", default="max"), "dimension": _DIMENSION,
    }),
    "torch_squeeze": ("squeeze", "Without a last axis of length 1", {}),
    "torch_identity": ("identity", "The same under another name", {}),
}  # fmt: skip
_NAMES = {
    "source": Parameter(Text(200, 1), "The prediction it reads.", default="output"),
    "name": Parameter(Text(200, 1), "The prediction it adds; what is called “scores” is measured.", default="scores"),
    "splits": Parameter(ListOf(Text(200, 1)), "Where; none: everywhere.", default=[]),
}


def _factory(kind: str) -> Callable[..., PostProcessor]:
    def build(*, source: str, name: str, splits: list[str], **config: object) -> PostProcessor:
        from analysis.learning.torch_parts.postprocessors import PostProcessor

        return PostProcessor(kind, name, source, values_of(config), texts(splits))

    return build


for _type, (_kind, _title, _parameters) in PROCESSORS.items():
    register(
        Component(
            "post_processor", _type, _factory(_kind), parameters={**_parameters, **_NAMES}, packages=PACKAGES,
            title=_title, meaning="Reads one prediction and adds another, before losses and metrics.",
        )
    )  # fmt: skip
