"""How much is computed for one request: an answer takes a moment, and nobody keeps the server from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.statistics.methods.door import Cell, Door
from analysis.toolbox.computing.problems import BadInput, Problem

MOST_CELLS = 200_000
WAY_ON = "./machina manage statistics takes as many as there are."


def require_small(door: Door, columns: Mapping[str, Sequence[Cell]]) -> None:
    """BadInput for more rows than the method bears over the web, or more cells than any does."""
    rows = max((len(cells) for cells in columns.values()), default=0)
    if rows > door.most_rows:
        raise BadInput(
            [Problem(f"There are {rows:,} rows; here this method reads at most {door.most_rows:,}. {WAY_ON}")]
        )
    cells = sum(len(each) for each in columns.values())
    if cells > MOST_CELLS:
        raise BadInput([Problem(f"There are {cells:,} cells; here at most {MOST_CELLS:,} are read. {WAY_ON}")])
