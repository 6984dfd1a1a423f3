"""The contenders of this house: importing them registers them."""

from analysis.safety.curves.baselines import Estimator, Fairlearn, Linear, Logistic
from analysis.safety.curves.contenders import CONTENDERS, Chance, Safe, Unconstrained

__all__ = ["CONTENDERS", "Chance", "Estimator", "Fairlearn", "Linear", "Logistic", "Safe", "Unconstrained"]
