"""Which rows a quantity is about, and how each of them enters it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.safety.channels import Channel, Column, Measured, Output
from analysis.safety.measures.kinds import Affine, Line
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


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows whose values are offset + scale * the channel's."""

    mask: Mask
    channel: Channel
    scale: float = 1.0
    offset: float = 0.0


def pieces(quantity: Quantity, samples: Samples, measure: Measure, classes: int) -> list[Piece]:
    """Together the whole quantity, no row twice. measure: Affine or Everywhere."""
    mask = members(quantity, samples, measure)
    if isinstance(measure, Affine):
        lines = measure.lines(quantity.indices, classes)
        if isinstance(lines, Line):
            return [_piece(mask, lines, classes)]
        return [_piece(mask & (samples.labels == label), line, classes) for label, line in enumerate(lines)]
    return [Piece(mask, Measured(measure, quantity.indices))]


def _piece(mask: Mask, line: Line, classes: int) -> Piece:
    return Piece(mask, Column(line.column) if classes > 2 else Output(), line.scale, line.offset)
