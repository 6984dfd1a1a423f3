"""The analysis plan as a document: what is asked of the data, how, and with which share of the error allowed."""

from analysis.registered.document.defaults import default_plan
from analysis.registered.document.estimands import NAMED, Estimand, EstimandKind
from analysis.registered.document.parsing import parse, problems_of
from analysis.registered.document.words import (
    Aim,
    Contrast,
    ContrastKind,
    Correction,
    Edge,
    Exclusion,
    Family,
    Graph,
    Looks,
    LooksKind,
    Method,
    Plan,
    Prior,
    Question,
    Role,
    Spending,
    Winsor,
)

__all__ = (
    "NAMED",
    "Aim",
    "Contrast",
    "ContrastKind",
    "Correction",
    "Edge",
    "Estimand",
    "EstimandKind",
    "Exclusion",
    "Family",
    "Graph",
    "Looks",
    "LooksKind",
    "Method",
    "Plan",
    "Prior",
    "Question",
    "Role",
    "Spending",
    "Winsor",
    "default_plan",
    "parse",
    "problems_of",
)
