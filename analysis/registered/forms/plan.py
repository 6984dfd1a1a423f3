"""The plan as fields and back: every question that could be asked in a row, families by what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from analysis.registered.document import Correction, Family, Plan, Question, Role
from analysis.registered.forms.choices import estimand_key, key_of, others_of
from analysis.registered.forms.numbers import number, percent, whole
from analysis.registered.forms.question import question_of
from analysis.registered.forms.words import GATE, NOT_ASKED
from experiments.types import Json, JsonObject

CLAIMED = (Role.PRIMARY, Role.SECONDARY)


@dataclass(frozen=True, slots=True)
class Line:
    """One question as a row. role: none if it is not asked now. place: in the form. family: the place of its own.

    typed: what was typed of it that reads as no number, by field: it stays until it is mended.
    """

    place: int
    question: Question
    role: str
    family: int = 0
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def up(self) -> str:
        """The button that moves it up, as `Stepped.focus` names it."""
        return f"up-{self.place}"

    @property
    def down(self) -> str:
        """The button that moves it down."""
        return f"down-{self.place}"

    @property
    def named(self) -> str:
        """The field of its name."""
        return f"q-{self.place}-name"

    @property
    def contrast(self) -> str:
        """As its field has it."""
        return key_of(self.question.contrast)

    @property
    def estimand(self) -> str:
        """As its field has it."""
        return estimand_key(self.question.estimand)

    @property
    def others(self) -> str:
        """Measures beside its own, between commas."""
        return others_of(self.question)

    @property
    def margin(self) -> str:
        """As it was typed, or as it stands."""
        margin = self.question.margin
        return self.typed.get("margin", "" if margin is None else f"{margin:.12g}")

    @property
    def p(self) -> str:
        """Of a quantile."""
        p = self.question.estimand.p
        return self.typed.get("p", "" if p is None else f"{p:.12g}")

    @property
    def winsor(self) -> str:
        """Percent at each end."""
        winsor = self.question.winsor
        return self.typed.get("winsor", f"{100 * winsor.low:.12g}" if winsor else "")


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


def sheet_of(plan: Plan, known: Plan, *, is_own: bool = False) -> Sheet:
    """Of the plan, with what could be asked besides (`known`: the default plan). is_own: each family by itself."""
    asked = {question.name for question in plan.questions}
    others = [question for question in known.questions if question.name not in asked]
    home = {name: place for place, family in enumerate(plan.families) for name in family.questions}
    lines = [Line(place, each, str(each.role), home.get(each.name, 0)) for place, each in enumerate(plan.questions)]
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
        is_plain=not is_own and all(len(found) < 2 for found in families.values()) and _are_claimed(plan),
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
    questions = [question_of(fields, f"q-{line.place}", line.question, line.role) for line in lines]
    kept = plan.as_json()
    families: Json = _typed_families(fields, lines, sheet) if sheet.is_plain else _own_families(fields, lines, plan)
    return {
        **kept,
        "level": number(fields.get("level"), plan.level),
        "questions": cast(Json, questions),
        "families": families,
        "looks": _looks(fields, plan),
        "note": fields.get("note", plan.note),
        "exclusions": _exclusions(fields, plan),
    }


def _are_claimed(plan: Plan) -> bool:
    """Whether each family has somebody who claims by it."""
    claimed = {each.name for role in CLAIMED for each in plan.of_role(role)}
    return all(claimed.intersection(family.questions) for family in plan.families)


def _families(plan: Plan, role: Role) -> list[Family]:
    names = {question.name for question in plan.of_role(role)}
    return [family for family in plan.families if names.intersection(family.questions)]


def _own_families(fields: Mapping[str, str], lines: list[Line], plan: Plan) -> list[JsonObject]:
    """Each with its name, correction and level, and the questions that chose it; a graph is kept as it is."""
    found: list[JsonObject] = []
    for place, family in enumerate(plan.families):
        own = [line for line in lines if _family_of(fields, line, plan) == str(place)]
        correction = fields.get(f"f-{place}-correction", str(family.correction))
        entry: dict[str, Json] = {
            "name": fields.get(f"f-{place}-name", family.name).strip(),
            "questions": [_name(fields, line) for line in own],
            "correction": correction,
            "level": number(fields.get(f"f-{place}-level"), family.level),
        }
        is_drawn = correction == Correction.GRAPH and family.graph is not None
        kept = cast(JsonObject, cast("list[Json]", plan.as_json()["families"])[place])
        found.append({**entry, "graph": kept["graph"]} if is_drawn else entry)
    return found


def _family_of(fields: Mapping[str, str], line: Line, plan: Plan) -> str:
    """The place of its family; "" for what claims nothing."""
    if fields.get(f"q-{line.place}-role", line.role) not in CLAIMED:
        return ""
    own = next((str(i) for i, each in enumerate(plan.families) if line.question.name in each.questions), "0")
    return fields.get(f"q-{line.place}-family", own)


def _name(fields: Mapping[str, str], line: Line) -> str:
    return fields.get(f"q-{line.place}-name", line.question.name)


def _drawn(family: Family | None, lines: list[Line]) -> tuple[dict[int, float], dict[tuple[int, int], float]]:
    if family is None or family.graph is None:
        return {}, {}
    place = {line.question.name: line.place for line in lines}
    weights = {place[name]: 100 * weight for name, weight in family.graph.weights.items()}
    arrows = {(place[edge.source], place[edge.target]): 100 * edge.weight for edge in family.graph.edges}
    return weights, arrows


def _typed_families(fields: Mapping[str, str], lines: list[Line], sheet: Sheet) -> list[JsonObject]:
    roles = {line.place: fields.get(f"q-{line.place}-role", line.role) for line in lines}
    primary = [line for line in lines if roles[line.place] == Role.PRIMARY]
    secondary = [line for line in lines if roles[line.place] == Role.SECONDARY]
    first, second = fields.get("primary", sheet.primary), fields.get("secondary", sheet.secondary)
    level = number(fields.get("level"), sheet.level)
    if second == GATE and secondary:
        return [_family(fields, "all", [*primary, *secondary], ("graph", level))]
    found = [_family(fields, "primary", primary, (first, level))] if primary else []
    own = number(fields.get("secondary_level"), sheet.secondary_level)
    second = str(Correction.BH) if second == GATE else second
    return found + ([_family(fields, "secondary", secondary, (second, own))] if secondary else [])


def _family(fields: Mapping[str, str], name: str, lines: list[Line], how: tuple[str, Json]) -> JsonObject:
    correction, level = how
    family: dict[str, Json] = {
        "name": name,
        "questions": [_name(fields, line) for line in lines],
        "correction": correction,
        "level": level,
    }
    return {**family, "graph": _graph(fields, lines)} if correction == Correction.GRAPH else family


def _graph(fields: Mapping[str, str], lines: list[Line]) -> JsonObject:
    weights = {_name(fields, line): percent(fields.get(f"w-{line.place}")) for line in lines}
    edges: list[Json] = []
    for source in lines:
        for target in lines:
            weight = percent(fields.get(f"a-{source.place}-{target.place}"))
            if weight:
                edges.append({"source": _name(fields, source), "target": _name(fields, target), "weight": weight})
    return {"weights": cast(Json, weights), "edges": edges}


def _looks(fields: Mapping[str, str], plan: Plan) -> JsonObject:
    own = dict(cast(JsonObject, plan.as_json()["looks"]))
    own["kind"] = fields.get("looks", own["kind"])
    own["spending"] = fields.get("spending", own["spending"])
    own["units"] = whole(fields.get("units"), own["units"])
    if "parameter" in fields:
        own["parameter"] = number(fields["parameter"], None)
    parts = fields.get("parts")
    if parts is not None:
        own["parts"] = [percent(each) for each in parts.replace(";", " ").replace(",", " ").split()]
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
        {
            "rule": name,
            "settings": dict(known[name].settings) if name in known else {},
            "reason": _reason(fields, known, name),
        }
        for name in ticked
    ]
    return kept


def _reason(fields: Mapping[str, str], known: Mapping[str, object], name: str) -> str:
    if f"reason-{name}" in fields:
        return fields[f"reason-{name}"].strip()
    return _planned_reason(known, name)


def _planned_reason(known: Mapping[str, object], name: str) -> str:
    return str(getattr(known.get(name), "reason", ""))


__all__ = ("Line", "Sheet", "document_of", "sheet_of")
