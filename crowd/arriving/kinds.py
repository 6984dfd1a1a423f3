"""A platform's links, as participants' doors ask them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crowd import sites
from crowd.arriving import handing_over, words
from crowd.arriving.parameters import Parameters
from crowd.models import Submission
from crowd.reads.claims import current_claim, held_by, known_participant, posting_named, posting_of
from crowd.services import admitting
from experiments.models import Experiment
from participants.arrivals import Arrival
from participants.errors import NotInvited
from participants.handoffs import HandOff
from participants.models import Participant, Session

LONGEST = 64  # of an id of a place or a person, as a column holds it
OURS = "posting"  # the parameter with our own id of the posting


@dataclass(frozen=True, slots=True)
class CrowdArrival:
    """name: the platform. parameters: what it writes into its links."""

    name: str
    parameters: Callable[[Mapping[str, str]], Parameters | None]

    @property
    def preview(self) -> str:
        """Accept first."""
        return words.only_a_preview()

    @property
    def farewell(self) -> str:
        """How the place goes to somebody else."""
        return words.give_back(self.name)

    def read(self, given: Mapping[str, str], experiment: Experiment) -> Arrival | None:
        """The arrival, once its posting is found and the site to which it shall be handed in is the account's."""
        found, ours = self.parameters(given), given.get(OURS, "")
        if found is None and not ours:
            return None
        found = found or Parameters()
        if max(len(found.claim), len(found.worker)) > LONGEST:
            raise NotInvited("This link is none of the platform's.", hint=self.farewell)
        posting = posting_named(experiment, self.name, ours=ours, theirs=found.posting_id)
        if posting is None:
            if not found.claim:
                return Arrival(self.name, "") if self.parameters(given) else None
            raise NotInvited("This link belongs to no offer of this study.", hint=self.farewell)
        if found.submit_to and not sites.is_site_of(posting.campaign.account, found.submit_to):
            raise NotInvited("The site on which this page is shown is not the one the study was offered on.")
        return Arrival(self.name, str(posting.uuid), found.worker, found.claim)

    def look(self, arrival: Arrival, experiment: Experiment) -> Session | HandOff | None:
        """The session that goes on under this claim, or their pay to be handed in; else whether they may come in."""
        if not arrival.source:
            return None
        posting = posting_of(arrival)
        if posting.purpose == "compensate":
            return handing_over.pay_through(posting, arrival)
        if arrival.is_preview:
            return None
        participant = known_participant(posting.campaign.experiment.study, arrival)
        held = held_by(posting, arrival.claim, participant) if participant else None
        if held is not None and _goes_on_under(held):
            return held.session
        admitting.require_welcome(arrival, posting, participant)
        return None

    def frame_ancestors(self) -> Sequence[str]:
        """The stand-ins' sites; the platforms' own stand in FRAME_ANCESTORS."""
        return sites.framing_sites()

    def admit(self, arrival: Arrival, participant: Participant, experiment: Experiment, *, now: datetime) -> None:
        """Once more, now in the transaction."""
        admitting.admit(arrival, participant, now=now)

    def come_back(self, arrival: Arrival, session: Session, *, now: datetime) -> Session:
        """By the campaign's policy for a person's second claim."""
        return admitting.come_back(arrival, session, now=now)

    def entered(self, arrival: Arrival, session: Session, *, now: datetime) -> None:
        """A row for the claim."""
        admitting.keep_claim(arrival, session, now=now)

    def go_on(self, session: Session, *, now: datetime) -> None:
        """Where our door counts places, theirs is taken again."""
        admitting.go_on_silent(session, now=now)

    def turned_away(self, arrival: Arrival, experiment: Experiment, *, because: str, now: datetime) -> str:
        """A row for the claim with how it ended, and what is owed for that."""
        owed = admitting.turn_away(arrival, because=because, now=now)
        paid = words.paid_by_itself(owed, experiment.study.currency) if owed else ""
        return f"{self.farewell} {paid}".strip()


def _goes_on_under(held: Submission) -> bool:
    """Whether the claim still leads to its session, without anything to be changed."""
    session = held.session
    return session is not None and session.status != Session.Status.RETURNED and current_claim(session) == held
