"""Which kinds of component exist, and what is wrong with the props of one: the room above fills this in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from experiments.types import Json, JsonObject


@dataclass(frozen=True)
class PropsProblem:
    """path: below the component ("props.options[0]"). message, hint: sentences."""

    path: str
    message: str
    hint: str


@dataclass(frozen=True)
class ComponentKind:
    """One kind. schema: the JSON Schema of its props. problems: props and the study's languages in, problems out."""

    name: str
    asks: bool
    schema: Mapping[str, Json]
    problems: Callable[[JsonObject, Collection[str]], Iterable[PropsProblem]]


KINDS: dict[str, ComponentKind] = {}


def register(kind: ComponentKind) -> None:
    """Make a kind known."""
    KINDS[kind.name] = kind


def props_problems(component: JsonObject, languages: Collection[str]) -> list[PropsProblem]:
    """What is wrong with a component's props; nothing if its kind is unknown (the schema says that)."""
    kind = KINDS.get(str(component.get("kind")))
    props = component.get("props", {})
    if kind is None or not isinstance(props, Mapping):
        return []
    return list(kind.problems(props, languages))
