"""A component that was typed into the form: into the document's text, or back with what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.learning.components import Component, ComponentError, find
from analysis.learning.components.containers import config_faults
from analysis.learning.components.nodes import NAME
from analysis.learning.document import check_text
from analysis.runs.designer.fields import config_from
from analysis.runs.designer.reading import SETTINGS_LOOKED_AT, Panel, panel_for
from analysis.runs.designer.text import drop_component, put_component
from analysis.runs.designer.wiring import requirements_from
from experiments.problems import StudyFileError
from experiments.types import Json

Typed = Mapping[str, list[str]]
UNREADABLE = "The document cannot be read yet, so nothing can be changed in it by this form."


@dataclass(frozen=True, slots=True)
class Outcome:
    """text: the changed document, if it was changed; done: in a sentence. Otherwise refusal, or the form again."""

    text: str = ""
    done: str = ""
    refusal: str = ""
    panel: Panel | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def put_typed(text: str, typed: Typed) -> Outcome:
    """The form's component into the text."""
    name, kind, type_name = (_first(typed, key) for key in ("name", "kind", "type"))
    try:
        made = find(kind, type_name)
    except ComponentError as error:
        return Outcome(refusal=str(error))
    config, errors = config_from(made, typed)
    errors = {**_faults(made, config), **_name_fault(name), **errors}
    if errors:
        panel = panel_for(made, name, config, check_text(text, most=SETTINGS_LOOKED_AT).sketch.nodes, errors)
        return Outcome(panel=panel, errors=errors)
    return _put(text, name, _entry(made, config, requirements_from(made, typed)))


def drop_typed(text: str, typed: Typed) -> Outcome:
    """The text without the form's component."""
    name = _first(typed, "name")
    try:
        return Outcome(text=drop_component(text, name), done=f"“{name}” is gone from the document.")
    except StudyFileError:
        return Outcome(refusal=UNREADABLE)


def _put(text: str, name: str, entry: Mapping[str, Json]) -> Outcome:
    try:
        return Outcome(text=put_component(text, name, entry), done=f"“{name}” stands in the document.")
    except StudyFileError:
        return Outcome(refusal=UNREADABLE)


def _first(typed: Typed, key: str) -> str:
    return typed.get(key, [""])[0].strip()


def _faults(made: Component, config: Mapping[str, Json]) -> dict[str, str]:
    """By parameter. What is missing is said at its own field."""
    found: dict[str, str] = {}
    for path, message, hint in config_faults(made.parameters, config):
        missing = next((name for name in made.parameters if f"“{name}” is missing" in message), "")
        found.setdefault(str(path[0]) if path else missing, f"{message} {hint}".strip())
    return found


def _name_fault(name: str) -> dict[str, str]:
    return {} if NAME.fullmatch(name) else {"name": "A letter, then letters, digits, _ and -, at most 60."}


def _entry(made: Component, config: Mapping[str, Json], requirements: list[Json]) -> dict[str, Json]:
    """The component as a document writes it, without what says nothing."""
    entry: dict[str, Json] = {"kind": made.kind, "type": made.type, "requirements": requirements, "config": config}
    return {key: value for key, value in entry.items() if value}
