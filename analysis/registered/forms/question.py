"""One question of the form: what was typed of it, as the document has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from analysis.registered.document import Plan, Question, Role
from analysis.registered.forms.numbers import number
from analysis.registered.forms.words import NOT_ASKED
from experiments.types import Json, JsonObject

MARGINS = ("non_inferior", "equivalent")
LISTED = ("agreement", "reliability")


def as_document(question: Question) -> dict[str, Json]:
    """As the document has it."""
    own = cast("list[Json]", Plan((question,), ()).as_json()["questions"])
    return dict(cast(JsonObject, own[0]))


def question_of(fields: Mapping[str, str], prefix: str, question: Question, role: str) -> JsonObject:
    """prefix: of its fields. Of what has no field, the question's own is kept."""
    kept = as_document(question)
    for key in ("name", "measure", "aim", "method", "aggregate"):
        kept[key] = fields.get(f"{prefix}-{key}", kept[key])
    kept["role"] = fields.get(f"{prefix}-role", role)
    if kept["role"] == NOT_ASKED:
        kept["role"] = str(Role.EXPLORATORY)
    if f"{prefix}-margin" in fields:
        kept["margin"] = number(fields[f"{prefix}-margin"], None)
    if kept["aim"] not in MARGINS:
        kept["margin"] = None
    if f"{prefix}-winsor" in fields:
        kept["winsor"] = _winsor(number(fields[f"{prefix}-winsor"], None))
    if f"{prefix}-covariates" in fields:
        kept["covariates"] = cast(Json, names_in(fields[f"{prefix}-covariates"]))
    kept["contrast"] = _contrast(fields.get(f"{prefix}-contrast"), kept["contrast"])
    if f"{prefix}-estimand" in fields:
        kept["estimand"] = _estimand(fields, prefix, kept)
    return kept


def names_in(text: str) -> list[str]:
    """Between commas."""
    return list(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))


def _winsor(percent: Json) -> Json:
    """So many percent at each end."""
    if not isinstance(percent, int | float) or not percent:
        return None if percent in (None, 0) else {"low": percent, "high": percent}
    return {"low": percent / 100, "high": 1 - percent / 100}


def _contrast(text: str | None, otherwise: Json) -> Json:
    try:
        found: Json = json.loads(text or "null")
    except ValueError:
        return otherwise
    return found if isinstance(found, Mapping) else otherwise


def _estimand(fields: Mapping[str, str], prefix: str, kept: Mapping[str, Json]) -> JsonObject:
    kind, _, coefficient = fields[f"{prefix}-estimand"].partition(":")
    others = names_in(fields.get(f"{prefix}-others", ""))
    found: dict[str, Json] = {"kind": kind, "per": None, "p": None}
    if coefficient:
        found["coefficient"] = coefficient
    if kind == "quantile":
        found["p"] = number(fields.get(f"{prefix}-p"), 0.5)
    if kind == "ratio":
        found["per"] = others[0] if others else None
    elif kind in LISTED:
        items = [each.removeprefix("-").strip() for each in others]
        found["items"] = cast(Json, [each for each in items if each != kept["measure"]])
        found["turned"] = cast(Json, [each.removeprefix("-").strip() for each in others if each.startswith("-")])
    elif kept["method"] == "survival" and others:
        found["seen"] = others[0]
    return found
