"""The JSON Schema (draft 2020-12) of an analysis plan: shapes and sentences. docs/analysis-plan.schema.json is this."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum

from analysis.registered.document.estimands import NAMED, EstimandKind
from analysis.registered.document.words import FORMAT, Aim, ContrastKind, Correction, LooksKind, Method, Role, Spending
from experiments.schema_parts import closed_object, list_of, one_of, text, whole_number
from experiments.types import Json

AGGREGATES = ("mean", "sum", "first", "last", "least", "greatest", "median")


def _words(description: str, kinds: type[StrEnum] | Iterable[str], **more: Json) -> dict[str, Json]:
    return one_of(description, [str(each) for each in kinds], **more)


def _number(description: str, **more: Json) -> dict[str, Json]:
    return {"type": "number", "description": description, **more}


def _or_none(kind: str, description: str, **more: Json) -> dict[str, Json]:
    return {"type": [kind, "null"], "description": description, "default": None, **more}


def _part(description: str, **more: Json) -> dict[str, Json]:
    return _number(description, minimum=0, maximum=1, **more)


def _share(description: str, **more: Json) -> dict[str, Json]:
    return _number(description, exclusiveMinimum=0, maximum=1, **more)


def _names(description: str) -> dict[str, Json]:
    return list_of({"type": "string", "minLength": 1, "maxLength": 400}, description, uniqueItems=True, default=[])


def _optional(schema: dict[str, Json]) -> dict[str, Json]:
    return {"oneOf": [{"type": "null"}, schema], "default": None}


_LEVEL: Json = {"type": ["string", "number", "boolean", "null"], "description": "A level of the factor."}

_CONTRAST = closed_object(
    "What is held against what.",
    ["kind"],
    {
        "kind": _words(
            "arm, a factor's level, a level within each unit, an interaction, or any difference.", ContrastKind
        ),
        "arm": _or_none("string", "Of kind arm: the arm asked about."),
        "control": _or_none("string", "Of kind arm: what it is compared with."),
        "factor": _or_none("string", "Of kinds factor and within."),
        "level": _LEVEL,
        "baseline": _LEVEL,
        "factors": _names("Of kinds interaction and omnibus."),
    },
)

_ESTIMAND = closed_object(
    "What the contrast is of.",
    [],
    {
        "kind": _words(
            "A difference, a lift in parts of the control, a ratio's, a quantile's; raters' agreement, a scale's "
            "reliability, an effect size, a ratio of hazards.",
            EstimandKind,
        ),
        "per": _or_none("string", "Of a ratio: the measure below the line."),
        "p": _or_none("number", "Of a quantile: which, 0.5 is the median.", exclusiveMinimum=0, exclusiveMaximum=1),
        "coefficient": {
            "enum": [None, *(name for names in NAMED.values() for name in names)],
            "description": "Of agreement, reliability and effect sizes: which.",
            "default": None,
        },
        "items": _names("Measures: of agreement the other raters', of reliability the scale's other items."),
        "turned": _names("Of reliability: items whose high end says little; they are counted the other way round."),
        "seen": _or_none("string", "Of durations: a yes or no measure, whether the event came (else cut short)."),
    },
)

_WINSOR = closed_object(
    "Values beyond these quantiles count as the quantile, the same for all arms.",
    [],
    {"low": _part("0: none.", default=0), "high": _part("1: none.", default=1)},
)

_PRIOR = closed_object(
    "What was believed of the relative effect before: a normal distribution.",
    [],
    {
        "mean": _number("0: no effect is the most likely one.", default=0),
        "sd": _number("How far from it an effect may well lie.", exclusiveMinimum=0, default=0.3),
        "source": text("Where it comes from, for readers.", maxLength=500, default=""),
        "weight": _part("How much of an earlier experiment counts.", default=1),
    },
)

_QUESTION = closed_object(
    "One thing asked of the data.",
    ["name", "measure", "role", "contrast"],
    {
        "name": text("Unique in the plan.", minLength=1, maxLength=400),
        "measure": text("Of which measure.", minLength=1, maxLength=60),
        "role": _words("What the answer is for.", Role),
        "contrast": _CONTRAST,
        "estimand": _ESTIMAND,
        "method": _words("The way to an answer.", Method, default="anytime"),
        "aim": _words("What is to be shown.", Aim, default="different"),
        "margin": _or_none("number", "What is still acceptable, in the estimand's units.", exclusiveMinimum=0),
        "aggregate": _words("How several values of one unit become one.", AGGREGATES, default="mean"),
        "covariates": _names("Attributes that are numbers and were there before the arm was."),
        "winsor": _optional(_WINSOR),
        "prior": _optional(_PRIOR),
    },
)

_EXCLUSION = closed_object(
    "Units left out of the planned analysis. The other one, with all of them, is always computed beside it.",
    ["rule"],
    {
        "rule": text("Its name, as the page of the plan lists them.", minLength=1, maxLength=60),
        "settings": {"type": "object", "description": "What the rule reads.", "default": {}},
        "reason": text("Why, for readers.", maxLength=500, default=""),
    },
)

_EDGE = closed_object(
    "An arrow: this part of the level goes on when the first question is answered.",
    ["source", "target", "weight"],
    {"source": text("From."), "target": text("To."), "weight": _share("The part that goes there.")},
)

_GRAPH = closed_object(
    "A graphical procedure (Bretz, Maurer, Brannath and Posch 2009).",
    ["weights"],
    {
        "weights": {
            "type": "object",
            "additionalProperties": _part("A part of the family's level."),
            "description": "The part of the level that each question has at first; together at most 1.",
        },
        "edges": list_of(_EDGE, "Where levels go on to; from each question together at most 1.", default=[]),
    },
)

_FAMILY = closed_object(
    "Questions that share one level.",
    ["name", "questions", "correction"],
    {
        "name": text("Unique in the plan.", minLength=1, maxLength=100),
        "questions": {**_names("Their names."), "minItems": 1},
        "correction": _words("How they share it.", Correction),
        "level": _number("The error allowed.", exclusiveMinimum=0, maximum=0.5, default=0.05),
        "graph": _optional(_GRAPH),
    },
)

_LOOKS = closed_object(
    "When somebody may look and decide.",
    [],
    {
        "kind": _words("always: whenever anybody likes. planned: at stated parts. once: at the end.", LooksKind),
        "parts": list_of(_share("A part of the units."), "Of planned looks: rising, the last is 1.", default=[]),
        "spending": _words("Of planned looks: how early the level is spent.", Spending, default="obrien_fleming"),
        "parameter": _or_none("number", "Of power (above 0) and hwang_shih_decani spending."),
        "units": {**_or_none("integer", "How many units are planned for; the experiment's target."), "minimum": 1},
    },
)

SCHEMA: dict[str, Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://machina.example.org/analysis-plan.schema.json",
    "title": "A Machina analysis plan",
    **closed_object(
        "What is asked of an experiment's data, how, and with which error allowed.",
        ["questions", "families"],
        {
            "format": {"const": FORMAT, "description": "The version of this format."},
            "questions": list_of(_QUESTION, "What is asked.", default=[]),
            "families": list_of(_FAMILY, "What shares a level.", default=[]),
            "exclusions": list_of(_EXCLUSION, "Who is left out.", default=[]),
            "looks": _LOOKS,
            "level": _number("The error allowed of all primary questions together.", exclusiveMinimum=0, maximum=0.5),
            "slices": _names("Attributes that answers are shown by, exploring."),
            "seed": whole_number("All chance of the analysis comes from it.", 0, maximum=2**63 - 1, default=18),
            "note": text("Hypotheses, in your words.", maxLength=20_000, default=""),
        },
    ),
}


def schema_text() -> str:
    """What docs/analysis-plan.schema.json holds."""
    return json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
