"""The JSON Schema of what pages are made of: steps, components, repeats, conditions, stimuli."""

from __future__ import annotations

from experiments.schema_parts import (
    NAME,
    NAMED,
    closed_object,
    list_of,
    one_of,
    reference,
    text,
    whole_number,
    whole_number_or_none,
)
from experiments.types import Json

CONDITION: Json = {
    "type": "object",
    "minProperties": 1,
    "description": (
        "{path: value} equal, {path: [v1, v2]} one of, "
        "{path: {not: v, '<': n, '<=': n, '>': n, '>=': n, in: [...], exists: true}}, "
        "{all: [...]}, {any: [...]}, {not: {...}}. Several keys: all of them."
    ),
    "examples": [{"arm.explanation": {"not": "none"}}],
}

REPEAT: Json = closed_object(
    "Once for each stimulus. Neighbouring steps with equal `repeat` repeat together.",
    ["over"],
    {
        "over": text("A stimulus set.", examples=["cases"]),
        "as": {**NAMED, "default": "case", "description": "Its name in {{ references }}."},
        "order": one_of("Order of the stimuli.", ["shuffle", "latin_square", "fixed"], default="fixed"),
        "sample": whole_number_or_none("So many of them, drawn for each session; none: all.", 1),
        "within": list_of(
            {"type": "string"}, "Within-factors whose levels are spread over the stimuli.", uniqueItems=True, default=[]
        ),
        "choose": reference("choose"),
    },
)

COMPONENT: Json = closed_object(
    "A display (shows something) or a question (asks something).",
    ["kind"],
    {
        "kind": text("Which one.", examples=["text", "choice"]),
        "name": {
            **NAMED,
            "type": ["string", "null"],
            "default": None,
            "description": "Needed by questions; unique on its page.",
        },
        "measure": {"type": ["string", "null"], "default": None, "description": "Where the answer is recorded."},
        "props": {"type": "object", "default": {}, "description": "What this kind needs; may hold {{ references }}."},
        "required": {"type": "boolean", "default": True, "description": "Whether it must be answered."},
        "correct": {"default": None, "description": "The right answer, for scoring."},
        "check": one_of("Whether a wrong answer fails the page.", [None, "comprehension", "attention"], default=None),
        "attribute": {
            **NAMED,
            "type": ["string", "null"],
            "default": None,
            "description": "Keep the answer as this attribute of the unit.",
        },
    },
)

SCREEN_OUT: Json = closed_object(
    "Who cannot take part.",
    ["when"],
    {"when": reference("condition"), "message": reference("text", default="")},
)

STEP: Json = closed_object(
    "One page of the timeline, or one for each stimulus.",
    ["name", "components"],
    {
        "name": NAMED,
        "stage": one_of("Screening comes before an arm is assigned.", ["screening", "main"], default="main"),
        "title": reference("text", default=""),
        "components": list_of(reference("component"), "What stands on the page, from top to bottom.", minItems=1),
        "repeat": {"oneOf": [{"type": "null"}, reference("repeat")], "default": None},
        "show_if": {"oneOf": [{"type": "null"}, reference("condition")], "default": None},
        "timeout_seconds": whole_number_or_none("The server moves on after so many seconds.", 1),
        "attempts": whole_number("How often a page with checks may be tried.", 1, default=1),
        "on_fail": one_of("After the last failed attempt.", ["continue", "screen_out", "repeat"], default="continue"),
        "screen_out": {"oneOf": [{"type": "null"}, reference("screen_out")], "default": None},
    },
)

STIMULI: Json = {
    "type": "object",
    "propertyNames": {"pattern": NAME},
    "additionalProperties": list_of(
        {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": ["string", "integer"], "description": "Unique in its set."}},
        },
        "A stimulus set.",
        minItems=1,
    ),
    "default": {},
    "description": "Named lists of cases that steps repeat over.",
}
