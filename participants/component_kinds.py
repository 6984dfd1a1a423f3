"""Tell the experiments room which displays there are, for its forms and checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from experiments import component_kinds
from experiments.component_kinds import ComponentKind, PropsProblem
from experiments.types import JsonObject
from participants.displays import DISPLAYS, problems


def register_all() -> None:
    """Every display, each with its own schema."""
    for name, display in DISPLAYS.items():
        component_kinds.register(ComponentKind(name, display.asks, display.json_schema(), _problems_of(name)))


def _problems_of(kind: str) -> Callable[[JsonObject, Collection[str]], Iterator[PropsProblem]]:
    def found(props: JsonObject, languages: Collection[str]) -> Iterator[PropsProblem]:
        for error in problems(kind, props, languages=languages):
            yield PropsProblem(error.path, error.message, error.hint)

    return found
