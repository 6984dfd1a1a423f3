"""The record as CSV beside COPY of the same columns and rows by PostgreSQL itself: part of `bench.analysing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.analysing import MEASURES, peak, say, timed

if TYPE_CHECKING:
    from experiments.models import Experiment

COPIED = """COPY (SELECT u.uuid AS unit, u.is_rehearsal, {added} r.name AS arm, a.propensity, v.number AS version,
    r.levels ->> 'frame' AS "factor.frame", s.name AS measure, m.context ->> 'step' AS step,
    m.context ->> 'component' AS component, m.context ->> 'part' AS part, m.context ->> 'case' AS case,
    m.context ->> 'index' AS index, coalesce(m.context ->> 'round', '0') AS round, m.value #>> '{{}}' AS value,
    jsonb_typeof(m.value) AS value_type, m.number, m.at, nullif(m.context, '{{}}') AS context
    FROM experiments_measurement m JOIN experiments_unit u ON u.id = m.unit_id
    JOIN experiments_assignment a ON a.unit_id = u.id JOIN experiments_arm r ON r.id = a.arm_id
    JOIN experiments_version v ON v.id = a.version_id JOIN experiments_measure s ON s.id = m.measure_id
    WHERE m.experiment_id = {experiment} AND NOT u.is_rehearsal ORDER BY m.unit_id, m.id)
    TO STDOUT (FORMAT csv, HEADER)"""


def exporting(experiment: Experiment, units: int) -> None:
    """The whole record as CSV, to nowhere; beside COPY of the same columns and rows by the database itself."""
    from analysis.exports import Options
    from analysis.exports.stream import Download, Request

    def whole() -> int:
        download = Download(experiment, Request("long", "csv", Options()))
        return sum(len(piece) for piece in download)

    runs = [(timed(whole, once=True), timed(lambda: copied(experiment), once=True)) for _ in range(3)]
    (size, ours), (other, theirs) = (min((run[place] for run in runs), key=lambda each: each[1]) for place in (0, 1))
    n = units * MEASURES + 2000
    say(f"exported as CSV, long: {n / ours:,.0f} rows a second, {size / 1e6:.0f} MB; memory so far {peak():.0f} MB")
    say(f"COPY of the same columns and rows: {n / theirs:,.0f} rows a second, {other / 1e6:.0f} MB")
    say(f"ours is {theirs / ours:.2f} of COPY's speed")


class Nowhere:
    """Counts what is written to it."""

    size = 0

    def write(self, piece: bytes) -> int:
        """As a file does."""
        self.size += len(piece)
        return len(piece)


def copied(experiment: Experiment) -> int:
    """Bytes of PostgreSQL's own spelling; columns that rooms above add are empty here, as they are in ours."""
    from django.db import connection

    from analysis.exports.unit_columns import added_columns

    added = "".join(f'NULL AS "{column.name}", ' for column in added_columns("long"))
    out = Nowhere()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(COPIED.format(added=added, experiment=experiment.pk), out)
    return out.size
