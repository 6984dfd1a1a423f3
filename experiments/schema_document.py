"""The JSON Schema (draft 2020-12) of a study file: shapes, sentences, defaults. docs/study.schema.json is this."""

from __future__ import annotations

import json

from experiments.types import Json, JsonObject

NAME = r"^[A-Za-z][A-Za-z0-9_-]*$"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MONEY = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"
OPERATORS = ("not", "<", "<=", ">", ">=", "in", "exists")


def _object(description: str, required: list[str], properties: JsonObject) -> dict[str, Json]:
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _ref(name: str, **more: Json) -> dict[str, Json]:
    return {"$ref": f"#/$defs/{name}", **more}


def _list(entry: Json, description: str, **more: Json) -> dict[str, Json]:
    return {"type": "array", "items": entry, "description": description, **more}


def _text(description: str, **more: Json) -> dict[str, Json]:
    return {"type": "string", "description": description, **more}


def _choice(description: str, names: list[Json], **more: Json) -> dict[str, Json]:
    return {"enum": names, "description": description, **more}


def _whole(description: str, low: int, **more: Json) -> dict[str, Json]:
    return {"type": "integer", "minimum": low, "description": description, **more}


def _whole_or_none(description: str, low: int) -> dict[str, Json]:
    return {"type": ["integer", "null"], "minimum": low, "description": description, "default": None}


_NAME: dict[str, Json] = _text(
    "A letter, then letters, digits, _ and -.", pattern=NAME, maxLength=60, examples=["trusted"]
)

_LEVEL: Json = {
    "type": ["string", "number", "boolean"],
    "description": "One setting of a factor.",
    "examples": ["none", 3],
}

_MARKDOWN: Json = {
    "type": ["string", "object"],
    "description": "A text, or one for each language of the study: {en: …, de: …}.",
    "additionalProperties": {"type": "string"},
    "examples": ["Welcome", {"en": "Welcome", "de": "Willkommen"}],
}

_CONDITION: Json = {
    "type": "object",
    "minProperties": 1,
    "description": (
        "{path: value} equal, {path: [v1, v2]} one of, "
        "{path: {not: v, '<': n, '<=': n, '>': n, '>=': n, in: [...], exists: true}}, "
        "{all: [...]}, {any: [...]}, {not: {...}}. Several keys: all of them."
    ),
    "examples": [{"arm.explanation": {"not": "none"}}],
}

_CONSENT: Json = _object(
    "One version of the text that participants agree to. Never change one that was shown: add the next.",
    ["version", "body"],
    {
        "version": _text("Its name, unique in the study.", minLength=1, maxLength=20, examples=["1"]),
        "title": _ref("text", default="Consent"),
        "body": _ref("text"),
    },
)

_STUDY: Json = _object(
    "The project: people, budget, consent texts.",
    ["slug", "title"],
    {
        "slug": _text("Its name in addresses.", pattern=SLUG, maxLength=60, examples=["trust"]),
        "title": _text("For researchers.", minLength=1, maxLength=200),
        "description": _text("For researchers.", default=""),
        "contact": _text(
            "Whom participants can ask; shown on every page.", maxLength=200, default="", examples=["lab@example.org"]
        ),
        "languages": _list(
            {"type": "string", "pattern": LANGUAGE},
            "The first is the default.",
            minItems=1,
            uniqueItems=True,
            default=["en"],
        ),
        "retention_days": _whole("Personal data are erased after so many days.", 1, default=3650),
        "currency": _text("Three letters.", pattern="^[A-Z]{3}$", default="USD"),
        "budget": _text("An amount, quoted.", pattern=MONEY, default="0.00", examples=["120.00"]),
        "consent": _list(_ref("consent"), "Consent documents, newest last.", default=[]),
    },
)

_FACTOR: Json = _object(
    "Something that is varied.",
    ["name", "levels"],
    {
        "name": _NAME,
        "scope": _choice("Between units, or within each of them.", ["between", "within"], default="between"),
        "levels": _list(
            _ref("level"), "Its settings.", minItems=2, uniqueItems=True, examples=[["none", "attributions"]]
        ),
        "order": _choice(
            "How within-levels are ordered.", ["latin_square", "shuffle", "fixed"], default="latin_square"
        ),
    },
)

