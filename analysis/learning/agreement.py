"""Whether the sections of a document agree with each other: what a strategy watches must be there in every fold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from analysis.learning.components import Finding, ListOf
from analysis.learning.components.nodes import Node
from analysis.learning.components.templates import has_template
from analysis.learning.metrics import METRICS, figures_of, parse_metrics
from analysis.learning.strategies import Checkpointing, Stopping, parse_checkpoints, parse_stopping
from analysis.learning.validation import Given, Nested, Scheme, parse_validation
from experiments.problems import Path, did_you_mean
from experiments.types import Json, JsonObject

SECTIONS = ("validation", "stopping", "checkpoints")


def disagreements_in(document: JsonObject) -> Iterator[Finding]:
    """Of a document whose sections have no faults by themselves. Where one is swept, each setting is asked instead."""
    if any(has_template(document.get(section)) for section in SECTIONS):
        return
    validation, stopping, checkpoints = (document.get(section) for section in SECTIONS)
    yield from disagreements(
        parse_validation(validation), stopping=parse_stopping(stopping), checkpoints=parse_checkpoints(checkpoints)
    )


def disagreements(scheme: Scheme, *, stopping: Stopping | None, checkpoints: Checkpointing) -> Iterator[Finding]:
    """Strategies that watch a part which some folds do not have. Paths begin at the document's top.

    Nothing can be said where the data come divided: their parts are known when they are read.
    """
    if isinstance(scheme, Given):
        return
    for section, watched in (
        ("stopping", stopping.watches() if stopping else ()),
        ("checkpoints", checkpoints.watches()),
    ):
        for split in sorted({split for split, _ in watched} - _always_there(scheme)):
            yield (section,), f"It watches {split}, which not every fold has.", _way_on(scheme, split)


def _always_there(scheme: Scheme) -> set[str]:
    parts: Iterable[set[str]] = (set(scheme.parts_of(fold)) for fold in scheme.folds_to_run())
    return set.intersection(*parts)


def _way_on(scheme: Scheme, split: str) -> str:
    if isinstance(scheme, Nested) and split == "validation":
        return "Outer folds are judged by test. Set validation.outer_validation to a share, or watch train."
    return f"Every fold has: {', '.join(sorted(_always_there(scheme)))}."


def figure_findings(document: JsonObject, trainers: Iterable[Node]) -> Iterator[Finding]:
    """Figures that the batch is judged by or that a strategy watches, but that nobody measures.

    Of a document whose sections have no faults by themselves. Nothing is said of a trainer that does not declare which
    metrics it takes, nor where these are swept.
    """
    known = [_measured_by(trainer) for trainer in trainers]
    if not known or None in known:
        return
    names = set[str]().union(*(each for each in known if each))
    for path, name in _asked_for(document):
        if name not in names and list(METRICS.faults(name)):
            yield path, f"No trainer measures “{name}”.", did_you_mean(name, sorted({*names, *METRICS.bare_names()}))


def _measured_by(trainer: Node) -> set[str] | None:
    """None: it cannot be told."""
    parameter = trainer.made.parameters.get("metrics")
    written, tracked = trainer.config.get("metrics", []), trainer.config.get("track", [])
    is_told = parameter is not None and isinstance(parameter.takes, ListOf) and parameter.takes.of is METRICS
    if not is_told or has_template(written) or not isinstance(written, list | tuple):
        return None
    losses = {wire.key or wire.name for wire in trainer.wires}
    told = {str(name) for name in tracked} if isinstance(tracked, list | tuple) else set()
    return {"loss", "learning_rate", *losses, *told, *figures_of(parse_metrics(written))}


def _asked_for(document: JsonObject) -> Iterator[tuple[Path, str]]:
    measure = document.get("measure")
    if isinstance(measure, Mapping) and measure.get("split") != "":
        yield ("measure", "name"), str(measure.get("name"))
    for section, parse in (("stopping", parse_stopping), ("checkpoints", parse_checkpoints)):
        spec: Json = document.get(section)
        strategy = None if has_template(spec) else parse(spec)
        yield from (((section,), name) for _, name in (strategy.watches() if strategy else ()))
