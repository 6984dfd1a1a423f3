"""Answers to measurements: which measure each part of an answer belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from experiments.models import Measure
from experiments.services.measuring import Reading, number_in
from experiments.types import Json, JsonObject
from participants.displays.base import Question
from participants.flow.page import Component, Page, Reply
from participants.models import Session
from participants.reads import index_of


def readings_of(session: Session, page: Page, reply: Reply, *, at: datetime) -> list[Reading]:
    """The measurements in a reply. Values were checked when the answers were read."""
    context: dict[str, Json] = {"step": page.place.step.name, "index": index_of(session), **page.place.stimulus()}
    if session.rounds:
        context["round"] = session.rounds
    return [
        Reading(session.unit_id, measure_id, value, key, at, number=number_in(value), context={**context, **part})
        for component, question in page.questions()
        if component.spec.measure
        for measure_id, value, key, part in _parts(session, component, question, reply.answers.get(component.name))
    ]


def _parts(
    session: Session, component: Component, question: Question, answer: Json
) -> Iterator[tuple[int, Json, str, JsonObject]]:
    measure_id = measure_ids(session.experiment_id, session.version_id).get(str(component.spec.measure))
    if measure_id is None:  # a rehearsal of a measure that the draft has given up since; the trial keeps the answer
        return
    key = f"{session.uuid.hex}:{index_of(session)}:{session.rounds}:{component.name}"
    for part, value in question.measurements(answer).items() if answer is not None else ():
        asked: dict[str, Json] = {"component": component.name}
        yield measure_id, value, f"{key}.{part}" if part else key, {**asked, "part": part} if part else asked


@lru_cache(maxsize=256)
def measure_ids(experiment_id: int, version_id: int) -> Mapping[str, int]:
    """{name: primary key} of the experiment's measures, read once per process and version, which never changes."""
    return dict(Measure.objects.filter(experiment_id=experiment_id).values_list("name", "pk"))
