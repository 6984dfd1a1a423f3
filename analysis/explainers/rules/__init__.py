"""Conditions that decide a prediction, or hold it where it is."""

from analysis.explainers.rules import anchors as anchors
