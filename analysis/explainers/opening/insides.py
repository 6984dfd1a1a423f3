"""Everything that a trained model offers to explainers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.explainers.opening.affine import preparation
from analysis.explainers.opening.grown import Trees, trees_of
from analysis.explainers.opening.scores import Coefficients, Gradients, coefficients_of, gradients_of
from analysis.explainers.subjects import Capability
from analysis.learning.inference import Predictor
from analysis.learning.models.targets import Classes


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """None: the model does not have it."""

    has_probabilities: bool = False
    coefficients: Coefficients | None = None
    trees: Trees | None = None
    gradients: Gradients | None = None

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Those that are there."""
        there = {
            Capability.PROBABILITIES: self.has_probabilities,
            Capability.COEFFICIENTS: self.coefficients is not None,
            Capability.TREES: self.trees is not None,
            Capability.GRADIENTS: self.gradients is not None,
        }
        return frozenset(name for name, is_there in there.items() if is_there)


def opened(predictor: Predictor) -> Opened:
    """Probabilities alone where a preparing step stands in the way, or an estimator orders its classes otherwise."""
    is_of_probabilities = _is_of_probabilities(predictor)
    model = predictor.model
    last, before = (model.steps[-1][1] if hasattr(model, "steps") else model), preparation(predictor)
    if before is None or not _knows_the_labels(predictor, last):
        return Opened(is_of_probabilities)
    return Opened(
        is_of_probabilities,
        coefficients_of(predictor, last, before),
        trees_of(last, before),
        gradients_of(predictor, last, before),
    )


def _is_of_probabilities(predictor: Predictor) -> bool:
    """Whether its scores are probabilities, not decisions."""
    is_estimator = hasattr(predictor.model, "get_params")
    return isinstance(predictor.aim, Classes) and (not is_estimator or hasattr(predictor.model, "predict_proba"))


def _knows_the_labels(predictor: Predictor, last: Any) -> bool:
    return not hasattr(last, "classes_") or list(last.classes_) == list(predictor.labels)