_ARM: Json = _object(
    "What differs from the full-factorial default for one combination of between-levels.",
    ["levels"],
    {
        "name": _text("Unique. Default: the levels, joined by “ / ”.", minLength=1, maxLength=120),
        "levels": {
            "type": "object",
            "additionalProperties": _ref("level"),
            "description": "A level for each between-factor.",
            "examples": [{"explanation": "none"}],
        },
        "payload": {
            "type": "object",
            "default": {},
            "description": "Anything the pages or the app need: {{ arm.key }}.",
        },
        "weight": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1,
            "description": "Its share, relative to the others.",
        },
        "quota": _whole_or_none("Most completes in this arm.", 1),
        "is_control": {"type": "boolean", "default": False, "description": "What the others are compared with."},
        "is_enabled": {"type": "boolean", "default": True, "description": "Whether units are still assigned to it."},
    },
)

_MEASURE: Json = _object(
    "What is measured.",
    ["name", "kind"],
    {
        "name": _NAME,
        "title": _text("For tables and charts.", maxLength=200, default=""),
        "kind": _choice("What a value is.", ["number", "choice", "boolean", "text", "json"]),
        "role": _choice("What it is for.", ["primary", "secondary", "guardrail", "attention"], default="secondary"),
        "direction": _choice("Whether higher is better.", ["up", "down", "none"], default="none"),
        "low": {"type": ["number", "null"], "default": None, "description": "Least value allowed."},
        "high": {"type": ["number", "null"], "default": None, "description": "Greatest value allowed."},
    },
)

_PART: dict[str, Json] = {"type": "number", "minimum": 0, "maximum": 1}
_SPAN: dict[str, Json] = {"type": "array", "items": _PART, "minItems": 2, "maxItems": 2}

# What only some policies take. They have no default here: bandits.policies reads them, and refuses strangers.
_POLICY_PARAMETERS: dict[str, Json] = {
    "block_multiples": _list({"type": "integer", "minimum": 1}, "Blocks: draw each one's multiple from these."),
    "imbalance": _choice("Minimisation: how unevenness is measured.", ["range", "variance"]),
    "p": {"type": "number", "minimum": 0.5, "maximum": 1, "description": "Minimisation: the chance of the best arm."},
    "strata_weights": {
        "type": "object",
        "additionalProperties": {"type": "number", "minimum": 0},
        "description": "Minimisation: how much each of the strata counts; 1 if it is not here.",
    },
    "overall": {"type": "number", "minimum": 0, "description": "Minimisation: how much the arms' totals count."},
    "method": _choice("Hash: whose.", ["machina", "growthbook_v1", "growthbook_v2"]),
    "key": _text("Hash: the experiment's name in it; empty: its seed."),
    "layer": _text("Hash: the salt of the layer."),
    "attribute": _text("Hash: this attribute of the unit instead of its identity."),
    "coverage": {**_PART, "description": "Hash: the part of each arm's range in use. Raising it moves nobody."},
    "ranges": _list(_SPAN, "Hash: the arms' own ranges, instead of weights and coverage."),
    "namespace": _text("Hash: a GrowthBook namespace."),
    "namespace_range": {**_SPAN, "description": "Hash: our part of the namespace."},
}

_ALLOCATION: Json = _object(
    "Who gets which arm.",
    [],
    {
        "policy": _choice(
            "The rule.",
            ["simple", "permuted_blocks", "stratified_blocks", "minimisation", "hash"],
            default="permuted_blocks",
        ),
        "block_multiple": _whole("Block length: so many times the smallest block that fits the weights.", 1, default=1),
        "strata": _list(
            _NAME, "Attributes of the unit to balance over.", uniqueItems=True, default=[], examples=[["age_group"]]
        ),
        "stratum_quota": _whole_or_none("Most completes in each stratum.", 1),
        **_POLICY_PARAMETERS,
    },
)

_REPEAT: Json = _object(
    "Once for each stimulus. Neighbouring steps with equal `repeat` repeat together.",
    ["over"],
    {
        "over": _text("A stimulus set.", examples=["cases"]),
        "as": {**_NAME, "default": "case", "description": "Its name in {{ references }}."},
        "order": _choice("Order of the stimuli.", ["shuffle", "latin_square", "fixed"], default="fixed"),
        "sample": _whole_or_none("So many of them, drawn for each session; none: all.", 1),
        "within": _list(
            {"type": "string"}, "Within-factors whose levels are spread over the stimuli.", uniqueItems=True, default=[]
        ),
    },
)

