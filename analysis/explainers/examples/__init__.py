"""Rows of the data in the place of reasons: those that resemble the sample, or stand for many."""

from analysis.explainers.examples import nearest as nearest
from analysis.explainers.examples import prototypes as prototypes
