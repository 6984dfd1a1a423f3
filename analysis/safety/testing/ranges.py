"""Evidence with the range that the demand declares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.safety.terms import Demand, Evidence, Quantity

UNDECLARED = (-math.inf, math.inf)


def declared(demand: Demand, quantity: Quantity, evidence: Mapping[Quantity, Evidence]) -> Evidence:
    """In place of the measure's own, as far as one is declared. Without evidence: none, of no value."""
    found = evidence.get(quantity) or Evidence(np.empty(0))
    low, high = demand.ranges.get(quantity, UNDECLARED)
    return replace(
        found,
        low=found.low if low == -math.inf else low,
        high=found.high if high == math.inf else high,
    )
