"""What a component is wired to, as it is written: `requirements`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.learning.components.errors import Finding
from analysis.learning.components.registry import Component, Requirement
from analysis.learning.components.templates import alternatives
from experiments.problems import Path, did_you_mean
from experiments.types import Json, JsonObject

KEYS = ("name", "component", "subscription")
Subscription = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Wire:
    """What a component is given. name: of its requirement; key: its own, where a requirement takes many.

    subscription: what is picked from the other one's product; None: all of it. is_certain: no sweep stands in its
    place. is_automatic: it is not written, but the only component that fits.
    """

    name: str
    component: str
    path: Path
    key: str = ""
    subscription: str | tuple[str, ...] | None = None
    is_certain: bool = True
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """One requirement as it is written. name_path: where its name stands."""

    name: Json
    content: JsonObject
    path: Path
    name_path: Path


def read_wires(made: Component, content: Json, path: Path) -> tuple[tuple[Wire, ...], frozenset[str], list[Finding]]:
    """(wires, names of the requirements written as null, what is wrong). Whether the others exist: see `graph`."""
    wires: list[Wire] = []
    omitted: set[str] = set()
    findings: list[Finding] = []
    seen: set[str] = set()
    for entry in _entries(content, path, findings):
        wrong = list(_name_findings(made, entry, seen))
        findings += wrong
        seen.add(str(entry.name))
        if wrong:
            continue
        name, _, key = str(entry.name).partition(".")
        if made.requires[name].many and not key:
            wires += [wire for each in _members(entry) for wire in _wires(each, name, str(each.name), findings)]
            omitted.add(name)
        elif entry.content.get("component") is None:
            omitted.add(name)
            findings += _omission_findings(made.requires[name], entry)
        else:
            wires += _wires(entry, name, key, findings)
    return tuple(wires), frozenset(omitted), findings


def _entries(content: Json, path: Path, findings: list[Finding]) -> Iterator[_Entry]:
    """From the list, or from the short way: {dataset: digits, train: {component: splits, subscription: train}}."""
    if isinstance(content, Mapping):
        for name, inner in content.items():
            whole = inner if isinstance(inner, Mapping) and "component" in inner else {"component": inner}
            yield _Entry(name, whole, (*path, name), (*path, name))
    elif isinstance(content, list | tuple):
        for index, inner in enumerate(content):
            here = (*path, index)
            if isinstance(inner, Mapping):
                findings += _key_findings(inner, here)
                yield _Entry(inner.get("name"), inner, here, (*here, "name"))
            else:
                findings.append((here, "A requirement is a mapping.", "Write {name: …, component: …}."))
    elif content is not None:
        findings.append((path, "requirements is a list.", "Write requirements: [{name: …, component: …}]."))


def _members(entry: _Entry) -> Iterator[_Entry]:
    """Of {metrics: [f1, accuracy]}: each under its own name as a key."""
    several = entry.content.get("component")
    for index, each in enumerate(several if isinstance(several, list | tuple) else ()):
        path = (*entry.path, index) if entry.path == entry.name_path else (*entry.path, "component", index)
        yield _Entry(each, {"component": each}, path, path)


def _key_findings(content: JsonObject, path: Path) -> Iterator[Finding]:
    for key in content:
        if key not in KEYS:
            yield (*path, key), f"A requirement has no key “{key}”.", did_you_mean(key, KEYS)


def _name_findings(made: Component, entry: _Entry, seen: set[str]) -> Iterator[Finding]:
    if not isinstance(entry.name, str):
        yield entry.path, "The requirement has no name.", "Write name: and component:."
        return
    name, dot, key = entry.name.partition(".")
    if name not in made.requires:
        hint = did_you_mean(name, made.requires) if made.requires else "It requires nothing: remove the entry."
        yield entry.name_path, f"A {made.kind} of type {made.type} does not ask for “{name}”.", hint
    elif made.requires[name].many and not key and isinstance(entry.content.get("component"), str):
        hint = f"Write {name}: [{entry.content['component']}], or {name}.key."
        yield entry.name_path, f"“{name}” takes several components: a list, or each under a key.", hint
    elif dot and not made.requires[name].many:
        yield entry.name_path, f"“{name}” takes one component, without a key.", f"Write {name}."
    elif entry.name in seen:
        yield entry.name_path, f"The requirement “{entry.name}” is written twice.", "Keep one of them."


def _omission_findings(requirement: Requirement, entry: _Entry) -> Iterator[Finding]:
    if not requirement.optional:
        place = (*entry.path, "component") if "component" in entry.content else entry.path
        kinds = " or ".join(requirement.kinds)
        yield place, f"The requirement “{entry.name}” names no component.", f"Name a component of kind {kinds}."


def _wires(entry: _Entry, name: str, key: str, findings: list[Finding]) -> Iterator[Wire]:
    short = entry.path == entry.name_path
    place = entry.path if short and set(entry.content) == {"component"} else (*entry.path, "component")
    subscriptions = list(_subscriptions(entry, findings))
    for path, component, certain in alternatives(entry.content.get("component"), place):
        if not isinstance(component, str):
            findings.append((path, "A component is named by a text.", "Write component: name."))
            continue
        for subscription, only in subscriptions:
            yield Wire(name, component, path, key, subscription, is_certain=certain and only)


def _subscriptions(entry: _Entry, findings: list[Finding]) -> Iterator[tuple[Subscription, bool]]:
    for path, value, certain in alternatives(entry.content.get("subscription"), (*entry.path, "subscription")):
        if value is None or isinstance(value, str):
            yield value, certain
        elif isinstance(value, list | tuple) and value and all(isinstance(each, str) for each in value):
            yield tuple(str(each) for each in value), certain
        else:
            message = "A subscription is the key of what is picked, or a list of keys."
            findings.append((path, message, "Write subscription: train, or [train, validation]."))
