"""A pipeline in words: short values, a tree for the terminal, plain JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from analysis.learning.components.nodes import Node
from analysis.learning.components.templates import CONSTANT, INJECT, is_injected
from analysis.learning.components.wires import Wire
from analysis.learning.search.sweeps import SweepError, is_sweep, read_sweep
from experiments.types import Json, JsonObject

Nodes = Mapping[str, Sequence[Node]]
LONGEST = 60


def short(value: Json, longest: int = LONGEST) -> str:
    """A value, or what may stand in its place, in a few characters.

    >>> short({"sweep": [32, 64]}), short({"log_range": {"from": 0.001, "to": 0.1, "count": 3}})
    ('32 | 64', '0.001 | 0.01 | 0.1')
    >>> short({"random": {"log_uniform": {"from": 0.001, "to": 0.1}}}), short("a" * 70, 10)
    ('log_uniform 0.001 … 0.1', 'aaaaaaaaa…')
    """
    text = _text(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _text(value: Json) -> str:
    if is_injected(value) and isinstance(value, Mapping):
        return f"its {value[INJECT]}"
    if isinstance(value, Mapping) and value.keys() == {CONSTANT}:
        return _text(value[CONSTANT])
    if isinstance(value, Mapping) and is_sweep(value):
        return _swept(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(inner) for inner in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)


def _swept(node: JsonObject) -> str:
    try:
        sweep = read_sweep(node)
    except SweepError:
        return "?"
    if sweep.distribution is None:
        return " | ".join(_text(each) for each in sweep.values[:LONGEST])
    ((kind, content),) = cast("Mapping[str, JsonObject | Sequence[Json]]", node["random"]).items()
    ends = list(content.values()) if isinstance(content, Mapping) else list(content)
    return f"normal {ends[0]} ± {ends[1]}" if kind == "normal" else f"{kind} {ends[0]} … {ends[1]}"


def titles(forms: Sequence[Node]) -> str:
    """Kind and type; several types where they are swept.

    The forms of one component, at least one.
    """
    kinds = dict.fromkeys(form.made.kind for form in forms)
    types = dict.fromkeys(form.made.type for form in forms)
    return f"{' | '.join(kinds)}: {' | '.join(types)}"


def settings_of(forms: Sequence[Node]) -> list[tuple[str, str]]:
    """(parameter, value in short), first what is written, then what is left at its default."""
    written = {name: short(value) for form in forms for name, value in form.config.items()}
    defaults = {
        name: short(parameter.fallback)
        for form in forms
        for name, parameter in form.made.parameters.items()
        if name not in written and parameter.is_optional
    }
    return [*written.items(), *defaults.items()]


def wires_of(forms: Sequence[Node]) -> list[Wire]:
    """Those of every form, each once."""
    return list({_key(wire): wire for form in forms for wire in form.wires}.values())


def _key(wire: Wire) -> tuple[str, str, str, object]:
    return wire.name, wire.key, wire.component, wire.subscription


def given(wire: Wire) -> str:
    """What a wire gives: parts[train]."""
    if wire.subscription is None:
        return wire.component
    keys = wire.subscription if isinstance(wire.subscription, str) else ", ".join(wire.subscription)
    return f"{wire.component}[{keys}]"


def tree(nodes: Nodes, root: str) -> Iterator[str]:
    """Lines: the root, and below each component what it is given. One that came before is not told again."""
    yield from _branch(nodes, root, "", set())


def _branch(nodes: Nodes, name: str, indent: str, seen: set[str]) -> Iterator[str]:
    seen.add(name)
    forms = nodes[name]
    wires = wires_of(forms)
    stem = "│ " if wires else "  "
    written = {parameter for form in forms for parameter in form.config}
    left = [f"{parameter} {value or '“”'}" for parameter, value in settings_of(forms) if parameter not in written]
    for parameter, value in settings_of(forms):
        if parameter in written:
            yield f"{indent}{stem}{parameter} = {value}"
    if left:
        yield f"{indent}{stem}(by default: {', '.join(left)})"
    for index, wire in enumerate(wires):
        is_last = index == len(wires) - 1
        head = f"{indent}{'└─' if is_last else '├─'} {_label(wire)}: {given(wire)}"
        below = nodes.get(wire.component)
        told = wire.component in seen
        kind = "" if below is None else "  (above)" if told else f"  ({titles(below)})"
        yield head + kind + ("  found by itself" if wire.is_automatic and not told else "")
        if below is not None and not told:
            yield from _branch(nodes, wire.component, f"{indent}{'   ' if is_last else '│  '}", seen)


def _label(wire: Wire) -> str:
    return f"{wire.name}.{wire.key}" if wire.key else wire.name


def as_json(nodes: Nodes, root: str) -> dict[str, Json]:
    """{"root": name, "components": [{"name", "kind", "type", "title", "config", "requires": […]}]}."""
    return {"root": root, "components": [_node_json(name, forms) for name, forms in nodes.items()]}


def _node_json(name: str, forms: Sequence[Node]) -> dict[str, Json]:
    first = forms[0]
    return {
        "name": name,
        "kind": first.made.kind,
        "type": first.made.type,
        "types": list(dict.fromkeys(form.made.type for form in forms)),
        "title": first.made.title,
        "config": first.config,
        "defaults": {
            key: parameter.fallback
            for key, parameter in first.made.parameters.items()
            if key not in first.config and parameter.is_optional
        },
        "requires": [_wire_json(wire) for wire in wires_of(forms)],
    }


def _wire_json(wire: Wire) -> dict[str, Json]:
    picked: Json = list(wire.subscription) if isinstance(wire.subscription, tuple) else wire.subscription
    key: dict[str, Json] = {"key": wire.key} if wire.key else {}
    return {"name": wire.name, **key, "component": wire.component, "subscription": picked, "found": wire.is_automatic}
