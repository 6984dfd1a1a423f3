"""Families of predictors with their own derivative. To add one: a class in this folder, a line here (docs/recipes)."""

from collections.abc import Callable, Mapping

from analysis.safety.models.linear import Linear, SquashedLinear
from analysis.safety.models.logistic import Logistic
from analysis.safety.models.multiclass import MulticlassLogistic
from analysis.safety.terms import Model

__all__ = ["MODELS"]

MODELS: Mapping[str, Callable[..., Model]] = {
    model.name: model for model in (Linear, SquashedLinear, Logistic, MulticlassLogistic)
}
