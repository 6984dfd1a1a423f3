"""Choose the stimulus that is due, learn from its answer, and record what a block has found out.

All of it in the transaction of the answer that leads to it, under the session's lock: what was acknowledged has its
next stimulus, and showing a page again never chooses again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import isfinite

from experiments.services.measuring import Reading, insert_readings
from participants.courses import course_of
from participants.flow.choosing import Course
from participants.flow.page import Component, Page, Reply
from participants.flow.timeline import end_of_block, is_shown
from participants.models import Choice, Session
from participants.reads import base_context, index_of, places, position_from
from participants.services.readings import measure_ids


def go_on(session: Session, start: int, *, now: datetime, course: Course | None = None) -> int:
    """The first position from `start` on whose page is to be shown, its stimulus chosen; the number of places if none.

    course: of the block that the session is in, where it is known already.
    """
    stage_places = places(session)
    while (index := position_from(session, start)) < len(stage_places):
        place = stage_places[index]
        if not place.chooser:
            return index
        if course is None or course.chooser.name != place.chooser:
            course = course_of(session, place.chooser)
        if place.repetition not in course.numbers:
            if course.over():
                start = end_of_block(stage_places, index)
                continue
            course = _choose(session, course, place.repetition, now=now)
        if is_shown(replace(place, case=course.case_at(place.repetition) or {}), base_context(session)):
            return index
        start = index + 1
    return index


def _choose(session: Session, course: Course, number: int, *, now: datetime) -> Course:
    drawn = course.chooser.draw(course.looks, seed=session.seed, round_=session.rounds)
    Choice.objects.create(
        session=session,
        block=course.chooser.name,
        round=session.rounds,
        number=number,
        case=course.chooser.id_of(drawn.place),
        rule=course.chooser.block.rule.by,
        chance=drawn.chance,
        information=drawn.information,
        seed=session.seed,
        chosen_at=now,
    )
    return course.chosen(number, drawn)


def learn(session: Session, page: Page, reply: Reply, *, at: datetime) -> Course | None:
    """Take the answer of a trial into its block; None outside of such blocks. Without an answer nothing is learnt."""
    place, course = page.place, page.place.course
    if course is None or course.is_answered(place.repetition):
        return course
    asked = next((each for each in page.components if each.name == course.chooser.asks), None)
    outcome = _outcome(course, asked, reply) if asked else None
    if outcome is None:
        return course
    course = course.answered(place.repetition, outcome)
    rows = Choice.objects.filter(session=session, block=place.chooser, round=session.rounds, number=place.repetition)
    believed, entropy = course.chooser.block.estimates(course.looks), course.chooser.block.entropy(course.looks)
    rows.update(
        outcome=outcome,
        estimates={name: list(found) for name, found in believed.items() if all(map(isfinite, found))},
        entropy=entropy if entropy is not None and isfinite(entropy) else None,
        answered_at=at,
    )
    return course


def _outcome(course: Course, asked: Component, reply: Reply) -> float | None:
    answer = reply.answers.get(asked.name)
    is_scored = asked.question is not None and asked.correct is not None and answer is not None
    right = asked.question.score(answer, asked.correct) if asked.question is not None and is_scored else None
    return course.chooser.outcome(answer, right)


def finish(session: Session, course: Course, *, now: datetime) -> int:
    """Record what the block found out as measurements of the unit; how many. Twice is as good as once."""
    ids = measure_ids(session.experiment_id, session.version_id)
    name, found = course.chooser.name, course.chooser.estimates(course.looks)
    readings = [
        Reading(
            session.unit_id,
            ids[measure],
            found[estimate],
            f"{session.uuid.hex}:{name}:{session.rounds}:{estimate}",
            now,
            number=found[estimate],
            context={"step": name, "index": index_of(session), "estimate": estimate, "because": course.over()},
        )
        for estimate, measure in course.chooser.record.items()
        if estimate in found and measure in ids
    ]
    return insert_readings(session.experiment_id, readings)
