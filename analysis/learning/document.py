"""The document of a batch: one file (YAML or JSON) that says everything, held against everything before it is queued.

    checked = check_text(path.read_bytes())
    checked.problems        # each with line, column, path, sentence and a way on; empty: it can be queued
    checked.sketch          # the pipeline's graph, as far as it could be read

Rooms above look at sections of their own: `CHECKS["hooks"] = hook_faults`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from analysis.learning.agreement import disagreements_in, figure_findings
from analysis.learning.components import (
    Anything,
    ComponentError,
    Finding,
    ListOf,
    OneOf,
    Parameter,
    Record,
    Text,
    Whole,
)
from analysis.learning.components.containers import closed
from analysis.learning.components.graph import Sketch, sketch
from analysis.learning.components.templates import candidates, has_injected, has_template
from analysis.learning.remarks import remarks_on
from analysis.learning.running import PROCEDURES
from analysis.learning.search.design import ABOUT_THE_BATCH, NUMBERS, Design, design_findings, read_design
from analysis.learning.strategies import CHECKPOINTING, STOPPING
from analysis.learning.validation import SCHEMES
from experiments.problems import Positions, Problem, StudyFileError, did_you_mean, parts_of
from experiments.types import Json, JsonObject
from experiments.yaml_file import load

LOOKED_AT = 300  # settings that are held against the procedure one by one
ONE_FOR_ALL = (ABOUT_THE_BATCH | {"measure", "checkpoints", "procedure", "function"}) - {"hooks", "version"}
DIRECTIONS = OneOf("maximise", "minimise")
MEASURE = Record(
    {
        "name": Parameter(Text(200, 1), "As the trainer reports it: f1_macro, loss."),
        "split": Parameter(Text(100), "Where it is measured; empty: in the result itself.", default="validation"),
        "direction": Parameter(DIRECTIONS, "What is better.", default="maximise"),
    }
)

SECTIONS: dict[str, Parameter] = {
    "procedure": Parameter(Text(60, 1), "What is run: pipeline or function.", default="pipeline"),
    "title": Parameter(Text(200), "What people call it.", default=""),
    "description": Parameter(Text(10_000), "What it is for.", default=""),
    "slug": Parameter(Text(100), "Its name in addresses and commands.", default=""),
    "study": Parameter(Text(100), "The study that it belongs to.", default=""),
    "experiment": Parameter(Text(100), "The experiment that it belongs to.", default=""),
    "seed": Parameter(NUMBERS["seed"][0], "All chance follows from it.", default=NUMBERS["seed"][1]),
    "seeds": Parameter(NUMBERS["seeds"][0], "From how many seeds each setting is run.", default=NUMBERS["seeds"][1]),
    "epochs": Parameter(NUMBERS["epochs"][0], "Passes over the training data, in total.", default=NUMBERS["epochs"][1]),
    "components": Parameter(Anything(), "The pipeline: name: {kind, type, requirements, config}.", default=None),
    "function": Parameter(Anything(), "package.module:name, for the procedure function.", default=None),
    "specification": Parameter(Anything(), "What the function is called with; a list is a sweep.", default=None),
    "search": Parameter(Anything(), "How the settings are chosen; a grid, if it is not here.", default=None),
    "validation": Parameter(SCHEMES, "How samples are held out.", default=None),
    "measure": Parameter(MEASURE, "What the batch is judged by.", default=None),
    "measures": Parameter(ListOf(MEASURE), "Further figures to record for each run.", default=None),
    "stopping": Parameter(STOPPING, "When to stop before the last epoch.", default=None),
    "checkpoints": Parameter(CHECKPOINTING, "Which epochs are kept; the newest, if it is not here.", default=None),
    "hooks": Parameter(Anything(), "Whom to tell when runs and the batch are over.", default=None),
    "priority": Parameter(Whole(-1000, 1000), "Higher goes first.", default=0),
    "time_limit": Parameter(Whole(1, 2**31 - 1), "Seconds of one attempt.", default=None),
    "memory_limit": Parameter(Whole(64, 2**31 - 1), "MiB of the worker.", default=None),
    "max_attempts": Parameter(Whole(1, 100), "Of one run, counting the first.", default=3),
    "workers": Parameter(Whole(1, 1024), "Processes that manage.py run_batch starts.", default=None),
    "version": Parameter(Anything(), "Yours: kept, and not looked at.", default=None),
}

SECTIONS_OF: dict[str, Mapping[str, Parameter]] = {}  # by procedure: what only its documents have, from rooms above

CHECKS: dict[str, Callable[[JsonObject], Iterable[tuple[str, str]]]] = {}  # by section: (path, sentence) of each fault


@dataclass(frozen=True)
class Checked:
    """A document and what became of it. remarks: odd, but not wrong. design: None as long as there is a problem."""

    document: JsonObject = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    sketch: Sketch = field(default_factory=Sketch)
    design: Design | None = None

    @property
    def root(self) -> str:
        """The trainer's name; empty if there is none."""
        return next((name for name, forms in self.sketch.nodes.items() if forms[0].made.kind == "trainer"), "")


