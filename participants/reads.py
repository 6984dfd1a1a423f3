"""Where a session is: its places, its current page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import structlog

from experiments.blueprint import Blueprint
from experiments.models import Experiment
from experiments.published import arm_name, blueprint_of
from experiments.querysets import one
from experiments.types import Json, JsonObject
from participants.capability import session_uuid_of
from participants.courses import settled
from participants.displays.errors import PropsError
from participants.errors import BrokenPage, UnknownSession
from participants.flow.page import Page, build_page
from participants.flow.references import UnknownReference
from participants.flow.timeline import Place, context_of, is_shown, next_position, timeline
from participants.models import Session

log: Final = structlog.get_logger("participants")

RELATED = ("unit", "assignment")  # no more: each further table costs every page 0.2 ms


def session_by_token(token: str, *, lock: bool = False) -> Session:
    """The session of a capability token, with what its pages need. One query. UnknownSession if there is none."""
    found = session_uuid_of(token)
    session = session_by_uuid(found, lock=lock) if found else None
    if session is None:
        raise UnknownSession("This link does not lead anywhere.", hint="Open the link you were given once more.")
    return session


def session_by_uuid(session_uuid: uuid.UUID, *, lock: bool = False) -> Session | None:
    """The same by the session's id."""
    sessions = Session.objects.select_related(*RELATED)
    if lock:
        sessions = sessions.select_for_update(of=("self",))
    return one(sessions.filter(uuid=session_uuid))


@lru_cache(maxsize=4096)
def places_of(version_id: int, stage: str, seed: int, row: int) -> tuple[Place, ...]:
    """The timeline; versions never change, so each process works one out once."""
    return timeline(blueprint_of(version_id), stage, seed=seed, row=row)


def places(session: Session) -> tuple[Place, ...]:
    """The pages of the session's present stage."""
    row = session.assignment.row if session.assignment else 0
    return places_of(session.version_id, session.stage, session.seed, row)


def base_context(session: Session) -> JsonObject:
    """What every page of the session can refer to: arm, answers, attributes, session."""
    return {
        "arm": _arm(session),
        "answers": session.answers,
        "attributes": session.unit.attributes,
        "session": {"number": session.pk, "row": session.assignment.row if session.assignment else 0},
    }


def _arm(session: Session) -> JsonObject:
    if session.assignment is None:
        return {}
    return blueprint(session).arms[arm_name(session.assignment.arm_id)].words()


def blueprint(session: Session) -> Blueprint:
    """The definition that the session is under."""
    return blueprint_of(session.version_id)


@dataclass(frozen=True, slots=True)
class Sign:
    """What every page shows of its experiment and study."""

    title: str
    contact: str


def sign_of(experiment_id: int, *, now: datetime) -> Sign:
    """At most a minute old, so that not every page reads two more tables."""
    return _sign(experiment_id, int(now.timestamp() // 60))


@lru_cache(maxsize=256)
def _sign(experiment_id: int, minute: int) -> Sign:
    title, contact = Experiment.objects.values_list("title", "study__contact").get(pk=experiment_id)
    return Sign(title, contact)


def current_page(session: Session) -> Page:
    """The page that the session is on."""
    return page_at(session, session.position)


def page_at(session: Session, position: int) -> Page:
    """The page at a position of the present stage. BrokenPage, and a line in the log, if it cannot be made."""
    place = settled(session, places(session)[position])
    try:
        return build_page(
            place,
            context_of(place, base_context(session)),
            language=session.language,
            languages=blueprint(session).languages,
            chance=f"{session.seed}:{session.stage}:{position}",
        )
    except (PropsError, UnknownReference) as error:
        log.error("broken page", experiment=session.experiment.slug, step=place.step.name, problem=str(error))
        raise BrokenPage("This page cannot be shown.", hint="Those who run the study see why in the log.") from error


def position_from(session: Session, start: int) -> int:
    """The first position from `start` on whose page is to be shown; the number of places if none is.

    Chooses no stimulus: services.choosing does, on the way there.
    """
    return next_position(places(session), start, base_context(session))


def deadline_of(session: Session, place: Place) -> datetime | None:
    """Until when the page may be answered; None without a time limit."""
    seconds = place.step.timeout_seconds
    return session.shown_at + timedelta(seconds=seconds) if seconds else None


def progress(session: Session) -> tuple[int, int]:
    """(pages behind, pages in all) over both stages, without those that conditions hide as things stand."""
    screening, main = _shown(session, "screening"), _shown(session, "main")
    here = main if session.stage == "main" else screening
    behind = sum(here[: session.position]) + (sum(screening) if session.stage == "main" else 0)
    return behind, sum(screening) + sum(main)


def index_of(session: Session) -> int:
    """The number of the current place over both stages, from 0, hidden ones included."""
    return session.position + (len(_shown(session, "screening")) if session.stage == "main" else 0)


def _shown(session: Session, stage: str) -> list[bool]:
    """Whether each place of a stage is to be shown, as far as can be told now."""
    row = session.assignment.row if session.assignment else 0
    base = base_context(session)
    stage_places = places_of(session.version_id, stage, session.seed, row)
    return [is_shown(place, base) for place in stage_places]


def answers_with(session: Session, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The session's remembered answers, brought up to date."""
    before = session.answers if isinstance(session.answers, Mapping) else {}
    return {**before, **answers}
