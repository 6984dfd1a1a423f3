"""Table `long` as CSV at the database's speed: each unit's own cells by Python, once; its measurements by PostgreSQL.

To the byte what `Csv` writes of `Long.rows`; where a cell has no spelling in SQL (`spelling`), the unit's rows are
written by that. In the same snapshot, of the same units, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import connection

from analysis.exports.columns import Kind, Row
from analysis.exports.csv_format import cell_text
from analysis.exports.spelling import (
    level_cell,
    line,
    number_cell,
    said_cell,
    time_cell,
    value_cells,
    whole_cell,
)
from experiments.models import Experiment

Head = tuple[int, Row]
"""A unit's key, and the cells that each of its rows begins with."""
Slowly = Callable[[Sequence[Head]], list[str]]
"""The rows of these units as Python writes them."""

FEWEST: Final = 20
MOST: Final = 1000
ROWS: Final = 20_000
"""Units at a time: so many that a heap has about ROWS rows."""
SAID: Final = ("step", "component", "part", "case")
KNOWN: Final = "{step,component,part,case,index,round,within}"
BY_UNIT: Final = """
    SELECT unit_id, string_agg(line, '' ORDER BY id), count(*), count(line) FROM (
        SELECT m.unit_id, m.id, heads.head || ',' || names.name || ',' || {line} || E'\\r\\n' AS line
        FROM unnest(%(units)s::bigint[], %(heads)s::text[]) AS heads(unit, head)
        JOIN experiments_measurement m ON m.unit_id = heads.unit
        JOIN unnest(%(measures)s::bigint[], %(names)s::text[]) AS names(measure, name) ON names.measure = m.measure_id
        WHERE m.experiment_id = %(experiment)s) AS lines
    GROUP BY unit_id"""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit's n rows; text: None where one of them has a cell that SQL cannot spell."""

    n: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Straight:
    """names: of measures, by key. within: kinds of the factors within units. slowly: for what SQL cannot spell."""

    experiment: Experiment
    names: Mapping[int, str]
    within: Mapping[str, Kind]
    slowly: Slowly

    def pieces(self, heads: Iterator[Head]) -> Generator[tuple[int, bytes]]:
        """(rows, bytes) of each heap of units, in their order."""
        size, is_worth_it = FEWEST, True
        while heap := list(islice(heads, size)):
            if not is_worth_it:
                rows = self.slowly(heap)
                yield len(rows), "".join(rows).encode()
                continue
            found = self._spelt(heap)
            n = sum(spelt.n for spelt in found.values())
            yield n, "".join(self._written(heap, found)).encode()
            is_worth_it = 2 * sum(spelt.text is None for spelt in found.values()) <= len(heap)
            size = max(FEWEST, min(MOST, ROWS * len(heap) // max(n, 1)))

    def _written(self, heap: Sequence[Head], found: Mapping[int, Found]) -> Iterator[str]:
        for head in heap:
            spelt = found.get(head[0])
            if spelt is not None:
                yield "".join(self.slowly([head])) if spelt.text is None else spelt.text

    def _spelt(self, heap: Sequence[Head]) -> dict[int, Found]:
        asked: dict[str, Any] = {
            "experiment": self.experiment.pk,
            "units": [unit for unit, _ in heap],
            "heads": [",".join(map(cell_text, cells)) for _, cells in heap],
            "measures": list(self.names),
            "names": [cell_text(name) for name in self.names.values()],
            **{f"factor_{place}": name for place, name in enumerate(self.within)},
        }
        with connection.cursor() as cursor:
            cursor.execute(BY_UNIT.format(line=self._line()), asked)
            return {unit: Found(n, text if n == spelt else None) for unit, text, n, spelt in cursor.fetchall()}

    def _line(self) -> str:
        """From the step on. What a program sends has no place: that is short."""
        levels = [
            level_cell(f"(m.context -> 'within' -> %(factor_{place})s)", kind)
            for place, kind in enumerate(self.within.values())
        ]
        said = [said_cell(f"(m.context -> '{name}')") for name in SAID]
        index, begun = (whole_cell(f"(m.context -> '{name}')") for name in ("index", "round"))
        begun = f"CASE WHEN m.context ? 'round' THEN {begun} ELSE '0' END"
        place = line([*said, index, begun, *levels])
        nowhere = ",".join(["", "", "", "", "", "0", *("" for _ in levels)])
        value = line([value_cells("m.value", "m.number"), number_cell("m.number"), time_cell("m.at")])
        rest = f"CASE WHEN m.context - '{KNOWN}'::text[] = '{{}}' THEN '' END"
        return (
            f"CASE WHEN m.context = '{{}}' THEN '{nowhere},' || {value} || ','"
            f" WHEN jsonb_typeof(m.context) = 'object' THEN {place} || ',' || {value} || ',' || ({rest}) END"
        )
