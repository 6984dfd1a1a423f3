"""The `hooks` of a document, read and refused.

hooks:
  - {on: [batch_completed, batch_failed], email: [amara@example.org]}
  - {on: run_failed, webhook: "https://example.org/hooks/machina"}
  - {on: run_completed, call: "my_package.hooks:keep_score"}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.runs.hooks.kinds import KINDS, Occasion
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

Fault = tuple[str, str]  # path, sentence


@dataclass(frozen=True, slots=True)
class Hook:
    """One entry: when, by what kind, and to whom (addresses, a URL, a path)."""

    on: tuple[Occasion, ...]
    kind: str
    target: str


def hooks_of(document: Json) -> list[Hook]:
    """The hooks of a document that has no faults; a list of addresses makes one hook for each."""
    entries = document.get("hooks") if isinstance(document, Mapping) else None
    return [hook for entry in (entries if isinstance(entries, Sequence) else ()) for hook in _hooks(entry)]


def concealed(document: JsonObject) -> JsonObject:
    """The document as somebody sees it who may not run it: who is told stays unsaid, for such an address is a key."""
    entries = document.get("hooks")
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return document
    return {**document, "hooks": [_concealed(entry) for entry in entries]}


def _concealed(entry: Json) -> Json:
    if not isinstance(entry, Mapping):
        return "…"
    return {key: value if key == "on" else "…" for key, value in entry.items()}


def hook_faults(document: Json) -> Iterator[Fault]:
    """What is wrong with them, each with its path."""
    entries = document.get("hooks", []) if isinstance(document, Mapping) else []
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        yield "hooks", "hooks is a list, each with “on” and one of " + ", ".join(KINDS) + "."
        return
    for index, entry in enumerate(entries):
        yield from _faults(entry, f"hooks[{index}]")


def _faults(entry: Json, path: str) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield path, "A hook is a mapping with “on” and one of " + ", ".join(KINDS) + "."
        return
    kinds = [key for key in entry if key in KINDS]
    yield from ((f"{path}.{key}", did_you_mean(key, ["on", *KINDS])) for key in entry if key not in ("on", *KINDS))
    if len(kinds) != 1:
        yield path, f"A hook has exactly one of {', '.join(KINDS)}; this one has {' and '.join(kinds) or 'none'}."
    occasions = _texts(entry.get("on"))
    if not occasions:
        yield f"{path}.on", f"Say when: {', '.join(Occasion)}."
    for each in occasions:
        if each not in set(Occasion):
            yield f"{path}.on", f"There is no occasion “{each}”. {did_you_mean(each, list(Occasion))}"
    for kind in kinds:
        targets = _texts(entry[kind])
        faults = [KINDS[kind].fault(target) for target in targets] or ["Say to whom."]
        yield from ((f"{path}.{kind}", fault) for fault in faults if fault)


def _hooks(entry: Json) -> Iterator[Hook]:
    if isinstance(entry, Mapping):
        on = tuple(Occasion(each) for each in _texts(entry.get("on")))
        for kind in KINDS:
            yield from (Hook(on, kind, target) for target in _texts(entry.get(kind)))


def _texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if isinstance(value, Sequence) else []
