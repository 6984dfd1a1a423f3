"""Safety sets and their uses, safety tests and their results, what experiments require, and re-tests."""

from analysis.assurance.models.requirement import Requirement
from analysis.assurance.models.retest import Delivery, Retest
from analysis.assurance.models.safety_set import SafetySet, SafetyUse
from analysis.assurance.models.safety_test import SafetyResult, SafetyTest

__all__ = ("Delivery", "Requirement", "Retest", "SafetyResult", "SafetySet", "SafetyTest", "SafetyUse")
