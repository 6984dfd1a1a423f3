"""The plan as fields and back: every question that could be asked in a row, families by what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from analysis.registered.document import Correction, Family, Plan, Question, Role
from analysis.registered.forms.words import GATE, NOT_ASKED
from experiments.types import Json, JsonObject

CLAIMED = (Role.PRIMARY, Role.SECONDARY)


@dataclass(frozen=True, slots=True)
class Line:
    """One question as a row. role: none if it is not asked now. place: in the form."""

    place: int
    question: Question
    role: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the form shows. graph: shares and arrows by place of the claimed lines, in percent.

    is_plain: whether families are such as the form can show; else the document itself is edited.
    """

    lines: tuple[Line, ...]
    primary: str
    secondary: str
    level: float
    secondary_level: float
    weights: Mapping[int, float]
    arrows: Mapping[tuple[int, int], float]
    is_plain: bool


def sheet_of(plan: Plan, known: Plan) -> Sheet:
    """Of the plan, with what could be asked besides (`known`: the default plan)."""
    asked = {question.name for question in plan.questions}
    others = [question for question in known.questions if question.name not in asked]
    lines = [Line(place, each, str(each.role)) for place, each in enumerate(plan.questions)]
    lines += [Line(len(lines) + place, each, NOT_ASKED) for place, each in enumerate(others)]
    families = {role: _families(plan, role) for role in CLAIMED}
    first, second = (families[role][0] if families[role] else None for role in CLAIMED)
    joint = first is not None and first is second
    weights, arrows = _drawn(first, lines)
    return Sheet(
        lines=tuple(lines),
        primary=str(first.correction) if first else str(Correction.HOLM),
        secondary=GATE if joint else str(second.correction) if second else str(Correction.BH),
        level=plan.level,
        secondary_level=second.level if second else plan.level,
        weights=weights,
        arrows=arrows,
        is_plain=all(len(found) < 2 for found in families.values()),
    )


def drawn(sheet: Sheet) -> JsonObject:
    """What the editor of the graph begins with."""
    lines: list[Json] = [
        {
            "place": line.place,
            "name": line.question.name,
            "measure": line.question.measure,
            "contrast": line.question.contrast.sentence,
            "role": line.role,
        }
        for line in sheet.lines
    ]
    return {
        "lines": lines,
        "weights": {str(place): round(weight, 6) for place, weight in sheet.weights.items()},
        "arrows": {f"{a}-{b}": round(weight, 6) for (a, b), weight in sheet.arrows.items()},
        "level": sheet.level,
    }


def document_of(fields: Mapping[str, str], sheet: Sheet, plan: Plan) -> JsonObject:
    """What was typed as a document, not checked yet. Of what has no field, the plan's own is kept.

    fields: as the browser sends them. ValueError never: what cannot be read as a number goes on as it is, and the
    check says so by its path.
    """
    lines = [line for line in sheet.lines if fields.get(f"q-{line.place}-role", line.role) != NOT_ASKED]
    questions = [_question(fields, line) for line in lines]
    kept = plan.as_json()
    families: Json = _typed_families(fields, lines, sheet) if sheet.is_plain else kept["families"]
    return {
        **kept,
        "level": _number(fields.get("level"), plan.level),
        "questions": cast(Json, questions),
        "families": families,
        "looks": _looks(fields, plan),
        "note": fields.get("note", plan.note),
        "exclusions": _exclusions(fields, plan),
    }


def _families(plan: Plan, role: Role) -> list[Family]:
    names = {question.name for question in plan.of_role(role)}
    return [family for family in plan.families if names.intersection(family.questions)]


def _drawn(family: Family | None, lines: list[Line]) -> tuple[dict[int, float], dict[tuple[int, int], float]]:
    if family is None or family.graph is None:
        return {}, {}
    place = {line.question.name: line.place for line in lines}
    weights = {place[name]: 100 * weight for name, weight in family.graph.weights.items()}
    arrows = {(place[edge.source], place[edge.target]): 100 * edge.weight for edge in family.graph.edges}
    return weights, arrows


