"""What is odd about a document, but not wrong: said beside it, and nothing is refused for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.learning.components import Finding
from analysis.learning.components.graph import Sketch
from analysis.learning.components.registry import absent_packages
from analysis.learning.metrics import METRICS, more_is_better
from analysis.learning.validation import TEST, TRAIN, VALIDATION, Given
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

KEYS = ("name", "split", "direction")
SPLITS = (TRAIN, VALIDATION, TEST)
DIRECTIONS = ("maximise", "minimise")


def remarks_on(document: JsonObject, drawn: Sketch) -> Iterator[Finding]:
    """Components that nothing uses, packages that are not here, folds that nobody asks for, figures nobody knows."""
    yield from drawn.remarks
    yield from _package_remarks(drawn)
    yield from _fold_remarks(document, drawn)
    if drawn.nodes:
        yield from _measure_remarks(document)


def _fold_remarks(document: JsonObject, drawn: Sketch) -> Iterator[Finding]:
    """Folds that nobody asks for are all the same computation, unless the trainer looks at its task."""
    validation = document.get("validation")
    held_out = isinstance(validation, Mapping) and validation.get("scheme") not in (None, Given.name)
    asks = any({"fold", "validation"} & {*form.made.injects} for forms in drawn.nodes.values() for form in forms)
    if held_out and drawn.nodes and not asks:
        hint = "Add a component of kind splits, type fold, between the data set and the trainer."
        yield ("validation",), "Samples are to be held out, but no component asks for the fold.", hint


def _package_remarks(drawn: Sketch) -> Iterator[Finding]:
    """What is not installed here may be where the workers are."""
    for forms in drawn.nodes.values():
        for form in forms:
            for package in absent_packages(form.made):
                message = f"{form.made.kind} {form.made.type} needs {package}, which is not installed here."
                yield (*form.path, "type"), message, f"Workers must have it: pip install {package}."


def _measure_remarks(document: JsonObject) -> Iterator[Finding]:
    """Other people's trainers may report what they like, so an unknown name is only odd."""
    measure = document.get("measure")
    name, split, direction = (measure.get(key) if isinstance(measure, Mapping) else None for key in KEYS)
    words = {*_words(document.get("components")), TRAIN, VALIDATION, TEST, "loss"}
    if isinstance(name, str) and name not in words and list(METRICS.faults(name)):
        hint = did_you_mean(name, [*METRICS.members, *words])
        message = f"No metric and no component is known to give a figure “{name}”."
        yield ("measure", "name"), message, hint if hint.startswith("Did") else "See manage.py components."
    if isinstance(split, str) and split and split not in words:
        yield ("measure", "split"), f"No component names a split “{split}”.", did_you_mean(split, SPLITS)
    better = more_is_better(name) if isinstance(name, str) else None
    if better is not None and direction in DIRECTIONS and better != (direction == DIRECTIONS[0]):
        way = "higher" if better else "lower"
        message = f"“{name}” is better when it is {way}, but the worst is looked for."
        yield ("measure", "direction"), message, f"Write direction: {DIRECTIONS[not better]}."


def _words(value: Json) -> Iterator[str]:
    """Every key and every text in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
