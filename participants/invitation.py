"""The token in an invited person's link: signed, and silent about who they are."""

from __future__ import annotations

from experiments.models import Study
from participants.identity import external_id_of
from participants.models import Participant
from participants.signing import signed, verified

PREFIX = "inv-"


def invitation_of(participant: Participant) -> str:
    """The token: the participant's pseudonym with our signature."""
    return PREFIX + signed(participant.uuid, b"invitation")


def identity_in(given: str, study: Study) -> tuple[str, str]:
    """(platform, external id) that a link's `participant` stands for: an invitation's person, else the text itself."""
    found = verified(given.removeprefix(PREFIX), b"invitation") if given.startswith(PREFIX) else None
    participant = Participant.objects.filter(uuid=found, study=study).first() if found else None
    external_id = external_id_of(participant) if participant else None
    return (participant.platform, external_id) if participant and external_id else ("link", given)