def check_text(text: str | bytes, *, most: int | None = None) -> Checked:
    """Of a file's content, YAML or JSON."""
    try:
        document, positions = load(text, example="examples/runs/digits_grid.yaml")
    except StudyFileError as error:
        return Checked(problems=error.problems)
    return check_document(document, positions, most=most)


def check_document(document: Json, positions: Positions | None = None, *, most: int | None = None) -> Checked:
    """Everything that is wrong with it, at once. positions: where each value stands in its file.

    most: for those who only ask: no search draws more than so many settings to be looked at (see `Occasion`).
    """
    positions = positions or Positions()
    if not isinstance(document, Mapping) or candidates(document) is not None:
        hint = "Write procedure: pipeline, and components: below it. Sweeps stand inside sections."
        return Checked(problems=[positions.problem((), "A document is a mapping of sections.", hint)])
    drawn = sketch(document["components"]) if _is_pipeline(document) and "components" in document else Sketch()
    wrong = list(_section_findings(document))
    sound = {name: value for name, value in document.items() if name not in {path[0] for path, _, _ in wrong}}
    findings = [*wrong, *drawn.findings, *_whole_findings(document), *design_findings(sound)]
    if not findings:
        trainers = [form for forms in drawn.nodes.values() for form in forms if form.made.kind == "trainer"]
        findings = [
            *disagreements_in(document),
            *figure_findings(document, trainers),
            *_setting_findings(document, most),
        ]
    problems = [positions.problem(*finding) for finding in dict.fromkeys(findings)]
    amiss = {problem.path for problem in problems}
    remarks = [positions.problem(*finding) for finding in remarks_on(document, drawn)]
    remarks = [remark for remark in remarks if remark.path not in amiss]
    design = None if problems else read_design(document)
    return Checked(document, _in_order(problems), _in_order(remarks), drawn, design)


def document_schema() -> dict[str, Json]:
    """JSON Schema of a document, for editors: its sections, not the components (see `components.schema`)."""
    schema = closed(SECTIONS)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A batch of runs", **schema}


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _is_pipeline(document: JsonObject) -> bool:
    return document.get("procedure", "pipeline") == "pipeline"


def _section_findings(document: JsonObject) -> Iterator[Finding]:
    """Unknown sections, and what is wrong with each by itself. Numbers of the design are looked at there."""
    sections = _sections_of(document.get("procedure", "pipeline"))
    for name, value in document.items():
        if name not in sections:
            yield (name,), f"A document has no section “{name}”.", did_you_mean(name, sections)
        elif name in ONE_FOR_ALL and has_template(value):
            yield (name,), f"“{name}” is the same for all runs: nothing in it can be swept.", "Write one value."
        elif name != "components" and has_injected(value):
            yield (name,), "Only components are given what a run gives.", "Write a value instead of {inject: …}."
        elif value is not None and name not in NUMBERS:
            found = sections[name].takes.faults(value)
            yield from (((name, *path), message, hint) for path, message, hint in found)


def _sections_of(procedure: Json) -> dict[str, Parameter]:
    """Of a misspelt procedure all are known: which one was meant is the one thing to say of it."""
    meant = [str(procedure)] if str(procedure) in PROCEDURES else list(SECTIONS_OF)
    return SECTIONS | {name: taken for kind in meant for name, taken in SECTIONS_OF.get(kind, {}).items()}


def _whole_findings(document: JsonObject) -> Iterator[Finding]:
    """Which procedure it is, and whether its sections are there."""
    procedure = document.get("procedure", "pipeline")
    if not isinstance(procedure, str) or procedure not in PROCEDURES:
        yield ("procedure",), f"There is no procedure “{procedure}”.", did_you_mean(procedure, PROCEDURES)
    elif procedure == "pipeline" and "components" not in document:
        yield (), "There are no components.", "Write components: {name: {kind: …, type: …}}."
    elif procedure == "function" and "function" not in document:
        yield (), "There is no function.", "Write function: package.module:name."
    for check in CHECKS.values():
        yield from ((parts_of(path), sentence, "") for path, sentence in check(document))
    for name in ("function", "specification"):
        if procedure == "pipeline" and name in document:
            yield (name,), f"A pipeline has no {name}.", "Write procedure: function, or remove it."
    if procedure == "function" and "components" in document:
        yield ("components",), "A function has no components.", "Write procedure: pipeline, or remove them."


def _setting_findings(document: JsonObject, most: int | None) -> Iterator[Finding]:
    """What the procedure says to the first settings: the rules that only a whole setting can break."""
    design = read_design(document)
    procedure = PROCEDURES[design.procedure]
    try:
        proposals = design.search.proposals(design.space, replace(design.occasion, most=most))
        for proposal in islice(proposals, LOOKED_AT):
            faults = procedure.faults(proposal.setting)
            if faults:
                yield from (_of_setting(fault, proposal.built.choices) for fault in faults)
                return
    except ComponentError as error:
        yield from error.findings


def _of_setting(fault: tuple[str, str], choices: JsonObject) -> Finding:
    path, sentence = fault
    chosen = ", ".join(f"{name} = {value}" for name, value in choices.items())
    return parts_of(path), sentence, f"This is so where {chosen}." if chosen else ""
