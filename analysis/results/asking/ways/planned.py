"""At looks planned beforehand: each look sees the units that were measured when it was due, and no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.registered.document import LooksKind
from analysis.results.asking.asked import Asked
from analysis.results.asking.sides import Contrasted, Side
from analysis.results.asking.ways.anytime import sum_of_means
from analysis.results.columns import Mask
from analysis.statistics.words import Estimate, NoAnswer


def planned(asked: Asked) -> Estimate:
    """The last look that is due. Looking more often changes nothing: who came after it waits for the next."""
    from analysis.statistics.sequential.group.boundaries import boundaries
    from analysis.statistics.sequential.group.spending import Spending as Spends
    from analysis.statistics.sequential.group.stopped import at_look

    looks, whole = asked.setting.looks, asked.setting.looks.units
    if looks.kind != LooksKind.PLANNED or whole is None or not looks.parts:
        raise NoAnswer("The plan says nothing of when to look: name its parts, and of how many units.")
    dues = [round(part * whole) for part in looks.parts]
    measured = np.sort(_ranks(asked))
    n = len(measured)
    reached = sum(due <= n for due in dues)
    if not reached:
        raise NoAnswer(f"The first planned look is due after {dues[0]:,} measured units; there are {n:,}.")
    bounds = boundaries(looks.parts, level=asked.level, spending=Spends(str(looks.spending), looks.parameter))
    seen = _until(asked, int(measured[dues[reached - 1] - 1]) + 1)
    value, error = sum_of_means(seen)
    return at_look(bounds, reached - 1, value, standard_error=error, n=sum(each.n for each in seen.sides))


def _ranks(asked: Asked) -> NDArray[np.int64]:
    """The places of the measured units in the order in which they came. Who was not measured yet makes no look due:
    else one could look at a part of it, again and again, by the error of all of it.
    """
    ranks: NDArray[np.int64] = asked.setting.ranks()[
        np.unique(np.concatenate([side.places for side in asked.contrast.sides]))
    ]
    return ranks


def _until(asked: Asked, due: int) -> Contrasted:
    """Who had been given an arm before that place."""
    ranks = asked.setting.ranks()
    sides = tuple(_first(side, ranks[side.places] < due) for side in asked.contrast.sides)
    for side in sides:
        if not len(side.values):
            raise NoAnswer(f"Nobody was measured in “{side.name}” by the planned look.")
    return replace(asked.contrast, sides=sides)


def _first(side: Side, mask: Mask) -> Side:
    return Side(side.name, side.values[mask], side.places[mask])
