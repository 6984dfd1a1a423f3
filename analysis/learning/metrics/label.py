"""A class label as a parameter."""

from analysis.learning.components import Text, Whole
from analysis.learning.components.containers import Either

LABEL = Either(Whole(), Text())
