"""Whose episodes they are: several of one person hang together, and no bound may count them as independent."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import is_text, missing
from analysis.safety.reinforcement.source import Recorded

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
        return (
            recorded
            if not recorded.attributes.columns
            else replace(recorded, remarks=(*recorded.remarks, TAKEN_AS_FREE))
        )
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