def _question(fields: Mapping[str, str], line: Line) -> JsonObject:
    own = Plan((line.question,), ()).as_json()["questions"]
    kept = dict(cast("JsonObject", cast("list[Json]", own)[0]))
    prefix = f"q-{line.place}"
    for key in ("role", "aim", "method"):
        kept[key] = fields.get(f"{prefix}-{key}", kept[key] if key != "role" else line.role)
    if kept["role"] == NOT_ASKED:
        kept["role"] = str(Role.EXPLORATORY)
    if f"{prefix}-margin" in fields:
        kept["margin"] = _number(fields[f"{prefix}-margin"], None)
    if kept["aim"] not in ("non_inferior", "equivalent"):
        kept["margin"] = None
    if f"{prefix}-winsor" in fields:
        percent = _number(fields[f"{prefix}-winsor"], None)
        kept["winsor"] = _winsor(percent)
    return kept


def _winsor(percent: Json) -> Json:
    """So many percent at each end."""
    if not isinstance(percent, int | float) or not percent:
        return None if percent in (None, 0) else {"low": percent, "high": percent}
    return {"low": percent / 100, "high": 1 - percent / 100}


def _typed_families(fields: Mapping[str, str], lines: list[Line], sheet: Sheet) -> list[JsonObject]:
    roles = {line.place: fields.get(f"q-{line.place}-role", line.role) for line in lines}
    primary = [line for line in lines if roles[line.place] == Role.PRIMARY]
    secondary = [line for line in lines if roles[line.place] == Role.SECONDARY]
    first, second = fields.get("primary", sheet.primary), fields.get("secondary", sheet.secondary)
    level = _number(fields.get("level"), sheet.level)
    if second == GATE and secondary:
        return [_family(fields, "all", [*primary, *secondary], ("graph", level))]
    found = [_family(fields, "primary", primary, (first, level))] if primary else []
    own = _number(fields.get("secondary_level"), sheet.secondary_level)
    second = str(Correction.BH) if second == GATE else second
    return found + ([_family(fields, "secondary", secondary, (second, own))] if secondary else [])


def _family(fields: Mapping[str, str], name: str, lines: list[Line], how: tuple[str, Json]) -> JsonObject:
    correction, level = how
    family: dict[str, Json] = {
        "name": name,
        "questions": [line.question.name for line in lines],
        "correction": correction,
        "level": level,
    }
    return {**family, "graph": _graph(fields, lines)} if correction == Correction.GRAPH else family


def _graph(fields: Mapping[str, str], lines: list[Line]) -> JsonObject:
    weights = {line.question.name: _percent(fields.get(f"w-{line.place}")) for line in lines}
    edges: list[Json] = []
    for source in lines:
        for target in lines:
            weight = _percent(fields.get(f"a-{source.place}-{target.place}"))
            if weight:
                edges.append({"source": source.question.name, "target": target.question.name, "weight": weight})
    return {"weights": cast(Json, weights), "edges": edges}


def _looks(fields: Mapping[str, str], plan: Plan) -> JsonObject:
    own = dict(cast(JsonObject, plan.as_json()["looks"]))
    own["kind"] = fields.get("looks", own["kind"])
    own["spending"] = fields.get("spending", own["spending"])
    own["units"] = _whole(fields.get("units"), own["units"])
    if "parameter" in fields:
        own["parameter"] = _number(fields["parameter"], None)
    parts = fields.get("parts")
    if parts is not None:
        own["parts"] = [_percent(each) for each in parts.replace(";", " ").replace(",", " ").split()]
    if own["kind"] != "planned":
        own["parts"] = []
    return own


def _exclusions(fields: Mapping[str, str], plan: Plan) -> Json:
    """Rules that are ticked; of those that were planned already their settings are kept."""
    if "has_rules" not in fields:
        return plan.as_json()["exclusions"]
    known = {each.rule: each for each in plan.exclusions}
    ticked = [name.removeprefix("rule-") for name in fields if name.startswith("rule-")]
    kept: list[Json] = [
        {"rule": name, "settings": dict(known[name].settings) if name in known else {}, "reason": _reason(known, name)}
        for name in ticked
    ]
    return kept


def _reason(known: Mapping[str, object], name: str) -> str:
    return str(getattr(known.get(name), "reason", ""))


def _percent(text: str | None) -> Json:
    value = _number(text, 0.0)
    return round(value / 100, 10) if isinstance(value, int | float) else value


def _number(text: str | None, otherwise: Json) -> Json:
    """The number; the text itself where it is none, for the check to refuse."""
    if text is None or not text.strip():
        return otherwise
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text


def _whole(text: str | None, otherwise: Json) -> Json:
    found = _number(text, otherwise)
    return int(found) if isinstance(found, float) and found.is_integer() else found


__all__ = ("Line", "Sheet", "document_of", "sheet_of")
