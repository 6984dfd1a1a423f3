"""What the page of results shows, gathered once for each request."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.registered.deviations import Deviation
from analysis.registered.reads import Registered, registered
from analysis.results.asking.analysis import Analysis
from analysis.results.asking.slices import Slice
from analysis.results.passages import stages_of
from analysis.results.reads import tally_of
from analysis.results.services.analysing import analyse
from analysis.results.services.looking import Look
from analysis.results.services.reporting import deviations_of
from analysis.results.showing.charts.drawing import IN_FILE, ON_PAGE
from analysis.results.showing.charts.forest import Frame, Row, forest
from analysis.results.showing.page import Page, page_of
from analysis.results.showing.pictures import Picture, of_everything
from experiments.models import Experiment, Measure


@dataclass(frozen=True, slots=True)
class Seen:
    """wanted: units planned."""

    analysis: Analysis
    page: Page
    known: Registered
    deviations: tuple[Deviation, ...]
    wanted: int | None

    @property
    def percent(self) -> int:
        """Of the units that were planned, 100 at most."""
        return min(100, round(100 * self.analysis.n_units / self.wanted)) if self.wanted else 0


def gathered(experiment: Experiment, *, is_rehearsal: bool) -> Seen:
    """Of an experiment's present record."""
    known = registered(experiment)
    analysis = analyse(experiment, known.current, is_rehearsal=is_rehearsal)
    stages = stages_of(experiment, is_rehearsal=is_rehearsal)
    started = experiment.started_at is not None and not is_rehearsal
    return Seen(
        analysis=analysis,
        page=page_of(analysis, stages, titles_of(experiment)),
        known=known,
        deviations=deviations_of(experiment, known, analysis) if started else (),
        wanted=known.current.looks.units or experiment.target or None,
    )


def mark_of(experiment: Experiment, *, is_rehearsal: bool) -> str:
    """What changes when there is something new to see; "" while nothing was counted. One query."""
    tally = tally_of(experiment, is_rehearsal=is_rehearsal)
    return f"{tally.digest[:16]}-{experiment.status}" if tally else ""


def titles_of(experiment: Experiment) -> dict[str, str]:
    """Measures with their titles, where they have one. One query."""
    rows = Measure.objects.filter(experiment=experiment).exclude(title="").values_list("name", "title")
    return dict(rows)


def pictures_of(experiment: Experiment, *, is_rehearsal: bool) -> list[Picture]:
    """Every picture, in the colours of a file."""
    look = Look.at(experiment, is_rehearsal=is_rehearsal)
    analysis = analyse(experiment, look.plan, is_rehearsal=is_rehearsal)
    return of_everything(analysis, look, ink=IN_FILE, titles=titles_of(experiment))


@dataclass(frozen=True, slots=True)
class Sliced:
    """A question in groups. picture: of those that have an answer; silent: those that have none, and why."""

    question: str
    slices: tuple[Slice, ...]
    picture: Picture | None


def sliced(look: Look, question: str, attribute: str) -> Sliced:
    """By an attribute; exploring only."""
    found = tuple(look.slices(question, attribute))
    rows = [
        Row(f"{attribute} {each.value} (n = {each.n:,})", said.value, said.low, said.high, number)
        for number, each in enumerate(found)
        if (said := each.said.estimate) is not None
    ]
    frame = Frame(about=f"{question} by {attribute}", named="difference", marked=((0.0, "no difference"),))
    drawn = Picture("slices", question, forest(rows, frame, ink=ON_PAGE)) if rows else None
    return Sliced(question, found, drawn)


def attributes_of(look: Look) -> tuple[str, ...]:
    """What units can be told apart by."""
    columns = look.setting.columns
    numbers = [name.removeprefix("attribute:") for name in columns.names if name.startswith("attribute:")]
    return tuple(dict.fromkeys([*look.plan.slices, *sorted({*columns.texts, *numbers})]))
