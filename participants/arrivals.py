"""Whom a crowd platform sent, by the parameters it put into the link. A room above registers its kinds in `ready()`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from cryptography.fernet import InvalidToken

from experiments.models import Experiment
from participants.errors import LinkTooOld
from participants.handoffs import HandOff
from participants.models import Participant, Session
from participants.signing import cipher_for

SEALED = "arrival"  # the field in which an arrival travels through our own forms
SEAL_LASTS = 2 * 86_400


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom a platform sent to a door. kind: name in ARRIVALS, which is also the platform of the person.

    source: where the place was offered, an id of the kind's own. external_id: of the person, and claim: of the place
    they hold, both as the platform names them; empty while somebody only looks.
    """

    kind: str
    source: str
    external_id: str = ""
    claim: str = ""

    @property
    def is_preview(self) -> bool:
        """Whether somebody only looks: nothing is made, and nothing can be handed in."""
        return not (self.external_id and self.claim)


class ArrivalKind(Protocol):
    """What a platform's links mean. The first three only read; the others run inside entering's transaction.

    preview: what somebody is told who only looks. farewell: what somebody does there who does not take part.
    """

    @property
    def preview(self) -> str: ...
    @property
    def farewell(self) -> str: ...

    def read(self, given: Mapping[str, str], experiment: Experiment) -> Arrival | None:
        """The arrival in a link's parameters; None for a link that is not this kind's. Refusal for a wrong one."""
        ...

    def look(self, arrival: Arrival, experiment: Experiment) -> Session | HandOff | None:
        """Where somebody goes: to their session, to something to be handed in at once, or (None) the consent text.

        Refusal for somebody who may not come in.
        """
        ...

    def frame_ancestors(self) -> Sequence[str]:
        """The sites that may show pages in a frame, besides FRAME_ANCESTORS."""
        ...

    def admit(self, arrival: Arrival, participant: Participant, experiment: Experiment, *, now: datetime) -> None:
        """Refusal for a newcomer who may not come in."""
        ...

    def come_back(self, arrival: Arrival, session: Session, *, now: datetime) -> Session:
        """Somebody who has a session here: theirs under this claim, by the kind's policy. Refusal if it says so."""
        ...

    def entered(self, arrival: Arrival, session: Session, *, now: datetime) -> None:
        """Note the claim beside the session that has just begun."""
        ...

    def go_on(self, session: Session, *, now: datetime) -> None:
        """Somebody who went silent goes on by their own page. Refusal where the kind gave their place away meanwhile.

        The session is not locked yet: what the kind locks comes first, as at its door.
        """
        ...

    def turned_away(self, arrival: Arrival, experiment: Experiment, *, because: str, now: datetime) -> str:
        """Note that somebody did not come in: "declined" or "full". What they are told. In a transaction of its own."""
        ...


ARRIVALS: dict[str, ArrivalKind] = {}


def kind_of(arrival: Arrival) -> ArrivalKind:
    """What knows the arrival's platform."""
    return ARRIVALS[arrival.kind]


def arrival_in(given: Mapping[str, str], experiment: Experiment) -> Arrival | None:
    """The arrival in the parameters of a link or of our own form; None for a plain link.

    LinkTooOld for a seal that is not ours or has run out; the kind's own refusals.
    """
    if given.get(SEALED):
        return unsealed(given[SEALED])
    found = (kind.read(given, experiment) for kind in ARRIVALS.values())
    return next((arrival for arrival in found if arrival is not None), None)


def sealed(arrival: Arrival) -> str:
    """The arrival for an address or a form of ours, encrypted: ids of people stand in no page."""
    return cipher_for(b"arrival").encrypt(json.dumps(asdict(arrival)).encode()).decode()


def unsealed(text: str) -> Arrival:
    """What `sealed` made. LinkTooOld if it did not, or too long ago."""
    try:
        opened = cipher_for(b"arrival").decrypt(text.encode(), ttl=SEAL_LASTS)
    except InvalidToken:
        raise LinkTooOld("This page is too old.", hint="Open the study once more where you found it.") from None
    return Arrival(**json.loads(opened))
