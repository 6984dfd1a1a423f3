"""Come in: agree, become a unit, get a place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from bandits.errors import NotOpen, PlaceLost
from experiments import events as diary
from experiments.errors import Full
from experiments.models import ConsentDocument, Experiment, Unit
from experiments.querysets import one
from experiments.types import Json
from participants import events
from participants.arrivals import Arrival, kind_of
from participants.errors import AlreadyTookPart, ConsentMissing
from participants.events import SessionEvent
from participants.identity import participant_of
from participants.models import Consent, Participant, Session
from participants.reads import places
from participants.services import moving
from participants.services.assigning import assign_session, new_nonce
from participants.services.choosing import go_on
from participants.services.sweeping import sweep_experiment


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody at the door.

    key: of the consent page they sent; sending it twice enters once. consent: the version they agreed to.
    external_id: the platform's id, "" for an anonymous link. attributes: what strata may use.
    arrival: by which platform's link they came; its kind has a say in who comes in, and keeps their claim.
    """

    key: str
    consent: str
    language: str = "en"
    platform: str = "link"
    external_id: str = ""
    attributes: dict[str, Json] = field(default_factory=dict)
    arrival: Arrival | None = None


def enter(experiment: Experiment, entry: Entry, *, now: datetime) -> Session:
    """Let somebody in who agreed, or bring them back to where they were.

    NotOpen, ConsentMissing, AlreadyTookPart, PlaceLost, Full or the arrival's own refusal if not; then nothing is kept
    but a line in the diary.
    """
    try:
        return _enter_once(experiment, entry, now=now)
    except Full:
        if not sweep_experiment(experiment, now=now):
            return _turn_away(experiment, entry, now=now)
    except PlaceLost:  # of somebody who came back
        turn_away(experiment, entry, because="full", now=now)
        raise
    try:
        return _enter_once(experiment, entry, now=now)
    except Full:
        return _turn_away(experiment, entry, now=now)


def _enter_once(experiment: Experiment, entry: Entry, *, now: datetime) -> Session:
    """The loser of two posts of one consent page, or of two tabs of one person, gets the winner's session."""
    try:
        return _enter(experiment, entry, now=now)
    except IntegrityError:
        return _enter(experiment, entry, now=now)


@transaction.atomic
def turn_away(experiment: Experiment, entry: Entry, *, because: str, now: datetime) -> str:
    """Say in the diary that somebody did not come in; what the platform's kind tells them, if they came by one."""
    diary.record(SessionEvent.TURNED_AWAY, experiment=experiment, payload={"because": because}, at=now)
    if entry.arrival is None:
        return ""
    return kind_of(entry.arrival).turned_away(entry.arrival, experiment, because=because, now=now)


def _turn_away(experiment: Experiment, entry: Entry, *, now: datetime) -> Session:
    turn_away(experiment, entry, because="full", now=now)
    raise Full("Every place is taken.", hint="Thank you for coming. There is nothing more to do here.")


@transaction.atomic
def _enter(experiment: Experiment, entry: Entry, *, now: datetime) -> Session:
    study, experiment = experiment.study, Experiment.objects.get(pk=experiment.pk)
    known = one(Session.objects.filter(entry_key=entry.key, experiment=experiment))
    if known is not None:
        return known
    participant = participant_of(study, platform=entry.platform, external_id=entry.external_id)
    if entry.external_id:  # somebody without an id was never here
        mine = _session_of(participant, experiment)
        if mine is not None:
            return kind_of(entry.arrival).come_back(entry.arrival, mine, now=now) if entry.arrival else mine
        _require_no_exclusion(participant, experiment)
    _require_open(experiment)
    document = _consent_document(experiment, entry.consent)
    return _let_in(experiment, participant, entry, document, now=now)


def _let_in(
    experiment: Experiment, participant: Participant, entry: Entry, document: ConsentDocument, *, now: datetime
) -> Session:
    """With a claim beside the session, for whom a platform sent."""
    if entry.arrival is None:
        return _begin(experiment, participant, entry, document, now=now)
    kind = kind_of(entry.arrival)
    kind.admit(entry.arrival, participant, experiment, now=now)
    session = _begin(experiment, participant, entry, document, now=now)
    kind.entered(entry.arrival, session, now=now)
    return session


def _session_of(participant: Participant, experiment: Experiment) -> Session | None:
    Participant.objects.select_for_update().get(pk=participant.pk)  # two tabs of one person wait for each other
    mine = Session.objects.filter(participant=participant, experiment=experiment)
    return one(mine.filter(is_rehearsal=experiment.is_rehearsal))


def _require_open(experiment: Experiment) -> None:
    if not experiment.is_open:
        raise NotOpen("This study is not open at the moment.", hint="It may open again later.")


def _require_no_exclusion(participant: Participant, experiment: Experiment) -> None:
    group = experiment.exclusion_group
    others = Session.objects.filter(
        participant=participant, experiment__exclusion_group=group, is_rehearsal=experiment.is_rehearsal
    ).exclude(experiment=experiment)
    if group and others.exists():
        raise AlreadyTookPart(
            "You took part in a study that excludes this one.", hint="Thank you. There is nothing more to do here."
        )


def current_consent(experiment: Experiment) -> ConsentDocument | None:
    """The newest consent text of the study."""
    return ConsentDocument.objects.filter(study_id=experiment.study_id).order_by("-pk").first()


def _consent_document(experiment: Experiment, version: str) -> ConsentDocument:
    document = current_consent(experiment)
    if document is None or document.version != version:
        raise ConsentMissing(
            "Please read the consent text as it stands now and agree to it.", hint="Open the page once more."
        )
    return document


def _begin(
    experiment: Experiment, participant: Participant, entry: Entry, document: ConsentDocument, *, now: datetime
) -> Session:
    version_id = experiment.version_id
    if version_id is None:
        raise NotOpen("This study is not open at the moment.", hint="It has not been published yet.")
    unit = _unit(experiment, entry)
    session = Session.objects.create(
        participant=participant,
        experiment=experiment,
        version_id=version_id,
        unit=unit,
        entry_key=entry.key,
        status=Session.Status.CONSENTED,
        nonce=new_nonce(),
        seed=secrets.randbits(62),
        language=entry.language,
        came_by=entry.arrival.kind if entry.arrival else "",
        is_rehearsal=experiment.is_rehearsal,
        entered_at=now,
        shown_at=now,
        seen_at=now,
    )
    Consent.objects.create(session=session, document=document, language=entry.language, at=now)
    events.record(
        SessionEvent.ENTERED, session, at=now, payload={"platform": entry.platform, "language": entry.language}
    )
    return _at_first_page(session, now=now)


def _unit(experiment: Experiment, entry: Entry) -> Unit:
    return Unit.objects.create(
        experiment=experiment,
        kind=experiment.unit_kind,
        attributes=entry.attributes,
        is_rehearsal=experiment.is_rehearsal,
        has_part=True,
    )


def _at_first_page(session: Session, *, now: datetime) -> Session:
    """With an arm at once where no screening page is to be shown; done at once where no page is."""
    session.position = go_on(session, 0, now=now)
    if session.position >= len(places(session)):
        assign_session(session, now=now)
    passage = moving.Passage(session, now)
    moving.settle(passage)
    return passage.save()
