"""All methods by key: what `Estimate.method` and `Tested.method` name, and what docs/methods.md is written from.

A new method: one entry in the module of its family here, then `python -m scripts.methods`. No NumPy: pages read this.
"""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods import (
    adaptive,
    agreement,
    anova,
    bayes,
    counts,
    means,
    multiplicity,
    planning,
    proportions,
    ranks,
    regression,
    sequential,
    trust,
)
from analysis.statistics.methods.method import Method

CHAPTERS: Final[dict[str, tuple[Method, ...]]] = {
    "Means, ratios and quantiles": means.METHODS,
    "Proportions and tables": proportions.METHODS,
    "Counts and durations": counts.METHODS,
    "Ranks and permutations": ranks.METHODS,
    "Analysis of variance and effect sizes": anova.METHODS,
    "Regression and adjustment": regression.METHODS,
    "Agreement and reliability": agreement.METHODS,
    "Valid while you look": sequential.METHODS,
    "Bayesian": bayes.METHODS,
    "Valid though a bandit allocated": adaptive.METHODS,
    "Many questions": multiplicity.METHODS,
    "Trust": trust.METHODS,
    "Planning": planning.METHODS,
}
METHODS: Final[dict[str, Method]] = {method.key: method for chapter in CHAPTERS.values() for method in chapter}

__all__ = ["CHAPTERS", "METHODS", "Method"]
