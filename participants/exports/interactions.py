"""Table `interactions`: what browsers noticed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import cast

from django.db.models import QuerySet

from analysis.exports.columns import Column, Kind, Row
from analysis.exports.designs import design_of
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from analysis.exports.units import beside, first
from experiments.models import Experiment
from participants.exports.sessions import head_columns
from participants.exports.trials import head_of
from participants.models import Interaction

FIELDS = ("session_id", "seq", "index", "kind", "at_ms", "received_at", "payload")


class Interactions:
    """Focus, blur, paste, first actions: in the order that each browser counted them."""

    name = "interactions"
    title = "Interactions: what browsers noticed"
    description = "Focus and blur, paste, first input and the like, with the browser's own times."
    position = 40

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Session, arm, what happened."""
        return (
            *head_columns(design_of(experiment)),
            Column("seq", Kind.INTEGER, "The browser's own count, from 1.", low=1),
            Column("index", Kind.INTEGER, "Place of the page in the timeline, as the browser knew it.", low=0),
            Column("kind", Kind.TEXT, "What it noticed."),
            Column("at_ms", Kind.NUMBER, "When, since the page was shown, by the browser's clock.", unit="ms"),
            Column("received_at", Kind.TIME, "When the server heard of it."),
            Column("payload", Kind.JSON, "More about it.", holds_free_text=True),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return _interactions(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """By session, then by the browser's count."""
        rows = _interactions(experiment, options).order_by("session_id", "seq").values_list(*FIELDS)
        sessions, again = tee(head_of(experiment).rows(experiment, options))
        stored = beside((pk for pk, _ in again), rows.iterator(chunk_size=CHUNK), first)
        for (_, cells), (_, found) in zip(sessions, stored, strict=True):
            for interaction in found:
                yield (*cells, *cast(Row, interaction[1:]))


def _interactions(experiment: Experiment, options: Options) -> QuerySet[Interaction]:
    found = Interaction.objects.filter(session__experiment=experiment)
    return found if options.with_rehearsal else found.filter(session__is_rehearsal=False)
