"""Which plan an experiment has: its own, an amended one, or the one read off its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import OuterRef, Subquery

from analysis.registered.document import Plan, default_plan, parse
from analysis.registered.models import Amendment, AnalysisPlan, Report, Stream, StreamTest
from experiments.errors import Unknown
from experiments.models import Experiment, Status, Study
from experiments.services.snapshot import frozen_definition_of
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Registered:
    """planned: what was, or would be, frozen. current: as last amended. row: None while nobody wrote anything.

    definition: where the plan was read off it.
    """

    planned: Plan
    current: Plan
    row: AnalysisPlan | None
    amendments: tuple[Amendment, ...]
    definition: JsonObject | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether it is a promise."""
        return self.row is not None and self.row.is_frozen

    @property
    def is_own(self) -> bool:
        """Whether somebody wrote it."""
        return self.row is not None and self.row.is_own

    @property
    def sha256(self) -> str:
        """Of what was planned."""
        return self.planned.sha256


def registered(experiment: Experiment) -> Registered:
    """Its plan with all amendments. Two queries; five more where the plan is read off a draft's tables."""
    row = AnalysisPlan.objects.select_related("version", "by").filter(experiment=experiment).first()
    if row is None:
        definition = definition_of(experiment)
        plan = default_plan(definition)
        return Registered(plan, plan, None, (), definition)
    planned = parse(row.document)
    amendments = tuple(row.amendments.select_related("by").order_by("number"))
    return Registered(planned, parse(amendments[-1].document) if amendments else planned, row, amendments)


def plan_of(experiment: Experiment) -> Plan:
    """The plan as it stands: the last amendment, the frozen plan, the draft, or the default."""
    return registered(experiment).current


def plan_with(experiment: Experiment, definition: JsonObject) -> Plan:
    """The plan as it stands, or what would be read off that definition. One query."""
    amended = Amendment.objects.filter(plan=OuterRef("pk")).order_by("-number").values("document")[:1]
    rows = AnalysisPlan.objects.filter(experiment=experiment).annotate(amended=Subquery(amended))
    found = rows.values_list("document", "amended").first()
    return default_plan(definition) if found is None else parse(found[1] or found[0])


def definition_of(experiment: Experiment) -> JsonObject:
    """What a plan must fit: of a draft its tables, else what newcomers get."""
    if experiment.version is None or experiment.status in (Status.DRAFT, Status.REHEARSAL):
        return frozen_definition_of(experiment)
    return cast(JsonObject, experiment.version.definition)


@dataclass(frozen=True, slots=True)
class StreamSeen:
    """tests: in the order of beginning. next_level: what a question that began now would be given."""

    row: Stream
    tests: tuple[StreamTest, ...]
    next_level: float


def stream_of(study: Study) -> StreamSeen | None:
    """The tests of the study's life; None while nobody opened a stream. Two queries."""
    from analysis.statistics.multiplicity.online import Stream as State

    row = Stream.objects.filter(study=study).first()
    if row is None:
        return None
    state = State.parse(cast(JsonObject, row.state))
    return StreamSeen(row, tuple(row.tests.select_related("experiment").order_by("number")), state.next_level)


def find_report(experiment: Experiment, uuid: UUID) -> Report:
    """One report of that experiment, or Unknown."""
    found = Report.objects.select_related("experiment").filter(experiment=experiment, uuid=uuid).first()
    if found is None:
        raise Unknown("There is no such report of this experiment.", hint="The page of reports lists them.")
    return found
