"""A version's definition as frozen objects: the only way that code reads that JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from experiments.types import Json, JsonObject


def json_object(value: Json) -> JsonObject:
    """The value if it is an object; an empty one otherwise."""
    return value if isinstance(value, Mapping) else {}


def _objects(value: Json) -> tuple[JsonObject, ...]:
    return tuple(json_object(entry) for entry in value) if isinstance(value, list | tuple) else ()


@dataclass(frozen=True, slots=True)
class FactorSpec:
    """A factor: name, between or within, its levels in order."""

    name: str
    scope: str
    levels: tuple[Json, ...]
    order: str


@dataclass(frozen=True, slots=True)
class ArmSpec:
    """An arm; `levels` maps between-factors to their level."""

    name: str
    levels: JsonObject
    payload: JsonObject
    weight: float
    quota: int | None
    is_control: bool
    is_enabled: bool

    def words(self) -> JsonObject:
        """What `arm.…` refers to on pages: the payload, the levels (which win) and the name."""
        return {**self.payload, **self.levels, "name": self.name}


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A measure with its declared range. title: for people, "" where it has none."""

    name: str
    kind: str
    role: str
    direction: str
    low: float | None
    high: float | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class ComponentSpec:
    """A display or question on a page; props still hold references and languages."""

    kind: str
    name: str
    props: JsonObject
    measure: str | None
    required: bool
    correct: Json
    check: str | None
    attribute: str | None


@dataclass(frozen=True, slots=True)
class RepeatSpec:
    """Repeat over a stimulus set: each item once (or `sample` of them), with levels of within-factors.

    choose: how each stimulus is chosen when it is due; empty where the order is settled beforehand.
    """

    over: str
    name: str
    order: str
    sample: int | None
    within: tuple[str, ...]
    choose: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One entry of the timeline."""

    name: str
    stage: str
    title: Json
    components: tuple[ComponentSpec, ...]
    repeat: RepeatSpec | None
    show_if: JsonObject | None
    screen_out: JsonObject | None
    timeout_seconds: int | None
    attempts: int
    on_fail: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The whole definition. languages: the study's, first is the default."""

    slug: str
    title: str
    target: int
    seed: int
    lease_seconds: int
    allocation: JsonObject
    debrief: Json
    full_message: Json
    factors: tuple[FactorSpec, ...]
    arms: Mapping[str, ArmSpec]
    measures: Mapping[str, MeasureSpec]
    stimuli: Mapping[str, tuple[JsonObject, ...]]
    steps: tuple[StepSpec, ...]
    languages: tuple[str, ...] = field(default=("en",))

    @classmethod
    def parse(cls, definition: JsonObject) -> Blueprint:
        """From the normalised definition (`experiments.definition.normalise`)."""
        return cls(
            slug=str(definition["slug"]),
            title=str(definition["title"]),
            target=int(cast(int, definition["target"])),
            seed=int(cast(int, definition["seed"])),
            lease_seconds=int(cast(int, definition["lease_seconds"])),
            allocation=json_object(definition["allocation"]),
            debrief=definition.get("debrief"),
            full_message=definition.get("full_message"),
            factors=tuple(_factor(entry) for entry in _objects(definition["factors"])),
            arms={arm.name: arm for arm in map(_arm, _objects(definition["arms"]))},
            measures={measure.name: measure for measure in map(_measure, _objects(definition["measures"]))},
            stimuli={name: _objects(items) for name, items in json_object(definition["stimuli"]).items()},
            steps=tuple(_step(entry) for entry in _objects(definition["steps"])),
            languages=tuple(str(code) for code in cast("list[str]", definition.get("languages") or ["en"])),
        )

    def within(self, names: tuple[str, ...]) -> tuple[FactorSpec, ...]:
        """The within-factors of those names, in the order asked for."""
        by_name = {factor.name: factor for factor in self.factors}
        return tuple(by_name[name] for name in names)


def _factor(entry: JsonObject) -> FactorSpec:
    return FactorSpec(
        name=str(entry["name"]),
        scope=str(entry["scope"]),
        levels=tuple(cast("list[Json]", entry["levels"])),
        order=str(entry.get("order") or "latin_square"),
    )


def _arm(entry: JsonObject) -> ArmSpec:
    return ArmSpec(
        name=str(entry["name"]),
        levels=json_object(entry.get("levels")),
        payload=json_object(entry.get("payload")),
        weight=float(cast(float, entry.get("weight", 1))),
        quota=cast("int | None", entry.get("quota")),
        is_control=bool(entry.get("is_control", False)),
        is_enabled=bool(entry.get("is_enabled", True)),
    )


def _measure(entry: JsonObject) -> MeasureSpec:
    return MeasureSpec(
        name=str(entry["name"]),
        kind=str(entry["kind"]),
        role=str(entry["role"]),
        direction=str(entry["direction"]),
        low=cast("float | None", entry.get("low")),
        high=cast("float | None", entry.get("high")),
        title=str(entry.get("title") or ""),
    )


def _component(entry: JsonObject) -> ComponentSpec:
    return ComponentSpec(
        kind=str(entry["kind"]),
        name=str(entry.get("name") or ""),
        props=json_object(entry.get("props")),
        measure=cast("str | None", entry.get("measure")),
        required=bool(entry.get("required", True)),
        correct=entry.get("correct"),
        check=cast("str | None", entry.get("check")),
        attribute=cast("str | None", entry.get("attribute")),
    )


def _repeat(entry: JsonObject) -> RepeatSpec:
    return RepeatSpec(
        over=str(entry["over"]),
        name=str(entry.get("as") or "case"),
        order=str(entry.get("order") or "fixed"),
        sample=cast("int | None", entry.get("sample")),
        within=tuple(cast("list[str]", entry.get("within") or ())),
        choose=json_object(entry.get("choose")),
    )


def _step(entry: JsonObject) -> StepSpec:
    repeat, show_if, screen_out = entry.get("repeat"), entry.get("show_if"), entry.get("screen_out")
    return StepSpec(
        name=str(entry["name"]),
        stage=str(entry.get("stage") or "main"),
        title=entry.get("title"),
        components=tuple(_component(component) for component in _objects(entry.get("components"))),
        repeat=_repeat(json_object(repeat)) if repeat else None,
        show_if=json_object(show_if) if show_if else None,
        screen_out=json_object(screen_out) if screen_out else None,
        timeout_seconds=cast("int | None", entry.get("timeout_seconds")),
        attempts=int(cast(int, entry.get("attempts") or 1)),
        on_fail=str(entry.get("on_fail") or "continue"),
    )
