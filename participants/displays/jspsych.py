"""A jsPsych timeline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from experiments.storable import parse_json
from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, single
from .errors import TASK_UNFINISHED, TASK_UNREADABLE, refuse
from .props import prop

PLUGINS = (
    "animation",
    "audio-button-response",
    "audio-keyboard-response",
    "categorize-html",
    "categorize-image",
    "cloze",
    "free-sort",
    "fullscreen",
    "html-button-response",
    "html-keyboard-response",
    "html-slider-response",
    "iat-html",
    "iat-image",
    "image-button-response",
    "image-keyboard-response",
    "image-slider-response",
    "instructions",
    "maxdiff",
    "preload",
    "reconstruction",
    "resize",
    "same-different-html",
    "same-different-image",
    "serial-reaction-time-mouse",
    "serial-reaction-time",
    "sketchpad",
    "survey-html-form",
    "survey-likert",
    "survey-multi-choice",
    "survey-multi-select",
    "survey-text",
    "video-button-response",
    "video-keyboard-response",
    "visual-search-circle",
)
"""The plugins shipped under static/vendor/jspsych; call-function and external-html are left out on purpose."""

CODE = ("on_", "conditional_function", "loop_function", "func")
LARGEST = 2_000_000
MOST_TRIALS = 10_000


@dataclass(frozen=True, kw_only=True)
class JsPsych(Question):
    """A timeline of jsPsych trials as JSON (no functions). Answer: the list of trial data, in order.

    A trial's ``type`` is a plugin name such as html-keyboard-response; ``{"variable": "word"}`` stands for
    a timeline variable. Each trial arrives as a measurement named by its number, from 0. Needs JavaScript.
    """

    kind = "jspsych"
    grouped = True
    modules = ("participants/js/jspsych.js",)
    needs_inline_styles = True

    label: str = field(metadata=prop("Heading of the task.", low=1))
    timeline: tuple[Json, ...] = field(metadata=prop("The jsPsych timeline.", low=1, high=1000))
    record: tuple[str, ...] = field(
        default=(), metadata=prop("Trial columns to measure, such as rt; empty: the whole trial as JSON.")
    )
    help: str = field(default="", metadata=prop("Markdown shown below the heading."))
    auto_submit: bool = field(default=True, metadata=prop("Go on as soon as the task is done."))

    def check(self) -> list[Problem]:
        """Only plugins that ship, and no code."""
        return list(timeline_problems(self.timeline, ".timeline"))

    @property
    def plugins(self) -> tuple[str, ...]:
        """The plugins the timeline uses."""
        used = {str(trial["type"]) for trial in trials(self.timeline) if isinstance(trial.get("type"), str)}
        return tuple(name for name in PLUGINS if name in used)

    @property
    def scripts(self) -> tuple[str, ...]:
        """jsPsych, the plugins, then our own module."""
        plugins = tuple(f"vendor/jspsych/plugin-{name}.min.js" for name in self.plugins)
        return ("vendor/jspsych/jspsych.min.js", *plugins, *self.modules)

    @property
    def styles(self) -> tuple[str, ...]:
        """jsPsych's own sheet."""
        return ("vendor/jspsych/jspsych.css",)

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The trials as posted by the page."""
        text = single(posted, name)
        if not text:
            if required:
                raise refuse(name, TASK_UNFINISHED)
            return missing(name, required=False)
        if len(text) > LARGEST:
            raise refuse(name, TASK_UNREADABLE)
        try:
            found = parse_json(text, constant=lambda word: None)
        except ValueError:
            raise refuse(name, TASK_UNREADABLE) from None
        whole = isinstance(found, list) and 0 < len(found) <= MOST_TRIALS and all(isinstance(t, dict) for t in found)
        if not whole:
            raise refuse(name, TASK_UNREADABLE)
        return found

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One field of JSON."""
        return {} if answer is None else {name: [json.dumps(answer)]}

    def drawn(self, stream: Stream) -> Json:
        """A reaction time of 250 to 1250 ms for every trial (each repeated as often as its variables say)."""
        return [
            {"trial_type": str(trial["type"]), "trial_index": index, "rt": round(250 + 1000 * stream.uniform())}
            for index, trial in enumerate(played(self.timeline))
        ]

    def score(self, answer: Json, correct: Json) -> bool:
        """``correct`` is the share of trials (of those marked correct or not) that must be right."""
        marks = [trial["correct"] for trial in cast("list[dict[str, Json]]", answer or []) if "correct" in trial]
        wanted = float(correct) if isinstance(correct, int | float) else 1.0
        return bool(marks) and sum(map(bool, marks)) / len(marks) >= wanted

    def measurements(self, answer: Json) -> Mapping[str, Json]:
        """Trial number -> the trial, or the recorded column, or several as ``number.column``."""
        found: dict[str, Json] = {}
        for number, trial in enumerate(cast("list[dict[str, Json]]", answer or [])):
            if not self.record:
                found[str(number)] = trial
            for column in self.record:
                key = str(number) if len(self.record) == 1 else f"{number}.{column}"
                found |= {key: trial[column]} if trial.get(column) is not None else {}
        return found

    def summary(self) -> str:
        """The task and its plugins."""
        return f'jsPsych: "{self.label[:60]}" ({", ".join(self.plugins)})'


def trials(timeline: Sequence[Json]) -> Iterator[Mapping[str, Json]]:
    """Every trial description, nested ones too."""
    for entry in timeline:
        if isinstance(entry, Mapping):
            inner = entry.get("timeline")
            yield entry
            if isinstance(inner, list | tuple):
                yield from trials(inner)


def played(timeline: Sequence[Json], inherited: Json = None) -> Iterator[Mapping[str, Json]]:
    """The trials a person would see, about: nested timelines once per entry of their variables."""
    for entry in timeline:
        if not isinstance(entry, Mapping):
            continue
        kind, inner = entry.get("type", inherited), entry.get("timeline")
        if not isinstance(inner, list | tuple):
            yield {**entry, "type": kind}
            continue
        variables = entry.get("timeline_variables")
        for _ in range(len(variables) if isinstance(variables, list | tuple) else 1):
            yield from played(inner, kind)


def timeline_problems(timeline: Sequence[Json], path: str) -> Iterator[Problem]:
    """What in a timeline cannot be run here."""
    for position, entry in enumerate(timeline):
        here = f"{path}[{position}]"
        if not isinstance(entry, Mapping):
            yield (here, "must be an object.")
            continue
        for key in entry:
            if key.startswith(CODE):
                yield (f"{here}.{key}", "must not be used: a timeline is JSON, and holds no functions.")
        kind, inner = entry.get("type"), entry.get("timeline")
        if isinstance(kind, str) and kind not in PLUGINS:
            yield (f"{here}.type", f"must be a plugin that ships, not {kind!r}.", f"Shipped: {', '.join(PLUGINS)}.")
        if entry.get("timeline_variables") in ([], ()):
            yield (
                f"{here}.timeline_variables",
                "must hold an entry: without one nothing is shown, and nobody gets on.",
            )
        if isinstance(inner, list | tuple):
            yield from timeline_problems(inner, f"{here}.timeline")
        elif kind is None and ".timeline" not in path[1:]:
            yield (f"{here}.type", "is missing.", "Name a plugin, such as html-keyboard-response.")
