"""Every choice drawn again from the answers before it: the record alone must give the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isclose

from experiments.models import Experiment
from participants.choosing_reads import choices_of
from participants.courses import chooser_in
from participants.flow.choosing import Course
from participants.models import Choice

TOLERANCE = 1e-9  # of chances: other machines round otherwise


@dataclass(frozen=True, slots=True)
class Differing:
    """A choice that its answers do not lead to."""

    session: str
    block: str
    number: int
    stored: str
    drawn: str


def replay(experiment: Experiment, *, rehearsal: bool) -> tuple[int, list[Differing]]:
    """(choices looked at, those that differ)."""
    rows = choices_of(experiment, rehearsal=rehearsal).select_related("session")
    rows = rows.order_by("session", "block", "round", "pk")
    counted, found = 0, list[Differing]()
    for _, group in groupby(rows.iterator(), key=lambda row: (row.session_id, row.block, row.round)):
        course = list(group)
        counted += len(course)
        found += _differing(course)
    return counted, found


def _differing(rows: list[Choice]) -> Iterator[Differing]:
    first = rows[0]
    course = Course(chooser_in(first.session.version_id, first.block))
    for row in rows:
        drawn = course.chooser.draw(course.looks, seed=row.seed, round_=row.round)
        case = course.chooser.id_of(drawn.place)
        if case != row.case or not isclose(drawn.chance, row.chance, rel_tol=TOLERANCE):
            yield Differing(str(row.session.uuid), row.block, row.number, row.case, case)
        course = course.chosen(row.number, type(drawn)(course.chooser.place_of(row.case), row.chance, None))
        course = course if row.outcome is None else course.answered(row.number, row.outcome)
