"""The measure columns of `wide`: one for every place in the timeline that can yield a value, by the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from analysis.exports.columns import Cell, Column, Kind, fitted, plain
from analysis.exports.designs import Design
from analysis.exports.questions import Part, asked_by
from experiments.blueprint import Blueprint, ComponentSpec, MeasureSpec, StepSpec
from experiments.definition import canonical_json
from experiments.types import Json, JsonObject

Key = tuple[str, str | None, str | None, str | None, str, str | None]
"""(measure, step, component, case, levels, part). None: does not matter, or none."""

KINDS = {"number": Kind.NUMBER, "boolean": Kind.BOOLEAN, "json": Kind.JSON}
NOWHERE = canonical_json({})


@dataclass(slots=True)
class Plan:
    """Which column a measurement goes to.

    columns: in order. indexes: by key. open_keys: columns that gather the parts of an answer as one JSON object.
    unrepeated: steps whose case is only the name of a level, and so is left out of keys.
    """

    columns: list[Column] = field(default_factory=list)
    indexes: dict[Key, int] = field(default_factory=dict)
    open_keys: set[Key] = field(default_factory=set)
    unrepeated: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def index_of(self, measure: str, context: JsonObject) -> tuple[int, str | None] | None:
        """(column, part to file it under) of a measurement; None if no column is meant for it."""
        step, part = plain(context.get("step")), plain(context.get("part"))
        case = None if step in self.unrepeated else plain(context.get("case"))
        levels = canonical_json(context.get("within") or {})
        component = plain(context.get("component"))
        whole: Key = (measure, step, component, case, levels, None)
        if whole in self.open_keys:
            return self.indexes[whole], part or ""
        index = self.indexes.get((*whole[:-1], part))
        return None if index is None else (index, None)

    def place(self, row: list[Cell], measure: str, value: Json, context: JsonObject) -> bool:
        """Put a value into a row; whether there was a place for it. The last one for a place stays."""
        found = self.index_of(measure, context)
        if found is None:
            return False
        index, part = found
        if part is not None:
            gathered = row[index]
            row[index] = {**(gathered if isinstance(gathered, Mapping) else {}), part: value}
            return True
        cell = fitted(value, self.columns[index].kind)
        if cell is None:
            return False
        is_free = row[index] is None
        row[index] = cell
        return is_free

    def add(self, key: Key, column: Column, *, is_open: bool) -> None:
        """A column, once for every key, under a name of its own."""
        if key in self.indexes:
            return
        name, number = column.name, 2
        while name in self.names:
            name, number = f"{column.name}~{number}", number + 1
        self.names.add(name)
        self.indexes[key] = len(self.columns)
        self.columns.append(replace(column, name=name))
        if is_open:
            self.open_keys.add(key)


def plan_of(design: Design) -> Plan:
    """The columns of every version together, the oldest version's first."""
    plan = Plan()
    measures = design.measures()
    for blueprint, step, component in design.components():
        if component.measure in measures:
            _add_component(plan, blueprint, step, component, measures[component.measure])
    found_out = {measure for blueprint in design.blueprints for measure in _add_estimates(plan, blueprint, measures)}
    asked = {component.measure for _, _, component in design.components()}
    for name, spec in measures.items():
        if name not in asked | found_out:
            kind = KINDS.get(spec.kind, Kind.TEXT)
            column = Column(name, kind, "Measured over the API.", low=spec.low, high=spec.high)
            plan.add((name, None, None, None, NOWHERE, None), column, is_open=False)
    return plan


def _add_component(
    plan: Plan, blueprint: Blueprint, step: StepSpec, component: ComponentSpec, measure: MeasureSpec
) -> None:
    asked = asked_by(component, blueprint.languages[0])
    is_alone = [other.measure for other in step.components].count(measure.name) == 1
    if step.repeat and step.repeat.over not in blueprint.stimuli:
        plan.unrepeated.add(step.name)
    parts = (Part("", asked.parts[0].question if asked.parts else ""),) if asked.is_open else asked.parts
    for case, levels in _repetitions(blueprint, step):
        for part in parts:
            words = [measure.name, step.name, "" if is_alone else component.name, case or ""]
            words += [f"{name}-{plain(level)}" for name, level in levels.items()] + [part.name]
            key: Key = (measure.name, step.name, component.name, case, canonical_json(levels), part.name or None)
            plan.add(key, _column(words, measure, part, is_open=asked.is_open), is_open=asked.is_open)


def _add_estimates(plan: Plan, blueprint: Blueprint, measures: Mapping[str, MeasureSpec]) -> Iterator[str]:
    """What blocks that choose their stimuli record at their end, once for each block; the measures they record."""
    before = None
    for step in blueprint.steps:
        chooses = step.repeat is not None and step.repeat.choose and step.repeat != before
        before = step.repeat
        record = step.repeat.choose.get("record", {}) if step.repeat is not None and chooses else {}
        for estimate, name in record.items() if isinstance(record, Mapping) else ():
            if isinstance(name, str) and name in measures:
                part = Part("", f"“{estimate}”, as found out on step “{step.name}”")
                column = _column([name, step.name], measures[name], part, is_open=False)
                plan.add((name, step.name, None, None, NOWHERE, None), column, is_open=False)
                yield name


def _column(words: list[str], measure: MeasureSpec, part: Part, *, is_open: bool) -> Column:
    return Column(
        ".".join(filter(None, words)),
        _kind(measure, part, is_open=is_open),
        f"Measure “{measure.name}” on step “{words[1]}”" + (", all parts as one object." if is_open else "."),
        unit=part.unit,
        low=measure.low if part.low is None else part.low,
        high=measure.high if part.high is None else part.high,
        question=part.question,
        options=part.options,
        holds_free_text=part.holds_free_text or measure.kind == "text",
    )


def _kind(measure: MeasureSpec, part: Part, *, is_open: bool) -> Kind:
    """Parts of a JSON measure are mostly words and numbers, which read better as text."""
    if is_open:
        return Kind.JSON
    return Kind.TEXT if part.name and measure.kind == "json" else KINDS.get(measure.kind, Kind.TEXT)


def _repetitions(blueprint: Blueprint, step: StepSpec) -> Iterator[tuple[str | None, JsonObject]]:
    """Every (case, levels) that a step can be shown with."""
    repeat = step.repeat
    if repeat is None:
        yield None, {}
    elif repeat.over not in blueprint.stimuli:
        (factor,) = blueprint.within((repeat.over,))
        yield from ((None, {factor.name: level}) for level in factor.levels)
    else:
        factors = blueprint.within(repeat.within)
        crossed = product(*(factor.levels for factor in factors))
        combinations = [dict(zip(repeat.within, levels, strict=True)) for levels in crossed]
        for number, case in enumerate(blueprint.stimuli[repeat.over]):
            yield from ((plain(case.get("id", number)), levels) for levels in combinations)
