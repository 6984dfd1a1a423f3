"""Safety sets and their uses, safety tests and their results, what experiments demand, and re-tests."""

from analysis.assurance.models.demand import Demand
from analysis.assurance.models.retest import Delivery, Retest
from analysis.assurance.models.safety_set import SafetySet, SafetyUse
from analysis.assurance.models.safety_test import SafetyResult, SafetyTest

__all__ = ("Delivery", "Demand", "Retest", "SafetyResult", "SafetySet", "SafetyTest", "SafetyUse")
