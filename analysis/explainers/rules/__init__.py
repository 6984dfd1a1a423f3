"""Conditions that decide a prediction, or hold it where it is."""

from analysis.explainers.rules import anchors as anchors
from analysis.explainers.rules import lists as lists
from analysis.explainers.rules import tree as tree
