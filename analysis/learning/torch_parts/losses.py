"""Losses, one value per sample, so that an average is over samples and a short last batch counts as what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch.nn import functional

from experiments.types import JsonObject

Predictions = Mapping[str, torch.Tensor]
Targets = Mapping[str, torch.Tensor]
Formula = Callable[[torch.Tensor, torch.Tensor, JsonObject], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Loss:
    """A formula over one prediction and one target. name: what it is reported as."""

    kind: str
    name: str
    config: JsonObject
    prediction: str = "output"
    target: str = "target"

    def __call__(self, predictions: Predictions, targets: Targets) -> torch.Tensor:
        """Shape (n,): one value per sample. ValueError naming both shapes if they do not fit each other."""
        predicted, wanted = _found(predictions, self.prediction), _found(targets, self.target)
        if len(predicted) != len(wanted):
            raise ValueError(f"{self.name}: {len(predicted)} predictions for {len(wanted)} targets.")
        return LOSSES[self.kind](predicted, wanted, self.config)


@dataclass(frozen=True, slots=True)
class Sum:
    """Several losses, weighted."""

    name: str
    parts: tuple[tuple[float, Loss | Sum], ...]

    def __call__(self, predictions: Predictions, targets: Targets) -> torch.Tensor:
        """Shape (n,)."""
        (first, loss), *others = self.parts
        total = first * loss(predictions, targets)
        for weight, other in others:
            total = total + weight * other(predictions, targets)
        return total


def cross_entropy(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """From logits (n, classes, ...) and classes (n, ...) or probabilities. Class weights scale each sample's value."""
    weights = _class_weights(config, predicted)
    wanted = wanted if wanted.shape == predicted.shape else wanted.long()
    smoothing = float(str(config.get("label_smoothing", 0.0)))
    return _per_sample(
        functional.cross_entropy(predicted, wanted, weight=weights, label_smoothing=smoothing, reduction="none")
    )


def nll(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """From log-probabilities (n, classes) and classes. Unlike MLgym's it takes no second logarithm, and is averaged."""
    weights = _class_weights(config, predicted)
    return _per_sample(functional.nll_loss(predicted, wanted.long(), weight=weights, reduction="none"))


def bce(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """From probabilities in [0, 1]."""
    predicted = _alike(predicted, wanted)
    return _per_sample(functional.binary_cross_entropy(predicted, wanted.to(predicted.dtype), reduction="none"))


def bce_with_logits(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """From logits. positive_weight: how much more a positive counts."""
    predicted = _alike(predicted, wanted)
    weight = config.get("positive_weight")
    positive = None if weight is None else torch.tensor(weight, dtype=predicted.dtype, device=predicted.device)
    return _per_sample(
        functional.binary_cross_entropy_with_logits(
            predicted, wanted.to(predicted.dtype), pos_weight=positive, reduction="none"
        )
    )


def lp(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """(sum over features of |difference| ** exponent) ** (1 / root) of every sample. MLgym's LPLoss, same defaults."""
    predicted = _alike(predicted, wanted)
    powers = (predicted - wanted.to(predicted.dtype)).abs() ** float(str(config.get("exponent", 2)))
    root = float(str(config.get("root", 1)))
    total = powers.flatten(1).sum(dim=1) if powers.dim() > 1 else powers
    return total if root == 1 else total ** (1 / root)


def mse(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """Mean over the features of the squared difference."""
    predicted = _alike(predicted, wanted)
    return _per_sample(functional.mse_loss(predicted, wanted.to(predicted.dtype), reduction="none"))


def l1(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """Mean over the features of the absolute difference."""
    predicted = _alike(predicted, wanted)
    return _per_sample(functional.l1_loss(predicted, wanted.to(predicted.dtype), reduction="none"))


def huber(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """Squared near zero, absolute beyond delta."""
    predicted = _alike(predicted, wanted)
    delta = float(str(config.get("delta", 1.0)))
    return _per_sample(functional.huber_loss(predicted, wanted.to(predicted.dtype), delta=delta, reduction="none"))


def kl_divergence(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """From logits and a target distribution, summed over the classes: for learning from another model."""
    logged = functional.log_softmax(predicted, dim=1)
    return functional.kl_div(logged, wanted.to(predicted.dtype), reduction="none").flatten(1).sum(dim=1)


def hinge(predicted: torch.Tensor, wanted: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """Multi-class margin: mean over the other classes of max(0, margin - right + other)."""
    margin = float(str(config.get("margin", 1.0)))
    return functional.multi_margin_loss(predicted, wanted.long(), margin=margin, reduction="none")


LOSSES: Mapping[str, Formula] = {
    "cross_entropy": cross_entropy, "nll": nll, "bce": bce, "bce_with_logits": bce_with_logits, "lp": lp, "mse": mse,
    "l1": l1, "huber": huber, "kl_divergence": kl_divergence, "hinge": hinge,
}  # fmt: skip


def _per_sample(values: torch.Tensor) -> torch.Tensor:
    return values.flatten(1).mean(dim=1) if values.dim() > 1 else values


def _alike(predicted: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """The prediction in the target's shape: (n, 1) may stand for (n,). Nothing else is broadcast."""
    if predicted.shape == wanted.shape:
        return predicted
    if predicted.numel() == wanted.numel() and predicted.dim() == wanted.dim() + 1 and predicted.shape[-1] == 1:
        return predicted.squeeze(-1)
    raise ValueError(f"A prediction of shape {tuple(predicted.shape)} has a target of shape {tuple(wanted.shape)}.")


def _class_weights(config: JsonObject, predicted: torch.Tensor) -> torch.Tensor | None:
    weights = config.get("class_weights")
    if weights is None:
        return None
    return torch.tensor(weights, dtype=predicted.dtype, device=predicted.device)


def _found(tensors: Mapping[str, torch.Tensor], key: str) -> torch.Tensor:
    if key not in tensors:
        raise ValueError(f"There is no {key!r}; there are {', '.join(sorted(tensors))}.")
    return tensors[key]