_COMPONENT: Json = _object(
    "A display (shows something) or a question (asks something).",
    ["kind"],
    {
        "kind": _text("Which one.", examples=["text", "choice"]),
        "name": {
            **_NAME,
            "type": ["string", "null"],
            "default": None,
            "description": "Needed by questions; unique on its page.",
        },
        "measure": {"type": ["string", "null"], "default": None, "description": "Where the answer is recorded."},
        "props": {"type": "object", "default": {}, "description": "What this kind needs; may hold {{ references }}."},
        "required": {"type": "boolean", "default": True, "description": "Whether it must be answered."},
        "correct": {"default": None, "description": "The right answer, for scoring."},
        "check": _choice("Whether a wrong answer fails the page.", [None, "comprehension", "attention"], default=None),
        "attribute": {
            **_NAME,
            "type": ["string", "null"],
            "default": None,
            "description": "Keep the answer as this attribute of the unit.",
        },
    },
)

_SCREEN_OUT: Json = _object(
    "Who cannot take part.",
    ["when"],
    {"when": _ref("condition"), "message": _ref("text", default="")},
)

_STEP: Json = _object(
    "One page of the timeline, or one for each stimulus.",
    ["name", "components"],
    {
        "name": _NAME,
        "stage": _choice("Screening comes before an arm is assigned.", ["screening", "main"], default="main"),
        "title": _ref("text", default=""),
        "components": _list(_ref("component"), "What stands on the page, from top to bottom.", minItems=1),
        "repeat": {"oneOf": [{"type": "null"}, _ref("repeat")], "default": None},
        "show_if": {"oneOf": [{"type": "null"}, _ref("condition")], "default": None},
        "timeout_seconds": _whole_or_none("The server moves on after so many seconds.", 1),
        "attempts": _whole("How often a page with checks may be tried.", 1, default=1),
        "on_fail": _choice("After the last failed attempt.", ["continue", "screen_out", "repeat"], default="continue"),
        "screen_out": {"oneOf": [{"type": "null"}, _ref("screen_out")], "default": None},
    },
)

_STIMULI: Json = {
    "type": "object",
    "propertyNames": {"pattern": NAME},
    "additionalProperties": _list(
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

_EXPERIMENT: Json = _object(
    "Arms handed to units under a design, with what is measured.",
    ["slug", "title"],
    {
        "slug": _text("Its name in addresses, unique everywhere.", pattern=SLUG, maxLength=60, examples=["trust-2026"]),
        "title": _text("For researchers.", minLength=1, maxLength=200),
        "unit_kind": _choice("What is randomised.", ["participant", "visitor", "run"], default="participant"),
        "target": _whole("Completes wanted.", 1, maximum=1_000_000, default=100),
        "seed": _whole("All chance of this experiment comes from it.", 0, maximum=2**63 - 1, default=18),
        "lease_seconds": _whole("How long a place is kept without a sign.", 30, maximum=604_800, default=600),
        "exclusion_group": _text("Nobody takes part in two experiments of a group.", maxLength=60, default=""),
        "debrief": _ref("text", default=""),
        "full_message": _ref("text", default=""),
        "factors": _list(_ref("factor"), "What is varied.", default=[]),
        "exclusions": _list(
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
            },
            "Combinations of between-levels that are not made into arms.",
            default=[],
            examples=[[{"explanation": "none"}]],
        ),
        "arms": _list(_ref("arm"), "Overrides of the full-factorial arms.", default=[]),
        "measures": _list(_ref("measure"), "What is measured.", default=[]),
        "allocation": _ref("allocation", default={}),
        "stimuli": _STIMULI,
        "steps": _list(_ref("step"), "The timeline.", default=[]),
    },
)

SCHEMA: dict[str, Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://machina.example.org/study.schema.json",
    "title": "A Machina study file",
    **_object(
        "One study with its experiments, as one YAML or JSON file.",
        ["machina", "study", "experiments"],
        {
            "machina": {"const": 1, "description": "The version of this format."},
            "study": _ref("study"),
            "experiments": _list(_ref("experiment"), "At least one.", minItems=1),
        },
    ),
    "$defs": {
        "text": _MARKDOWN,
        "level": _LEVEL,
        "condition": _CONDITION,
        "consent": _CONSENT,
        "study": _STUDY,
        "experiment": _EXPERIMENT,
        "factor": _FACTOR,
        "arm": _ARM,
        "measure": _MEASURE,
        "allocation": _ALLOCATION,
        "repeat": _REPEAT,
        "component": _COMPONENT,
        "screen_out": _SCREEN_OUT,
        "step": _STEP,
    },
}


def schema_text() -> str:
    """What docs/study.schema.json holds."""
    return json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
