"""When a unit's part is over: nothing more is to be measured of it, so its values are final."""

from __future__ import annotations

from typing import Final

from django.db import connection

END: Final = """
    LOCK TABLE experiments_measurement IN ROW EXCLUSIVE MODE;
    UPDATE experiments_unit SET part_end = nextval('experiments_measurement_id_seq')
    WHERE id = %s AND has_part AND part_end IS NULL"""
"""An end takes a place of its own among the ids of measurements, as if it were one, lock included. So whoever reads the
record up to a settled id sees the same ends each time, and notices a new one as it notices a new value."""


def end_part(unit_id: int) -> None:
    """Call it in the transaction of what ends the part, after its last measurement. Only the first end counts: what is
    measured of somebody who comes back was measured after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(END, [unit_id])
