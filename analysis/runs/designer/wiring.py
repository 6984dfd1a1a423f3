"""A component's requirements as fields of a form: which components of the document would do for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.learning.components import KINDS, Component, Requirement
from analysis.learning.components.showing import Nodes, given, wires_of
from experiments.types import Json, JsonObject

PREFIX = "r."
NONE = "-"


@dataclass(frozen=True, slots=True)
class Slot:
    """One requirement. options: (value, text, whether it is chosen); an empty value: found by itself."""

    name: str
    meaning: str
    wants: str
    is_many: bool
    options: tuple[tuple[str, str, bool], ...]

    @property
    def key(self) -> str:
        """Its name in the form."""
        return PREFIX + self.name


def slots_of(made: Component, name: str, nodes: Nodes) -> list[Slot]:
    """For the component of that name in the document (it may be new)."""
    written = {(wire.name, given(wire)) for wire in wires_of(nodes.get(name, ())) if not wire.is_automatic}
    return [_slot(key, requirement, name, nodes, written) for key, requirement in made.requires.items()]


def _slot(key: str, requirement: Requirement, name: str, nodes: Nodes, written: set[tuple[str, str]]) -> Slot:
    fitting = [other for other in nodes if other != name and _fits(requirement, nodes, other)]
    parts = [part for other in nodes if other != name for part in _parts(requirement, nodes, other)]
    kept = [value for each, value in sorted(written) if each == key]
    values = list(dict.fromkeys([*kept, *fitting, *parts]))
    options = [(value, value, value in kept) for value in values]
    first = [("", "the only one that fits", not kept)] if not requirement.many else []
    none = [(NONE, "none", False)] if requirement.optional and not requirement.many else []
    wants = " or ".join(requirement.kinds)
    return Slot(key, requirement.meaning, wants, requirement.many, (*first, *options, *none))


def _fits(requirement: Requirement, nodes: Nodes, other: str) -> bool:
    return all(form.made.kind in requirement.kinds for form in nodes[other])


def _parts(requirement: Requirement, nodes: Nodes, other: str) -> list[str]:
    """The usual names of a mapping whose values would do."""
    fits = all(KINDS[form.made.kind].of in requirement.kinds for form in nodes[other])
    return [f"{other}[{part}]" for part in ("train", "validation", "test")] if fits else []


def requirements_from(made: Component, typed: Mapping[str, list[str]]) -> list[Json]:
    """As a document writes them; what is found by itself is not written."""
    written: list[Json] = []
    for name, requirement in made.requires.items():
        chosen = [value for value in typed.get(PREFIX + name, []) if value]
        if requirement.many and chosen:
            written += [_entry(f"{name}.{value.partition('[')[0]}", value) for value in chosen]
        elif chosen:
            written.append({"name": name, "component": None} if chosen[0] == NONE else _entry(name, chosen[0]))
    return written


def _entry(name: str, value: str) -> JsonObject:
    component, bracket, rest = value.partition("[")
    keys = [key.strip() for key in rest.rstrip("]").split(",")]
    if not bracket:
        return {"name": name, "component": component}
    return {"name": name, "component": component, "subscription": keys[0] if len(keys) == 1 else list(keys)}
