"""Who said what of what: single values with the stimulus or the part of a page that they are about.

Tallies keep one figure for each unit; agreement needs every judgement, so those are read from the record itself, up to
where the tally was counted, and only when a plan asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analysis.results.sources import Cursor, source_of
from analysis.results.tables import rows
from analysis.statistics.words import NoAnswer
from experiments.models import Experiment

MOST: Final = 400_000
RECORD: Final = "measurements"
JUDGED: Final = """
    SELECT m.unit_id, coalesce(m.context ->> 'case', ''), coalesce(m.context ->> 'part', ''), m.value #>> '{}', m.number
    FROM experiments_measurement m JOIN experiments_measure k ON k.id = m.measure_id
    JOIN experiments_unit u ON u.id = m.unit_id
    WHERE m.experiment_id = %(experiment)s AND k.name = %(measure)s AND m.id <= %(values)s
        AND u.is_rehearsal = %(is_rehearsal)s ORDER BY m.id LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """By a unit (its key), of a case and a part of a page ("" where there is none). number: None if it is none."""

    unit: int
    case: str
    part: str
    said: str
    number: float | None


@dataclass(frozen=True, slots=True)
class Judgements:
    """Where single values are read. up_to: nothing after it."""

    experiment: Experiment
    is_rehearsal: bool
    up_to: Cursor

    def of(self, measure: str) -> list[Judgement]:
        """In the order in which they came. One query. NoAnswer for too many, or where none are kept one by one."""
        if source_of(self.experiment).name != RECORD:
            raise NoAnswer("Where a policy that learns decides for visitors, single values of stimuli are not kept.")
        asked = {
            "experiment": self.experiment.pk,
            "measure": measure,
            "values": self.up_to.values,
            "is_rehearsal": self.is_rehearsal,
            "most": MOST + 1,
        }
        found = [Judgement(*row) for row in rows(JUDGED, asked)]
        if len(found) > MOST:
            raise NoAnswer(f"There are more than {MOST:,} judgements: ask for the agreement of a part of the arms.")
        return found
