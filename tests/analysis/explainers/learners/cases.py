"""Eight rows of three flags that one can count by hand, and larger tables that one cannot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from analysis.explainers.learners.antecedents import Evidence, Mining, mined
from analysis.explainers.rules.predicates import Predicate
from analysis.explainers.subjects import Reals
from analysis.learning.data.features import Feature, FeatureKind

FACTS = json.loads((Path(__file__).parents[1] / "reference" / "shallow_tree.json").read_text())["X14"]
TABLE = np.array(FACTS["rows_a_b_c_y"])
EIGHT, CLASSES = TABLE[:, :3].astype(float), TABLE[:, 3]
FLAGS = tuple(Feature(name=name, kind=FeatureKind.FLAG) for name in "abc")
A, B, C = (Predicate(place, 0.5, 1.5) for place in range(3))


def flags(*antecedents: tuple[Predicate, ...]) -> Evidence:
    """These antecedents, of the eight rows."""
    holds = np.array([np.all([each.holds(EIGHT) for each in one], axis=0) for one in antecedents])
    return Evidence(antecedents, holds, CLASSES, 2)


def noisy(seed: int, n: int = 60, width: int = 3) -> Evidence:
    """Antecedents of numbers, of which the classes are told with errors."""
    rng = np.random.default_rng(seed)
    rows: Reals = rng.normal(size=(n, width))
    targets = ((rows[:, 0] > 0.2) & (rows[:, 1] < 0.8)).astype(np.intp)
    targets[rng.random(n) < 0.15] ^= 1
    features = tuple(Feature(name=f"x{place}") for place in range(width))
    return mined(rows, targets, features, 2, Mining(parts=3, longest=2, support=0.1, most=12))
