"""Tallies as columns: what is counted, read block by block, and the record as it was up to a cursor."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from analysis.results.blocks import all_numbers, blocks_of
from analysis.results.columns import Columns, joined
from analysis.results.models import Tally, TallyBlock
from analysis.results.sources import Cursor, Part, source_of
from experiments.models import Experiment

AT_ONCE = 16
MOST_COUNTED = 10_000


def tally_of(experiment: Experiment, *, is_rehearsal: bool) -> Tally | None:
    """Its row; None while nothing was counted. One query."""
    found = Tally.objects.filter(experiment=experiment, is_rehearsal=is_rehearsal).first()
    return found if found and found.at else None


def columns_of(tally: Tally, names: Collection[str] | None = None) -> Columns:
    """All units with those columns (every one for None). One query; only what is asked for stays in memory."""
    parts = (part if names is None else part.only(list(names)) for part in _blocks(tally))
    return joined(parts, n=tally.n_units)


def columns_as_of(experiment: Experiment, up_to: Cursor, *, is_rehearsal: bool) -> Columns:
    """The same from the record itself, as it was up to the cursor: what a report is reproduced from, and what is shown
    before anything was counted. Bit for bit what a tally of that cursor holds, as long as nobody was erased since.
    """
    source, part = source_of(experiment), Part(experiment, is_rehearsal)
    found = blocks_of(source, part, all_numbers(source, part, up_to), up_to)
    return joined(columns for _, columns in found)


def _blocks(tally: Tally) -> Iterator[Columns]:
    rows = TallyBlock.objects.filter(tally=tally).order_by("number").values_list("content", flat=True)
    return map(Columns.from_bytes, rows.iterator(chunk_size=AT_ONCE))
