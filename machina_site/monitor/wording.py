"""Events and figures in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from analysis.balance import ALARM_LEVEL, Balance
from experiments.reads import EventLine

QUIET = ("page.answered", "unit.assigned", "slot.reopened", "measurement.recorded")
MOST_LINES = 30
PAYING = "A posting of a campaign went up that pays {compensations} whom nothing else reaches"
PLACE = re.compile(r"\{(\w+)\}")
WORDS = {
    "experiment.created": "The experiment was created",
    "experiment.edited": "The definition was edited",
    "experiment.rehearsed": "The rehearsal began",
    "experiment.started": "Collection began",
    "experiment.paused": "The experiment was paused",
    "experiment.resumed": "The experiment goes on",
    "experiment.completed": "Collection ended",
    "experiment.archived": "The experiment was archived",
    "experiment.reopened": "The experiment is a draft again",
    "version.published": "Version {number} was published",
    "switch.proposed": "A new policy may go live: switch {number}",
    "switch.refused": "A new policy was refused: switch {number}",
    "switch.started": "A new policy is let in: switch {number}",
    "switch.advanced": "More decisions go to the new policy of switch {number}",
    "switch.live": "The new policy of switch {number} is live",
    "switch.rolled_back": "Switch {number} was rolled back ({because})",
    "switch.stopped": "Switch {number} was stopped ({because})",
    "policy.halted": "The policy was halted: everybody gets {arm} ({because})",
    "policy.unhalted": "The policy decides again ({because})",
    "slot.reopened": "A place in {arm} opened again ({reason})",
    "decisions.excluded": "Left out of what is learnt: {decisions} decisions ({because})",
    "decisions.included": "Taken back into what is learnt: {decisions} decisions",
    "policy.rebuilt": "What is known was folded again as state {state}",
    "data.exported": "Data were downloaded",
    "arm.forced": "Somebody tries {arm} out",
    "participant.invited": "Somebody was invited",
    "session.entered": "Somebody agreed and came in",
    "session.turned_away": "Somebody found every place taken",
    "session.assigned": "Somebody was assigned to {arm}",
    "check.failed": "Somebody missed a check on {step}",
    "page.timed_out": "Time ran out on {step}",
    "session.completed": "Somebody completed in {seconds}",
    "session.timed_out": "Somebody fell silent on {step}",
    "session.resumed": "Somebody came back",
    "session.returned": "Somebody gave the place back on {step}",
    "session.screened_out": "Somebody was screened out ({because})",
    "session.withdrawn": "Somebody withdrew on {step}",
    "campaign.created": "A campaign was drafted: “{title}”",
    "campaign.edited": "A campaign was edited",
    "campaign.published": "A campaign was published: {places} places for at most {total} {currency}",
    "campaign.round": "Round {round} of a campaign went up: {places} places",
    "campaign.topped_up": "A campaign was topped up for at most {total} {currency}",
    "campaign.paused": "A campaign was paused",
    "campaign.resumed": "A campaign goes on",
    "campaign.closed": "A campaign was closed ({because})",
    "campaign.settled": "A campaign is settled: nothing of it is left at the platform",
}


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """A line of the diary for people."""

    at: datetime
    sentence: str
    who: str


def diary_lines(events: Iterable[EventLine]) -> list[DiaryLine]:
    """The newest lines that say something: page turns are left to the figures."""
    told = [event for event in events if event.kind not in QUIET]
    return [DiaryLine(event.at, sentence_of(event), _who(event.subject)) for event in told[:MOST_LINES]]


def sentence_of(event: EventLine) -> str:
    """What happened; kinds that nobody has words for keep their name."""
    words = PAYING if "compensations" in event.payload else WORDS.get(event.kind, event.kind)
    known = {name: f"“{value}”" if name in ("arm", "step") else str(value) for name, value in event.payload.items()}
    seconds = event.payload.get("seconds")
    if isinstance(seconds, int | float):
        known["seconds"] = duration(seconds)
    if event.payload.get("decisions") == 1:
        words = words.replace("{decisions} decisions", "one decision")
    for name in set(PLACE.findall(words)) - {name for name, value in known.items() if value}:
        for empty in (f" on {{{name}}}", f" ({{{name}}})", f" in {{{name}}}"):
            words = words.replace(empty, "")
    return PLACE.sub(lambda found: known.get(found[1]) or "…", words)


def _who(subject: str) -> str:
    name, _, rest = subject.partition(":")
    return rest[:8] if name == "session" else ""


def duration(seconds: float) -> str:
    """For people.

    >>> duration(4.2), duration(95), duration(5400)
    ('4.2 s', '1 min 35 s', '1 h 30 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def balance_sentence(balance: Balance) -> str:
    """The sequential sample-ratio test in one sentence."""
    if balance.moves:
        return (
            "The policy moves the shares while it learns, so no plan says what they should be, and they are not "
            "tested. Every assignment has its chance beside it."
        )
    if balance.test is None or len([arm for arm in balance.arms if arm.share]) < 2:
        return "With fewer than two enabled arms there is nothing to compare."
    if not balance.n:
        return "Nobody has been assigned yet."
    p = balance.test.p_always
    if balance.is_alarming:
        return (
            f"The arms do not hold what was planned: if the allocation worked, counts like these would ever be seen "
            f"with probability {p:.2g} at most. Either assignment is broken, or one arm loses more people than "
            "another and its places are filled again. Find out why before you compare anything."
        )
    return (
        f"All {balance.n:,} assignments ever made fit the plan (p = {p:.2g}; the alarm is at {ALARM_LEVEL:g}, and "
        "holds however often you look). Completes are not tested: places that people leave are filled again, which "
        "balances them by design."
    )
