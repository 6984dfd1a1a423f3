"""Families of predictors with their own derivative. To add one: a class in this folder, a line here (docs/recipes).

from analysis.safety.models import MODELS

model = MODELS.parse({"type": "logistic"})
"""

from analysis.safety.models.estimators import ScikitLearn
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.linear import Linear, SquashedLinear
from analysis.safety.models.logistic import Logistic
from analysis.safety.models.multiclass import MulticlassLogistic
from analysis.safety.models.network import NeuralNetwork
from analysis.safety.models.torch_module import TorchModule
from analysis.safety.models.trees import DecisionTree, Forest

__all__ = [
    "MODELS",
    "DecisionTree",
    "Family",
    "Forest",
    "Linear",
    "Logistic",
    "MulticlassLogistic",
    "NeuralNetwork",
    "ScikitLearn",
    "SquashedLinear",
    "TorchModule",
]
