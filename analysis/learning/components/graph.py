"""The pipeline as a graph: every requirement met, of the right kind, without a circle, with one trainer at its root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from analysis.learning.components.errors import ComponentError, Finding
from analysis.learning.components.kinds import KINDS, ROOT
from analysis.learning.components.nodes import Node, Reading, read_nodes
from analysis.learning.components.registry import COMPONENTS, Component, Requirement
from analysis.learning.components.wires import Wire
from experiments.problems import did_you_mean, quoted
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Graph:
    """The pipeline of a setting: one node for each component. root: the name of its trainer."""

    nodes: Mapping[str, Node]
    root: str

    def order(self) -> list[str]:
        """Names, each after what it is given; those that the root does not reach are left out."""
        done: dict[str, None] = {}
        self._visit(self.root, done)
        return list(done)

    def _visit(self, name: str, done: dict[str, None]) -> None:
        for wire in self.nodes[name].wires:
            if wire.component not in done:
                self._visit(wire.component, done)
        done[name] = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """The pipeline of a document, sweeps and errors included: for each component, every form that it may take."""

    nodes: Mapping[str, list[Node]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)  # odd, but not wrong


def sketch(components: Json) -> Sketch:
    """Everything that can be said before a setting is chosen."""
    reading = read_nodes(components)
    nodes = {name: [_wired(node, reading) for node in forms] for name, forms in reading.nodes.items()}
    reading.findings += _root_findings(nodes, reading)
    reading.findings += _circles(nodes)
    return Sketch(nodes, _once(reading.findings), list(_unused(nodes)))


def read_graph(components: Json) -> Graph:
    """The pipeline of a setting. ComponentError with everything that is wrong."""
    drawn = sketch(components)
    swept = [(name, forms[0].path) for name, forms in drawn.nodes.items() if len(forms) > 1]
    findings = [*drawn.findings, *((path, f"“{name}” is still swept.", "Choose a setting.") for name, path in swept)]
    if findings:
        raise ComponentError(findings)
    nodes = {name: forms[0] for name, forms in drawn.nodes.items()}
    return Graph(nodes, next(name for name, node in nodes.items() if node.made.kind == ROOT))


def _once(findings: list[Finding]) -> list[Finding]:
    """Forms of one component share most of what is wrong with them."""
    return list(dict.fromkeys(findings))


def _wired(node: Node, reading: Reading) -> Node:
    """With the wires that are not written, where one component fits; findings where a wire leads nowhere."""
    for wire in node.wires:
        reading.findings += _wire_findings(node, wire, reading)
    written = {wire.name for wire in node.wires} | node.omitted
    found = [
        wire
        for name, requirement in node.made.requires.items()
        if name not in written
        for wire in _automatic(node, name, requirement, reading)
    ]
    return replace(node, wires=(*node.wires, *found))


def _wire_findings(node: Node, wire: Wire, reading: Reading) -> Iterator[Finding]:
    forms = reading.nodes.get(wire.component)
    if forms is None:
        if wire.component not in reading.broken:
            yield wire.path, f"There is no component “{wire.component}”.", _nearest(wire.component, reading)
        return
    for kind in {form.made.kind for form in forms}:
        yield from _kind_findings(wire, kind, node.made.requires[wire.name])
    for form in forms:
        yield from _library_findings(wire, form.made, node.made.requires[wire.name])


def _nearest(name: str, reading: Reading) -> str:
    return did_you_mean(name, [*reading.nodes, *reading.broken])


def _kind_findings(wire: Wire, kind: str, requirement: Requirement) -> Iterator[Finding]:
    wanted = " or ".join(requirement.kinds)
    if wire.subscription is not None and not KINDS[kind].of:
        message = f"“{wire.component}” is a {kind}, which has no parts to subscribe to."
        yield wire.path, message, "Remove subscription."
        return
    given = KINDS[kind].of if isinstance(wire.subscription, str) else kind
    if given in requirement.kinds:
        return
    message = f"“{wire.name}” must be a {wanted}, but “{wire.component}” is a {given}."
    parts = KINDS[kind].of
    picks = f"Pick one of its parts: add subscription: name (of a {parts})." if parts in requirement.kinds else ""
    yield wire.path, message, picks or f"Name a component of kind {wanted}."


def _library_findings(wire: Wire, made: Component, requirement: Requirement) -> Iterator[Finding]:
    if made.kind in requirement.kinds and not requirement.takes(made.library):
        message = f"“{wire.name}” must be of {requirement.library}, but {made.type} is of {made.library}."
        fitting = [
            one.type for one in COMPONENTS.values() if one.kind == made.kind and one.library == requirement.library
        ]
        yield wire.path, message, f"Types of {requirement.library}: {', '.join(fitting[:8])}."


def _automatic(node: Node, name: str, requirement: Requirement, reading: Reading) -> Iterator[Wire]:
    """The only one that fits. With several, or none, the document must say it."""
    fitting = [
        other
        for other, forms in reading.nodes.items()
        if other != node.name and all(_fits(form.made, requirement) for form in forms)
    ]
    wanted = " or ".join(requirement.kinds)
    if requirement.many:
        yield from (Wire(name, other, node.path, key=other, is_automatic=True) for other in fitting)
    elif len(fitting) == 1:
        yield Wire(name, fitting[0], node.path, is_automatic=True)
    if len(fitting) > 1 and not requirement.many:
        message = f"“{node.name}” needs a {wanted} as “{name}”, and {quoted(fitting)} would all do."
        reading.refuse(node.path, message, f"Add requirements: {{{name}: {fitting[0]}}}.")
    if not fitting and not requirement.optional and not reading.broken:
        message = f"“{node.name}” needs a {wanted} as “{name}”, and there is none."
        reading.refuse(node.path, message, f"Add a component of kind {wanted}. {requirement.meaning}".rstrip())


def _fits(made: Component, requirement: Requirement) -> bool:
    return made.kind in requirement.kinds and requirement.takes(made.library)


def _root_findings(nodes: Mapping[str, list[Node]], reading: Reading) -> Iterator[Finding]:
    roots = [name for name, forms in nodes.items() if any(form.made.kind == ROOT for form in forms)]
    if not roots and nodes and not reading.broken:
        yield ("components",), f"No component is of kind {ROOT}.", f"Add one: it is what is run. {KINDS[ROOT].meaning}."
    for name in roots[1:]:
        message = f"“{name}” is a second {ROOT}; “{roots[0]}” is the first."
        yield nodes[name][0].path, message, "A run has one. Keep one of them, or sweep its type."


def _circles(nodes: Mapping[str, list[Node]]) -> Iterator[Finding]:
    """Each circle once, where no sweep may open it."""
    given = {
        name: [wire for wire in forms[0].wires if wire.is_certain and wire.component in nodes]
        for name, forms in nodes.items()
        if len(forms) == 1
    }
    done: set[str] = set()
    for name in given:
        yield from _circles_from(name, given, done)


def _circles_from(start: str, given: Mapping[str, list[Wire]], done: set[str]) -> Iterator[Finding]:
    """Depth first, without recursion: trail is the way from the start to where we are."""
    trail: list[str] = []
    ways: list[Iterator[Wire]] = []
    step: str | None = None if start in done else start
    while step is not None or ways:
        if step is not None:
            trail.append(step)
            ways.append(iter(given.get(step, ())))
            step = None
        wire = next(ways[-1], None)
        if wire is None:
            done.add(trail.pop())
            ways.pop()
        elif wire.component in trail:
            yield _circle(wire, trail[trail.index(wire.component) :])
        elif wire.component not in done:
            step = wire.component


def _circle(wire: Wire, names: list[str]) -> Finding:
    way = " needs ".join(f"“{name}”" for name in [*names, names[0]])
    return wire.path, f"These wait for each other: {way}.", "Nothing can be built first: remove one requirement."


def _unused(nodes: Mapping[str, list[Node]]) -> Iterator[Finding]:
    reached: set[str] = set()
    waiting = [name for name, forms in nodes.items() if any(form.made.kind == ROOT for form in forms)]
    if not waiting:
        return
    while waiting:
        name = waiting.pop()
        reached.add(name)
        wires = [wire for form in nodes.get(name, ()) for wire in form.wires]
        waiting += [wire.component for wire in wires if wire.component not in reached]
    for name, forms in nodes.items():
        if name not in reached:
            yield forms[0].path, f"“{name}” is used by nothing.", "It is never built. Remove it, or require it."
