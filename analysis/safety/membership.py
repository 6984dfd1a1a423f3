"""Which rows a quantity is about."""

from __future__ import annotations

import numpy as np

from analysis.safety.terms import Mask, Measure, Quantity, Samples


def members(quantity: Quantity, samples: Samples, measure: Measure) -> Mask:
    """Shape (n,): in every group of its condition, and of the labels that its measure looks at.

    KeyError for a group that nobody declared: the constraint was read against other groups.
    """
    among: Mask = np.ones(len(samples.labels), dtype=bool)
    for name in quantity.where:
        among &= samples.groups[name]
    rows = measure.rows(samples.labels, quantity.indices)
    return among if rows is None else among & rows
