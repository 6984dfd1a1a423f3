"""The words that the parts of this room share: constraints, evidence, bounds, models, problems, candidates.

Everything is a value: nothing here keeps state between two calls.
"""

from analysis.safety.terms.arrays import Array, Mask, Rows
from analysis.safety.terms.bounds import Bound, Demand, Foresight, MomentBound, Prediction
from analysis.safety.terms.constraints import (
    Budget,
    Constant,
    Constraint,
    Interval,
    Leaf,
    Node,
    Operation,
    Quantity,
    Share,
)
from analysis.safety.terms.evidence import Evidence, Measure, Risk, Samples
from analysis.safety.terms.models import Fitted, Linked, LinkedObjective, Model, Objective
from analysis.safety.terms.outcomes import Candidate, Optimiser, Outcome, Reading, Trace, Verdict, Watch
from analysis.safety.terms.problems import Coordinates, Divisible, Look, Problem, Standardised, Subject
from analysis.safety.terms.regimes import Mode, Regime

__all__ = [
    "Array",
    "Bound",
    "Budget",
    "Candidate",
    "Constant",
    "Constraint",
    "Coordinates",
    "Demand",
    "Divisible",
    "Evidence",
    "Fitted",
    "Foresight",
    "Interval",
    "Leaf",
    "Linked",
    "LinkedObjective",
    "Look",
    "Mask",
    "Measure",
    "Mode",
    "Model",
    "MomentBound",
    "Node",
    "Objective",
    "Operation",
    "Optimiser",
    "Outcome",
    "Prediction",
    "Problem",
    "Quantity",
    "Reading",
    "Regime",
    "Risk",
    "Rows",
    "Samples",
    "Share",
    "Standardised",
    "Subject",
    "Trace",
    "Verdict",
    "Watch",
]
