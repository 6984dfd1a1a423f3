"""Whose episodes they are: several of one person hang together, and no bound may count them as independent."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import is_text, missing
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.testing.resemblance import Marks, mixed, row_marks

TAKEN_AS_FREE: Final = (
    "Episodes count as independent. Where one person may have several, say which column tells people apart (unit)."
)
IN_ORDER: Final = (
    "The policy learnt while it played: the bounds take episodes in their order and need no independence of people."
)


def by_unit(recorded: Recorded, column: str) -> Recorded:
    """With each episode's unit, if a column names it, and what is to be said of that. NotUsable for gaps in it.

    Records of a policy that learnt are bounded in their order, as means over the test's period given all that came
    before (decision 0097): for that nobody's episodes need to be independent, and none may change its place.
    """
    values = recorded.attributes.column(column, "unit") if column else None
    if recorded.is_adaptive:
        return replace(recorded, remarks=(*recorded.remarks, IN_ORDER)) if column else recorded
    if values is None:
        return recorded if recorded.are_apart else replace(recorded, remarks=(*recorded.remarks, TAKEN_AS_FREE))
    if (gone := missing(values)).any():
        said = f"“{column}” names nobody in {int(gone.sum())} of {len(gone)} episodes."
        raise NotUsable([(("unit",), said, "Leave these episodes out, or give each a name of its own.")])
    among, of = np.unique(values.astype(str) if is_text(values) else values, return_inverse=True)
    n = len(recorded.episodes)
    if len(among) == n:
        return recorded
    said = f"{n:,} episodes of {len(among):,} units ({column}): each unit is on one side, and counts once, by its mean."
    episodes = replace(recorded.episodes, units=of.reshape(-1).astype(np.intp))
    return replace(recorded, episodes=episodes, remarks=(*recorded.remarks, said))


def episode_marks(recorded: Recorded) -> Marks:
    """One number for each episode, shape (n,): of all that was seen, done and earned in it, and of its attributes."""
    episodes = recorded.episodes
    parts = {"seen": episodes.observations, "done": episodes.actions, "earned": episodes.rewards}
    steps = {f"{name} {k}": part[:, k] for name, part in parts.items() for k in range(part.shape[1])}
    by_step = row_marks({**steps, "chance": episodes.chances, "place": episodes.steps().astype(np.float64)})
    marks = np.add.reduceat(by_step, episodes.starts[:-1])
    columns = recorded.attributes.columns
    return mixed(marks + row_marks(columns)) if columns else mixed(marks)


def of_units(marks: Marks, units: NDArray[np.intp] | None) -> Marks:
    """One number for each unit, shape (count,), of its episodes whatever their order."""
    if units is None:
        return marks
    found: Marks = np.zeros(int(units.max()) + 1, dtype=np.uint64)
    np.add.at(found, units, marks)
    return mixed(found)
