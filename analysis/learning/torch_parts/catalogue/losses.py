"""Losses that torch parts train by, and are measured by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from analysis.learning.components import (
    Component,
    ListOf,
    MappingOf,
    Nullable,
    Parameter,
    Real,
    Requirement,
    Text,
    component,
    register,
)  # fmt: skip
from analysis.learning.torch_parts.catalogue.declaring import PACKAGES, positive, share, values_of

if TYPE_CHECKING:
    from analysis.learning.torch_parts.losses import Loss, Sum

_CLASS_WEIGHTS = Parameter(
    Nullable(ListOf(Real(0), least=2)), "How much each class counts; null: all the same.", default=None
)
_KEYS = {
    "prediction": Parameter(Text(200, 1), "The prediction it reads.", default="output"),
    "target": Parameter(Text(200, 1), "The target it reads.", default="target"),
}

# By type: (name in LOSSES, title, parameters)
FORMULAS: Mapping[str, tuple[str, str, Mapping[str, Parameter]]] = {
    "torch_cross_entropy": ("cross_entropy", "Cross-entropy of classes, from logits", {
        "class_weights": _CLASS_WEIGHTS, "label_smoothing": share("Share of the truth that all classes divide.", 0.0),
    }),
    "torch_nll": ("nll", "Negative log-likelihood, from log-probabilities", {"class_weights": _CLASS_WEIGHTS}),
    "torch_bce": ("bce", "Binary cross-entropy, from probabilities", {}),
    "torch_bce_with_logits": ("bce_with_logits", "Binary cross-entropy, from logits", {
        "positive_weight": Parameter(Nullable(Real(0)), "How much more a positive counts.", default=None),
    }),
    "torch_lp": ("lp", "Sum of powers of the differences (LPLoss of MLgym)", {
        "exponent": positive("Power of each difference.", 2.0), "root": positive("Root of their sum.", 1.0),
    }),
    "torch_mse": ("mse", "Squared difference", {}),
    "torch_l1": ("l1", "Absolute difference", {}),
    "torch_huber": ("huber", "Squared near 0, absolute beyond", {"delta": positive("Where it changes.", 1.0)}),
    "torch_kl_divergence": ("kl_divergence", "Distance of distributions, from logits", {}),
    "torch_hinge": ("hinge", "Margin between the right class and the others", {"margin": positive("How wide.", 1.0)}),
}  # fmt: skip


def _factory(kind: str, name: str) -> Callable[..., Loss]:
    def build(*, prediction: str, target: str, **config: object) -> Loss:
        from analysis.learning.torch_parts.losses import Loss

        return Loss(
            kind,
            name,
            {key: value for key, value in values_of(config).items() if value is not None},
            prediction,
            target,
        )

    return build


for _type, (_kind, _title, _parameters) in FORMULAS.items():
    register(
        Component(
            "loss", _type, _factory(_kind, _kind), parameters={**_parameters, **_KEYS}, packages=PACKAGES, title=_title,
            meaning="One value per sample; figures are means over samples, so a short last batch counts as what it is.",
        )
    )  # fmt: skip


@component(
    "loss", "torch_sum",
    requires={"parts": Requirement("loss", "The losses by name: parts.a, parts.b.", many=True)},
    parameters={"weights": Parameter(MappingOf(Real()), "Weight of each; 1 where nothing is said.", default={})},
    packages=PACKAGES,
)  # fmt: skip
def torch_sum(*, parts: Mapping[str, Loss | Sum], weights: Mapping[str, float]) -> Sum:
    """Several losses, weighted and added up.

    Each may read another prediction and another target: a model with two heads has one loss for each.
    """
    from analysis.learning.torch_parts.losses import Sum

    if strangers := sorted(set(weights) - set(parts)):
        raise ValueError(f"weights names {', '.join(strangers)}, but the parts are {', '.join(parts)}.")
    return Sum("sum", tuple((float(weights.get(name, 1.0)), loss) for name, loss in parts.items()))
