"""The prediction as one feature moves."""

from analysis.explainers.curves import accumulated as accumulated
from analysis.explainers.curves import partial as partial
