"""What is minimised while the constraints hold. To add one: a class in this folder, a line here.

from analysis.safety.objectives import OBJECTIVES, USUAL

objective = OBJECTIVES.parse({"type": "logistic_loss", "penalty": 0.01})
"""

from collections.abc import Mapping

from analysis.safety.objectives.averages import AverageMeasure, ErrorRate
from analysis.safety.objectives.loss import OBJECTIVES, Loss
from analysis.safety.objectives.losses import LogisticLoss, MulticlassLogisticLoss, SquaredLoss
from analysis.safety.terms import Regime

__all__ = [
    "OBJECTIVES",
    "USUAL",
    "AverageMeasure",
    "ErrorRate",
    "LogisticLoss",
    "Loss",
    "MulticlassLogisticLoss",
    "SquaredLoss",
]

USUAL: Mapping[Regime, str] = {
    Regime.REGRESSION: SquaredLoss.name,
    Regime.BINARY: LogisticLoss.name,
    Regime.MULTICLASS: MulticlassLogisticLoss.name,
}
"""What is minimised if nothing is said."""
