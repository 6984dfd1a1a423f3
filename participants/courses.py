"""The course of a block that chooses its stimuli: what was chosen for a session and answered, from its rows."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from analysis.planning.stimuli.looks import Look
from experiments.published import blueprint_of
from participants.errors import BrokenPage
from participants.flow.choosing import Chooser, Course
from participants.flow.timeline import Place
from participants.models import Choice, Session


@lru_cache(maxsize=32)  # each holds up to 1.6 MB
def chooser_in(version_id: int, block: str) -> Chooser:
    """A block of a version: versions never change, so each process works one out once."""
    from participants.flow.choosers import chooser_of  # NumPy: only for blocks that choose

    return chooser_of(blueprint_of(version_id), block)


def course_of(session: Session, block: str) -> Course:
    """The block as it stands in the session's present round. One query."""
    chooser = chooser_in(session.version_id, block)
    rows = Choice.objects.filter(session=session, block=block, round=session.rounds).order_by("pk")
    found = list(rows.values_list("number", "case", "chance", "outcome"))
    looks = tuple(Look(chooser.place_of(case), chance, outcome) for _, case, chance, outcome in found)
    return Course(chooser, tuple(number for number, *_ in found), looks)


def settled(session: Session, place: Place) -> Place:
    """The place with the stimulus that was chosen for it. BrokenPage if none was: a definition cannot do that."""
    if not place.chooser:
        return place
    course = course_of(session, place.chooser)
    case = course.case_at(place.repetition)
    if case is None:
        raise BrokenPage("This page cannot be shown.", hint="No stimulus was chosen for it.")
    return replace(place, case=case, course=course)
