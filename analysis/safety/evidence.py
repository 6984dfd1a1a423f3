"""What rows say of a quantity of supervised learning."""

from __future__ import annotations

from dataclasses import replace

from analysis.safety.pieces import members
from analysis.safety.terms import Array, Evidence, Measure, Quantity, Samples


def seen(quantity: Quantity, outputs: Array, samples: Samples, measure: Measure) -> Evidence:
    """Its values over these rows; without any row left, none."""
    among = members(quantity, samples, measure)
    values = measure.values(outputs[among], samples.labels[among], quantity.indices)
    return replace(measure.like(), values=values, rows=len(outputs))
