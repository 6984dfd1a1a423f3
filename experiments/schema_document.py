"""The JSON Schema (draft 2020-12) of a study file: shapes, sentences, defaults. docs/study.schema.json is this."""

from __future__ import annotations

import json

from experiments import schema_choosing, schema_learning
from experiments.schema_pages import COMPONENT, CONDITION, REPEAT, SCREEN_OUT, STEP, STIMULI
from experiments.schema_parts import (
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

SLUG = r"^[a-z0-9][a-z0-9-]*$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MONEY = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"
OPERATORS = ("not", "<", "<=", ">", ">=", "in", "exists")


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

_CONSENT: Json = closed_object(
    "One version of the text that participants agree to. Never change one that was shown: add the next.",
    ["version", "body"],
    {
        "version": text("Its name, unique in the study.", minLength=1, maxLength=20, examples=["1"]),
        "title": reference("text", default="Consent"),
        "body": reference("text"),
    },
)

_STUDY: Json = closed_object(
    "The project: people, budget, consent texts.",
    ["slug", "title"],
    {
        "slug": text("Its name in addresses.", pattern=SLUG, maxLength=60, examples=["trust"]),
        "title": text("For researchers.", minLength=1, maxLength=200),
        "description": text("For researchers.", default=""),
        "contact": text(
            "Whom participants can ask; shown on every page.", maxLength=200, default="", examples=["lab@example.org"]
        ),
        "languages": list_of(
            {"type": "string", "pattern": LANGUAGE},
            "The first is the default.",
            minItems=1,
            uniqueItems=True,
            default=["en"],
        ),
        "retention_days": whole_number("Personal data are erased after so many days.", 1, default=3650),
        "currency": text("Three letters.", pattern="^[A-Z]{3}$", default="USD"),
        "budget": text("An amount, quoted.", pattern=MONEY, default="0.00", examples=["120.00"]),
        "consent": list_of(reference("consent"), "Consent documents, newest last.", default=[]),
    },
)

_FACTOR: Json = closed_object(
    "Something that is varied.",
    ["name", "levels"],
    {
        "name": NAMED,
        "scope": one_of("Between units, or within each of them.", ["between", "within"], default="between"),
        "levels": list_of(
            reference("level"), "Its settings.", minItems=2, uniqueItems=True, examples=[["none", "attributions"]]
        ),
        "order": one_of("How within-levels are ordered.", ["latin_square", "shuffle", "fixed"], default="latin_square"),
    },
)

_ARM: Json = closed_object(
    "What differs from the full-factorial default for one combination of between-levels.",
    ["levels"],
    {
        "name": text("Unique. Default: the levels, joined by “ / ”.", minLength=1, maxLength=120),
        "levels": {
            "type": "object",
            "additionalProperties": reference("level"),
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
        "quota": whole_number_or_none("Most completes in this arm.", 1),
        "is_control": {"type": "boolean", "default": False, "description": "What the others are compared with."},
        "is_enabled": {"type": "boolean", "default": True, "description": "Whether units are still assigned to it."},
    },
)

_MEASURE: Json = closed_object(
    "What is measured.",
    ["name", "kind"],
    {
        "name": NAMED,
        "title": text("For tables and charts.", maxLength=200, default=""),
        "kind": one_of("What a value is.", ["number", "choice", "boolean", "text", "json"]),
        "role": one_of("What it is for.", ["primary", "secondary", "guardrail", "attention"], default="secondary"),
        "direction": one_of("Whether higher is better.", ["up", "down", "none"], default="none"),
        "low": {"type": ["number", "null"], "default": None, "description": "Least value allowed."},
        "high": {"type": ["number", "null"], "default": None, "description": "Greatest value allowed."},
    },
)

_PART: dict[str, Json] = {"type": "number", "minimum": 0, "maximum": 1}
_SPAN: dict[str, Json] = {"type": "array", "items": _PART, "minItems": 2, "maxItems": 2}

# What only some policies take. They have no default here: bandits.policies reads them, and refuses strangers.
_POLICY_PARAMETERS: dict[str, Json] = {
    "block_multiples": list_of({"type": "integer", "minimum": 1}, "Blocks: draw each one's multiple from these."),
    "imbalance": one_of("Minimisation: how unevenness is measured.", ["range", "variance"]),
    "p": {"type": "number", "minimum": 0.5, "maximum": 1, "description": "Minimisation: the chance of the best arm."},
    "strata_weights": {
        "type": "object",
        "additionalProperties": {"type": "number", "minimum": 0},
        "description": "Minimisation: how much each of the strata counts; 1 if it is not here.",
    },
    "overall": {"type": "number", "minimum": 0, "description": "Minimisation: how much the arms' totals count."},
    "method": one_of("Hash: whose.", ["machina", "growthbook_v1", "growthbook_v2"]),
    "key": text("Hash: the experiment's name in it; empty: its seed."),
    "layer": text("Hash: the salt of the layer."),
    "attribute": text("Hash: this attribute of the unit instead of its identity."),
    "coverage": {**_PART, "description": "Hash: the part of each arm's range in use. Raising it moves nobody."},
    "ranges": list_of(_SPAN, "Hash: the arms' own ranges, instead of weights and coverage."),
    "namespace": text("Hash: a GrowthBook namespace."),
    "namespace_range": {**_SPAN, "description": "Hash: our part of the namespace."},
}

_ALLOCATION: Json = closed_object(
    "Who gets which arm.",
    [],
    {
        "policy": one_of(
            "The rule.",
            ["simple", "permuted_blocks", "stratified_blocks", "minimisation", "hash", *schema_learning.POLICIES],
            default="permuted_blocks",
        ),
        "block_multiple": whole_number(
            "Block length: so many times the smallest block that fits the weights.", 1, default=1
        ),
        "strata": list_of(
            NAMED, "Attributes of the unit to balance over.", uniqueItems=True, default=[], examples=[["age_group"]]
        ),
        "stratum_quota": whole_number_or_none("Most completes in each stratum.", 1),
        **_POLICY_PARAMETERS,
        **schema_learning.PARAMETERS,
        "audience": schema_learning.AUDIENCE,
    },
)

_EXPERIMENT: Json = closed_object(
    "Arms handed to units under a design, with what is measured.",
    ["slug", "title"],
    {
        "slug": text("Its name in addresses, unique everywhere.", pattern=SLUG, maxLength=60, examples=["trust-2026"]),
        "title": text("For researchers.", minLength=1, maxLength=200),
        "unit_kind": one_of("What is randomised.", ["participant", "visitor", "run"], default="participant"),
        "target": whole_number("Completes wanted.", 1, maximum=1_000_000, default=100),
        "seed": whole_number("All chance of this experiment comes from it.", 0, maximum=2**63 - 1, default=18),
        "lease_seconds": whole_number("How long a place is kept without a sign.", 30, maximum=604_800, default=600),
        "exclusion_group": text("Nobody takes part in two experiments of a group.", maxLength=60, default=""),
        "debrief": reference("text", default=""),
        "full_message": reference("text", default=""),
        "factors": list_of(reference("factor"), "What is varied.", default=[]),
        "exclusions": list_of(
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
            },
            "Combinations of between-levels that are not made into arms.",
            default=[],
            examples=[[{"explanation": "none"}]],
        ),
        "arms": list_of(reference("arm"), "Overrides of the full-factorial arms.", default=[]),
        "measures": list_of(reference("measure"), "What is measured.", default=[]),
        "allocation": reference("allocation", default={}),
        "stimuli": STIMULI,
        "steps": list_of(reference("step"), "The timeline.", default=[]),
    },
)

SCHEMA: dict[str, Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://machina.example.org/study.schema.json",
    "title": "A Machina study file",
    **closed_object(
        "One study with its experiments, as one YAML or JSON file.",
        ["machina", "study", "experiments"],
        {
            "machina": {"const": 1, "description": "The version of this format."},
            "study": reference("study"),
            "experiments": list_of(reference("experiment"), "At least one.", minItems=1),
            "batches": list_of(
                {"type": "object", "description": "The document of a batch, with a slug.", "required": ["slug"]},
                "Computations: each as in a document of its own. They come in paused.",
            ),
        },
    ),
    "$defs": {
        "text": _MARKDOWN,
        "level": _LEVEL,
        "condition": CONDITION,
        "consent": _CONSENT,
        "study": _STUDY,
        "experiment": _EXPERIMENT,
        "factor": _FACTOR,
        "arm": _ARM,
        "measure": _MEASURE,
        "allocation": _ALLOCATION,
        "repeat": REPEAT,
        **schema_choosing.DEFINITIONS,
        "component": COMPONENT,
        "screen_out": SCREEN_OUT,
        "step": STEP,
    },
}


def schema_text() -> str:
    """What docs/study.schema.json holds."""
    return json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
