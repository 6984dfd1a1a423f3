"""What a question asks, as the codebook and the columns of `wide` need it. The room that owns the kinds says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.blueprint import ComponentSpec
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an answer. name: "" for the whole, else a row or field. options: [{"value", "label"}]."""

    name: str
    question: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    options: tuple[Json, ...] = ()
    holds_free_text: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a question. is_open: which parts there are shows only on the page (trials of a task)."""

    parts: tuple[Part, ...]
    is_open: bool = False


Describer = Callable[[ComponentSpec, str], Asked]
"""(component, language) -> what it asks."""

DESCRIBERS: dict[str, Describer] = {}
"""Kind of component -> who describes it."""


def register_describer(kind: str, describe: Describer) -> None:
    """Say what questions of a kind ask."""
    DESCRIBERS[kind] = describe


def asked_by(component: ComponentSpec, language: str) -> Asked:
    """What a component asks; of a kind that nobody described: one value, named as the component is."""
    describe = DESCRIBERS.get(component.kind)
    return describe(component, language) if describe else Asked((Part("", component.name),))
