"""Units in blocks of neighbouring keys, each asked for alone: what is around a block changes nothing in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analysis.results.columns import Columns
from analysis.results.models import TallyBlock
from analysis.results.sources import Cursor, Part, Source


def blocks_of(source: Source, part: Part, numbers: Iterable[int], up_to: Cursor) -> Iterator[tuple[int, Columns]]:
    """Each block's number with its columns, made from the record as it was up to there; empty for one without units."""
    span = TallyBlock.SPAN
    for number in numbers:
        yield number, source.columns(replace(part, first=number * span, end=(number + 1) * span), up_to)


def all_numbers(source: Source, part: Part, up_to: Cursor) -> list[int]:
    """Of every block in which there is anything, in order."""
    return sorted(source.touched(part, Cursor(), up_to))
