"""What was analysed against what was planned: sentences, each with what it is about. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analysis.registered.document import LooksKind, Plan
from experiments.definition import diff

UNANSWERED = "Planned and not answered"


@dataclass(frozen=True, slots=True)
class Deviation:
    """kind: a word for programs. sentence: for people."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """frozen_at: of the plan, None if it never was; started_at: of the experiment. units: assigned by now.

    versions: numbers of the experiment's version at the freezing and now. unanswered: {question: why}.
    unknown_rules: exclusions of the plan that no room knows.
    """

    frozen_at: datetime | None
    started_at: datetime | None
    units: int
    versions: tuple[int | None, int | None] = (None, None)
    unanswered: tuple[tuple[str, str], ...] = ()
    unknown_rules: tuple[str, ...] = ()


def deviations(planned: Plan, analysed: Plan, now: Circumstances) -> tuple[Deviation, ...]:
    """All of them; none if what was planned is what was done."""
    changed = diff(planned.as_json(), analysed.as_json())
    return (
        *(Deviation("plan", f"Not as planned: {change.sentence}.") for change in changed),
        *_of_time(now),
        *_of_units(planned, now),
        *_of_answers(now),
    )


def _of_time(now: Circumstances) -> Iterator[Deviation]:
    if now.frozen_at is None:
        yield Deviation("unregistered", "No plan was frozen: what is shown was decided after the start.")
    elif now.started_at is not None and now.frozen_at > now.started_at:
        said = f"{now.started_at:%Y-%m-%d %H:%M}, the plan was frozen {now.frozen_at:%Y-%m-%d %H:%M} (UTC)."
        yield Deviation("late", f"The plan is younger than the data: collection began {said}")
    first, last = now.versions
    if first is not None and last is not None and first != last:
        said = "The experiment was changed while it ran"
        yield Deviation("version", f"{said}: the plan was frozen under version {first}, and it is version {last} now.")


def _of_units(planned: Plan, now: Circumstances) -> Iterator[Deviation]:
    wanted, kind = planned.looks.units, planned.looks.kind
    if wanted is None or kind == LooksKind.ALWAYS or now.units == wanted:
        return
    more = "fewer" if now.units < wanted else "more"
    yield Deviation("units", f"{now.units:,} units are {more} than the {wanted:,} that were planned.")


def _of_answers(now: Circumstances) -> Iterator[Deviation]:
    for question, why in now.unanswered:
        yield Deviation("unanswered", f"{UNANSWERED}: “{question}”. {why}")
    for rule in now.unknown_rules:
        yield Deviation("rule", f"Planned and not done: nobody here knows the exclusion “{rule}”.")
