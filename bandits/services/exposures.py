"""Exposures: who was shown which arm, noted in memory and stored in batches, each unit once."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.util import Finalize
from typing import Final

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction

log = logging.getLogger(__name__)
MOST_WAITING: Final = 100_000
MOST_KNOWN: Final = 200_000
BATCH: Final = 5_000
EVERY: Final = 1.0
UNITS = """
    INSERT INTO experiments_unit (uuid, experiment_id, kind, key, attributes, is_rehearsal, created_at)
    SELECT sent.uuid, e.id, e.unit_kind, sent.key, '{}', sent.is_rehearsal, sent.at
    FROM unnest(%(uuid)s::uuid[], %(experiment)s::bigint[], %(key)s::text[], %(is_rehearsal)s::boolean[],
        %(at)s::timestamptz[]) AS sent (uuid, experiment, key, is_rehearsal, at)
    JOIN experiments_experiment e ON e.id = sent.experiment
    ON CONFLICT DO NOTHING"""
ASSIGNMENTS = """
    INSERT INTO experiments_assignment (experiment_id, unit_id, version_id, arm_id, propensity, policy, policy_version,
        stratum, "row", at)
    SELECT u.experiment_id, u.id, sent.version, sent.arm, sent.propensity, 'hash', '', '', 0, sent.at
    FROM unnest(%(experiment)s::bigint[], %(key)s::text[], %(is_rehearsal)s::boolean[], %(version)s::bigint[],
        %(arm)s::bigint[], %(propensity)s::float8[], %(at)s::timestamptz[])
        AS sent (experiment, key, is_rehearsal, version, arm, propensity, at)
    JOIN experiments_unit u
        ON u.experiment_id = sent.experiment AND u.key = sent.key AND u.is_rehearsal = sent.is_rehearsal AND u.key <> ''
    WHERE EXISTS (SELECT 1 FROM experiments_version v WHERE v.id = sent.version)
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A unit saw an arm."""

    experiment: int
    is_rehearsal: bool
    key: str
    version: int
    arm: int
    propensity: float
    at: datetime


@dataclass
class Exposures:
    """Those of this process. waiting: not stored yet. dropped: nobody will ever know of them, so they are counted."""

    noted: int = 0
    stored: int = 0
    dropped: int = 0
    waiting: dict[tuple[int, bool, str], Exposure] = field(default_factory=dict)
    known: set[tuple[int, bool, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def note(self, experiment: int, is_rehearsal: bool, key: str) -> bool:
        """Whether that unit is new to this process, and there is room; then `add` it."""
        place = (experiment, is_rehearsal, key)
        if place in self.known or place in self.waiting:
            return False
        if len(self.waiting) >= MOST_WAITING:
            self.dropped += 1
            return False
        return True

    def add(self, exposure: Exposure) -> None:
        """To be stored within a second or two."""
        with self._lock:
            self.waiting[exposure.experiment, exposure.is_rehearsal, exposure.key] = exposure
            self.noted += 1
            if self._thread is None or not self._thread.is_alive():
                Finalize(self, self.flush, exitpriority=1)  # a process that multiprocessing made knows no atexit
                self._thread = threading.Thread(target=self._keep_storing, name="exposures", daemon=True)
                self._thread.start()

    def flush(self) -> int:
        """Store what waits, batch by batch; how many. What the database cannot take now waits on."""
        done = 0
        while batch := list(self.waiting.items())[:BATCH]:
            try:
                stored = _stored(batch)
            except (DatabaseError, InterfaceError):
                connection.close()
                log.warning("Exposures cannot be stored now; %s wait.", len(self.waiting))
                return done
            with self._lock:
                self._remember([place for place, _ in batch])
                self.stored += stored
                self.dropped += len(batch) - stored
            done += stored
        return done

    def _remember(self, places: Sequence[tuple[int, bool, str]]) -> None:
        for place in places:
            self.waiting.pop(place, None)
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        self.known.update(places)

    def _keep_storing(self) -> None:
        while True:
            time.sleep(EVERY)
            self.flush()
            connection.close()


def _stored(batch: Sequence[tuple[object, Exposure]]) -> int:
    """How many could be. One that never can (its arm is gone) keeps no other waiting."""
    try:
        store([exposure for _, exposure in batch])
    except IntegrityError:
        if len(batch) == 1:
            log.warning("An exposure cannot be stored: its experiment or arm is no more.")
            return 0
        middle = len(batch) // 2
        return _stored(batch[:middle]) + _stored(batch[middle:])
    return len(batch)


@transaction.atomic
def store(exposures: Sequence[Exposure]) -> None:
    """Units and their assignments; those that are there already stay as they are."""
    ordered = sorted(exposures, key=lambda one: (one.experiment, one.is_rehearsal, one.key))  # nobody waits in a circle
    sent: dict[str, list[int] | list[str] | list[bool] | list[float] | list[datetime]] = {
        "uuid": [uuid.uuid4().hex for _ in ordered],
        "experiment": [one.experiment for one in ordered],
        "key": [one.key for one in ordered],
        "is_rehearsal": [one.is_rehearsal for one in ordered],
        "version": [one.version for one in ordered],
        "arm": [one.arm for one in ordered],
        "propensity": [one.propensity for one in ordered],
        "at": [one.at for one in ordered],
    }
    with connection.cursor() as cursor:
        cursor.execute(UNITS, sent)
        cursor.execute(ASSIGNMENTS, sent)


EXPOSURES: Final = Exposures()
