"""What is minimised while the constraints hold. To add one: a class in this folder, a line here."""

from collections.abc import Callable, Mapping

from analysis.safety.objectives.losses import LogisticLoss, MulticlassLogisticLoss, SquaredLoss
from analysis.safety.terms import Objective, Regime

__all__ = ["OBJECTIVES", "USUAL"]

OBJECTIVES: Mapping[str, Callable[..., Objective]] = {
    objective.name: objective for objective in (SquaredLoss, LogisticLoss, MulticlassLogisticLoss)
}

USUAL: Mapping[Regime, str] = {
    Regime.REGRESSION: SquaredLoss.name,
    Regime.BINARY: LogisticLoss.name,
    Regime.MULTICLASS: MulticlassLogisticLoss.name,
}
"""What is minimised if nothing is said."""
