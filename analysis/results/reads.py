"""Tallies as columns: what is counted, read block by block, and the record as it was up to a cursor."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from typing import TYPE_CHECKING

import numpy as np

from analysis.results.blocks import all_numbers, blocks_of
from analysis.results.columns import Columns, Keys, joined
from analysis.results.keeping.kept import Kept, added
from analysis.results.keeping.needs import Need
from analysis.results.models import Tally, TallyBlock, TallySum
from analysis.results.sources import Cursor, Part, source_of
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from analysis.results.asking.additive import Seen

AT_ONCE = 16  # blocks that are in memory together


def tally_of(experiment: Experiment, *, is_rehearsal: bool) -> Tally | None:
    """Its row; None while nothing was counted. One query."""
    found = Tally.objects.filter(experiment=experiment, is_rehearsal=is_rehearsal).first()
    return found if found and found.at else None


def columns_of(tally: Tally, names: Collection[str] | None = None) -> Columns:
    """All units with those columns (every one for None). One query; only what is asked for stays in memory."""
    parts = (part if names is None else part.only(names.__contains__) for _, part in _blocks(tally))
    return joined(parts, n=tally.n_units)


def columns_seen(tally: Tally, seen: Seen) -> Columns:
    """All units with what must be seen of each. One query."""
    return joined((part.only(seen.has, seen.attributes) for _, part in _blocks(tally)), n=tally.n_units)


def sums_of(tally: Tally) -> Kept | None:
    """Of all units, of what was asked for when it was counted; None where no sums are kept. One query."""
    found = list(_read(TallySum.objects.filter(tally=tally, level=TallySum.TOP)))
    return added(found, found[0].needs) if found else None


def sums_without(tally: Tally, needs: Sequence[Need], out: Keys) -> tuple[Kept, Keys]:
    """Of all units but those; and who of them is there. out: ascending. Blocks that hold one of them are added up anew,
    few in memory at once: an outlier that was added and taken back would leave its rounding behind.
    """
    touched = {int(number) for number in np.unique(out // TallyBlock.SPAN)}
    found: list[Keys] = []
    parts: list[Kept] = []
    for _, columns in _blocks(tally, touched):
        is_out = np.isin(columns.keys, out)
        found.append(columns.keys[is_out])
        parts = _folded([*parts, Kept.of(columns.where(~is_out), needs)], needs)
    for kept in _beside(tally, touched):
        parts = _folded([*parts, kept], needs)
    return added(parts, needs), np.concatenate([*found, np.empty(0, dtype=np.int64)])


def _folded(parts: list[Kept], needs: Sequence[Need]) -> list[Kept]:
    return [added(parts, needs)] if len(parts) > TallySum.FANOUT else parts


def _beside(tally: Tally, touched: Set[int]) -> Iterator[Kept]:
    """The largest sums that hold none of these blocks: together everything else. One query for each level."""
    within: set[int] | None = None
    for level in range(TallySum.TOP, -1, -1):
        holding = {number // TallySum.FANOUT**level for number in touched}
        rows = TallySum.objects.filter(tally=tally, level=level).exclude(number__in=holding)
        if within is not None:
            fan = range(TallySum.FANOUT)
            rows = rows.filter(number__in=[number * TallySum.FANOUT + place for number in within for place in fan])
        yield from _read(rows)
        within = holding


def _read(rows: QuerySet[TallySum]) -> Iterator[Kept]:
    contents = rows.order_by("number").values_list("content", flat=True)
    return (Kept.from_bytes(content) for content in contents.iterator(chunk_size=AT_ONCE))


def columns_as_of(experiment: Experiment, up_to: Cursor, *, is_rehearsal: bool) -> Columns:
    """The same from the record itself, as it was up to the cursor: what a report is reproduced from, and what is shown
    before anything was counted. Bit for bit what a tally of that cursor holds, as long as nobody was erased since.
    """
    source, part = source_of(experiment), Part(experiment, is_rehearsal)
    found = blocks_of(source, part, all_numbers(source, part, up_to), up_to)
    return joined(columns for _, columns in found)


def _blocks(tally: Tally, numbers: Collection[int] | None = None) -> Iterator[tuple[int, Columns]]:
    rows = TallyBlock.objects.filter(tally=tally).order_by("number")
    rows = rows if numbers is None else rows.filter(number__in=numbers)
    found = rows.values_list("number", "content").iterator(chunk_size=AT_ONCE)
    return ((number, Columns.from_bytes(content)) for number, content in found)
