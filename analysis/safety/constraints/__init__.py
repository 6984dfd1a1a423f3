"""The language of constraints: text -> tree, with positions and plain sentences for what it refuses."""

from analysis.safety.constraints.errors import ConstraintError, Span
from analysis.safety.constraints.inequality import check_delta, parse_constraint, parse_constraints
from analysis.safety.constraints.vocabulary import Vocabulary, Word

__all__ = ["ConstraintError", "Span", "Vocabulary", "Word", "check_delta", "parse_constraint", "parse_constraints"]
