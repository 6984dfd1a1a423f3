"""The JSON Schema of `choose`: a block of trials that chooses its own stimuli.

Keys that only some rules or models take have no default here: `experiments.semantics_choosing` refuses strangers.
"""

from __future__ import annotations

from experiments.schema_parts import NAME, NAMED, closed_object, list_of, one_of, reference, text, whole_number
from experiments.types import Json

RULES = ("information", "random", "fixed", "staircase")
MODELS = ("psychometric", "bernoulli", "logistic", "normal")
MOST_TRIALS = 400
MOST_RUN = 6

_ABOVE_NONE: dict[str, Json] = {"type": "number", "exclusiveMinimum": 0}
_NUMBER: dict[str, Json] = {"type": "number"}
_SHARE: dict[str, Json] = {"type": "number", "minimum": 0, "maximum": 1}


def _spaced(description: str) -> dict[str, Json]:
    """Numbers, listed or spaced."""
    return {"type": ["array", "number", "object"], "description": description, **_SPACED}


_SPACED: dict[str, Json] = {
    "items": _NUMBER,
    "minItems": 1,
    "additionalProperties": False,
    "required": ["from", "to", "steps"],
    "properties": {
        "from": {**_NUMBER, "description": "The first."},
        "to": {**_NUMBER, "description": "The last."},
        "steps": whole_number("How many, both ends counted.", 2, maximum=200),
        "scale": one_of("Evenly spaced, or by equal factors.", ["even", "log"]),
        "mean": {**_NUMBER, "description": "Of a normal prior; without it every value is equally likely."},
        "sd": {**_ABOVE_NONE, "description": "Of that prior; with scale: log, of the natural logarithm."},
    },
}

MODEL: Json = closed_object(
    "What is believed of a participant, and updated with each answer.",
    ["kind"],
    {
        "kind": one_of("psychometric, one chance per stimulus, or a regression.", [*MODELS]),
        "form": one_of("Psychometric: its curve.", ["weibull", "logistic", "normal"]),
        "x": {**NAMED, "description": "Psychometric: the attribute of the stimuli that is the intensity."},
        "threshold": _spaced("Psychometric: its grid, from the easiest to the hardest participant."),
        "slope": _spaced("Psychometric: its grid."),
        "guess": _spaced("Psychometric: the chance of being right without seeing anything."),
        "lapse": _spaced("Psychometric: the chance of slipping though one sees it."),
        "features": list_of(NAMED, "Regressions: numeric attributes of the stimuli.", minItems=1, uniqueItems=True),
        "prior_sd": {**_ABOVE_NONE, "description": "Regressions: of each weight, around 0."},
        "noise_sd": {**_ABOVE_NONE, "description": "Normal: of an answer around what the model says."},
        "a": {**_ABOVE_NONE, "description": "Bernoulli: the prior's yeses, 1 if it is not here."},
        "b": {**_ABOVE_NONE, "description": "Bernoulli: the prior's noes, 1 if it is not here."},
    },
)

STOP: Json = closed_object(
    "When the block ends before its last trial.",
    [],
    {
        "sd": {**_ABOVE_NONE, "description": "The posterior's standard deviation of `about` is at most this."},
        "about": text("Which parameter; threshold if it is not here.", maxLength=60),
        "entropy": {**_NUMBER, "description": "The posterior's entropy, in nats, is at most this."},
        "reversals": whole_number("A staircase has turned round so often.", 2, maximum=100),
    },
)

STAIRCASE: Json = closed_object(
    "Up and down over the levels of one attribute: 1 up, 2 down by default; weighted by steps of unequal size.",
    ["x"],
    {
        "x": {**NAMED, "description": "The attribute whose levels it climbs."},
        "down_after": whole_number("So many right answers in a row make it harder.", 1, default=2),
        "up_after": whole_number("So many wrong answers in a row make it easier.", 1, default=1),
        "step_down": whole_number("Levels at a time.", 1, default=1),
        "step_up": whole_number("Levels at a time; 3 against 1 down aims at 75 % right.", 1, default=1),
        "start": {**_NUMBER, "description": "The level to begin with; without it, the easiest."},
        "harder": one_of("Which end is hard.", ["low", "high"], default="low"),
    },
)

TASKS: Json = closed_object(
    "Several tasks in one block, each with a belief of its own; which comes next is chosen too.",
    ["of"],
    {
        "of": {**NAMED, "description": "The attribute of the stimuli that names the task."},
        "run": whole_number(
            "So many trials of a task in a row, chosen by what all of them teach; 1: trial by trial.",
            1,
            maximum=MOST_RUN,
            default=1,
        ),
    },
)

CHOOSE: Json = closed_object(
    "Choose each stimulus when it is due, from what this participant has answered in the block so far.",
    ["answer", "trials"],
    {
        "by": one_of("The rule.", [*RULES], default="information"),
        "answer": {**NAMED, "description": "The question whose answer teaches."},
        "yes": list_of(
            {"type": ["string", "number", "boolean"]},
            "Answers that count as a yes. Without it, right answers do, by the question's `correct`.",
            minItems=1,
        ),
        "trials": whole_number("At most so many.", 1, maximum=MOST_TRIALS),
        "at_least": whole_number("No stop before so many.", 0, default=0),
        "stop": reference("stimulus_stop"),
        "model": reference("stimulus_model"),
        "levels": {
            "type": "object",
            "propertyNames": {"pattern": NAME},
            "additionalProperties": _spaced("Values of an attribute."),
            "minProperties": 1,
            "maxProperties": 2,
            "description": "Make of each stimulus one for each value of an attribute: {contrast: {from, to, steps}}.",
        },
        "about": text("The parameter to learn of; all of them if it is not here.", maxLength=60),
        "cost": {**NAMED, "description": "The attribute that a trial costs (seconds): information per cost leads."},
        "random": {**_SHARE, "default": 0, "description": "Share of trials drawn evenly from all stimuli."},
        "least": whole_number("Show each stimulus so often before any is chosen.", 0, default=0),
        "staircase": reference("stimulus_staircase"),
        "tasks": reference("stimulus_tasks"),
        "record": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "At the block's end: {threshold: a measure, threshold_sd: another, trials: a third}.",
            "examples": [{"threshold": "threshold", "threshold_sd": "threshold_sd"}],
        },
    },
)

DEFINITIONS: dict[str, Json] = {
    "choose": CHOOSE,
    "stimulus_model": MODEL,
    "stimulus_stop": STOP,
    "stimulus_staircase": STAIRCASE,
    "stimulus_tasks": TASKS,
}
