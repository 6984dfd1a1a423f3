"""Make a person unknown for good: their id, what they wrote in words, and what their browser noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from analysis.exports.questions import asked_by
from analysis.services.exporting import discard_exports
from experiments.blueprint import Blueprint
from experiments.models import Measurement, Unit
from experiments.types import Json
from participants.capability import token_of
from participants.models import Interaction, Participant, Session, Trial, VaultEntry
from participants.reads import blueprint
from participants.services.leaving import DataChoice, delete_answers, withdraw


@dataclass(frozen=True, slots=True)
class Written:
    """Where a question takes words. parts: of its answer; "" for all of it."""

    name: str
    measure: str | None
    attribute: str | None
    parts: frozenset[str]

    def emptied(self, answer: Json) -> Json:
        """The answer without the words."""
        if "" in self.parts:
            return without_words(answer)
        if not isinstance(answer, Mapping):
            return answer
        return {key: without_words(value) if key in self.parts else value for key, value in answer.items()}

    def is_measured_as(self, measure: str) -> bool:
        """Whether a measure of that name holds words of it."""
        if self.measure is None or measure.split(".")[0] != self.measure:
            return False
        return "" in self.parts or measure.rpartition(".")[2] in self.parts


@transaction.atomic
def erase_person(participant: Participant, *, with_answers: bool = False, now: datetime) -> bool:
    """False if they were erased before: then nothing changes. Who is still at it is withdrawn first.

    with_answers: also every other answer and measurement, and what a policy had learnt from them. Otherwise numbers and
    choices stay, of nobody in particular. The pseudonym stays, so that rows of money keep their tombstone.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    if participant.erased_at is not None:
        return False
    for session in Session.objects.filter(participant=participant).select_related("experiment", "unit", "version"):
        _empty(session, with_answers=with_answers, now=now)
    VaultEntry.objects.filter(participant=participant).delete()
    participant.external_digest, participant.erased_at = "", now
    participant.save(update_fields=["external_digest", "erased_at"])
    return True


def without_words(value: Json) -> Json:
    """The same shape with every text empty.

    >>> without_words({"a": "Ada", "b": [1, "x"]})
    {'a': '', 'b': [1, '']}
    """
    if isinstance(value, str):
        return ""
    if isinstance(value, Mapping):
        return {key: without_words(each) for key, each in value.items()}
    return [without_words(each) for each in value] if isinstance(value, list) else value


def written_in(definition: Blueprint) -> list[Written]:
    """The questions of an experiment that take words."""
    found = []
    for component in (each for step in definition.steps for each in step.components):
        asked = asked_by(component, definition.languages[0])
        parts = {part.name for part in asked.parts if part.holds_free_text}
        parts |= {""} if asked.is_open else set()
        parts |= {"text"} if "other" in parts else set()  # {"value": "other", "text": …}
        if parts:
            found.append(Written(component.name, component.measure, component.attribute, frozenset(parts)))
    return found


def _empty(session: Session, *, with_answers: bool, now: datetime) -> None:
    if session.is_under_way:
        session = withdraw(token_of(session.uuid), DataChoice.KEEP, now=now)
    if with_answers:
        delete_answers(session)
    else:
        _empty_words(session, written_in(blueprint(session)))
    Interaction.objects.filter(session=session).delete()
    session.save(update_fields=["answers"])
    discard_exports(session.experiment)


def _empty_words(session: Session, written: list[Written]) -> None:
    session.answers = _emptied(session.answers, written)
    trials = list(Trial.objects.filter(session=session))
    for trial in trials:
        trial.answer = _emptied(trial.answer, written)
    Trial.objects.bulk_update(trials, ["answer"])
    _empty_measurements(session, written)
    attributes = {each.attribute for each in written if each.attribute}
    kept = session.unit.attributes if isinstance(session.unit.attributes, Mapping) else {}
    Unit.objects.filter(pk=session.unit_id).update(
        attributes={name: without_words(value) if name in attributes else value for name, value in kept.items()}
    )


def _empty_measurements(session: Session, written: Iterable[Written]) -> None:
    rows = Measurement.objects.filter(unit=session.unit).select_related("measure")
    told = [row for row in rows if any(each.is_measured_as(row.measure.name) for each in written)]
    for row in told:
        row.value = without_words(row.value)
    Measurement.objects.bulk_update(told, ["value"])


def _emptied(answers: Json, written: list[Written]) -> Json:
    kept = dict(answers) if isinstance(answers, Mapping) else {}
    for each in written:
        if each.name in kept:
            kept[each.name] = each.emptied(kept[each.name])
    return kept
