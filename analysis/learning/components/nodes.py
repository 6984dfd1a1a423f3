"""The components of a document as they are written: one node each, or several where its kind or type is swept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analysis.learning.components.containers import config_faults
from analysis.learning.components.errors import ComponentError, Finding
from analysis.learning.components.injected import INJECTED
from analysis.learning.components.registry import Component, find
from analysis.learning.components.templates import INJECT, alternatives, has_template, is_injected
from analysis.learning.components.wires import Wire, read_wires
from experiments.problems import Path, did_you_mean
from experiments.types import Json, JsonObject

KEYS = ("kind", "type", "requirements", "config")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
MOST = 500


@dataclass(frozen=True, slots=True)
class Node:
    """A component of a document. config: as it is written, with its sweeps."""

    name: str
    made: Component
    path: Path
    config: JsonObject = field(default_factory=dict)
    config_path: Path = ()
    wires: tuple[Wire, ...] = ()
    omitted: frozenset[str] = frozenset()  # requirements that are written as null: they want nothing
    is_certain: bool = True


@dataclass
class Reading:
    """Nodes by name, and what was wrong on the way. broken: names whose component could not be read."""

    nodes: dict[str, list[Node]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, path: Path, message: str, hint: str) -> None:
        """Note one."""
        self.findings.append((path, message, hint))


def read_nodes(components: Json, path: Path = ("components",)) -> Reading:
    """Every component that can be read, by itself: which others it is wired to is looked at later."""
    reading = Reading()
    if not isinstance(components, Mapping) or not components:
        reading.refuse(path, "There are no components.", "Write components: {name: {kind: …, type: …}}.")
        return reading
    if len(components) > MOST:
        reading.refuse(path, f"There are {len(components)} components; at most {MOST}.", "Split the pipeline.")
        return reading
    for name, content in components.items():
        _read_component(reading, name, content, (*path, name))
    return reading


def _read_component(reading: Reading, name: str, content: Json, path: Path) -> None:
    if not NAME.fullmatch(name):
        hint = "A letter, then letters, digits, _ and -, at most 60."
        reading.refuse(path, f"“{name}” cannot be the name of a component.", hint)
    before = len(reading.findings)
    nodes: list[Node] = []
    for place, variant, certain in alternatives(content, path):
        nodes += _variant(reading, _Written(name, variant, place, certain))
    if nodes:
        reading.nodes[name] = nodes
    if len(reading.findings) > before:
        reading.broken.add(name)


@dataclass(frozen=True, slots=True)
class _Written:
    """One component as it is written, at its place."""

    name: str
    content: Json
    path: Path
    is_certain: bool


def _variant(reading: Reading, written: _Written) -> Iterator[Node]:
    content, path = written.content, written.path
    if not isinstance(content, Mapping):
        reading.refuse(path, "A component is a mapping.", "Write {kind: …, type: …}.")
        return
    for key in content:
        if key not in KEYS:
            reading.refuse((*path, key), f"A component has no key “{key}”.", did_you_mean(key, KEYS))
    for kind_path, kind, kind_certain in alternatives(content.get("kind"), (*path, "kind")):
        for type_path, type_name, type_certain in alternatives(content.get("type"), (*path, "type")):
            places = {"kind": kind_path, "type": type_path}
            made = _found(reading, kind, type_name, places)
            if made is not None:
                yield from _configured(reading, written, made, is_certain=kind_certain and type_certain)


def _found(reading: Reading, kind: Json, type_name: Json, places: Mapping[str, Path]) -> Component | None:
    for key, value in (("kind", kind), ("type", type_name)):
        if not isinstance(value, str):
            hint = f"Write {key}: a name." if value is None else f"Write a name as {key}."
            reading.refuse(places[key], f"The component has no {key}.", hint)
    if not isinstance(kind, str) or not isinstance(type_name, str):
        return None
    try:
        return find(kind, type_name)
    except ComponentError as error:
        for path, message, hint in error.findings:
            reading.refuse(places[str(path[0])], message, hint)
        return None


def _configured(reading: Reading, written: _Written, made: Component, *, is_certain: bool) -> Iterator[Node]:
    content = written.content if isinstance(written.content, Mapping) else {}
    wires, omitted, wrong = read_wires(made, content.get("requirements"), (*written.path, "requirements"))
    reading.findings += wrong
    for place, config, certain in alternatives(content.get("config") or {}, (*written.path, "config")):
        if not isinstance(config, Mapping):
            reading.refuse(place, "config is a mapping from parameters to values.", "Write config: {name: value}.")
            continue
        reading.findings += ((((*place, *path)), message, hint) for path, message, hint in _faults(made, config))
        yield Node(
            name=written.name,
            made=made,
            path=written.path,
            config=config,
            config_path=place,
            wires=wires,
            omitted=omitted,
            is_certain=written.is_certain and is_certain and certain,
        )


def _faults(made: Component, config: JsonObject) -> list[Finding]:
    """Of the config: each parameter; what is injected; then, if all is well and nothing is swept, the rules between."""
    found = [*config_faults(made.parameters, config), *_injections(config, ())]
    if found or made.check is None or has_template(config):
        return found
    return list(made.check(config))


def _injections(value: Json, path: Path) -> Iterator[Finding]:
    if is_injected(value) and isinstance(value, Mapping):
        if not isinstance(value[INJECT], str) or value[INJECT] not in INJECTED:
            hint = did_you_mean(value[INJECT], INJECTED)
            yield (*path, INJECT), f"A run does not give “{value[INJECT]}”.", hint
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _injections(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _injections(inner, (*path, index))
