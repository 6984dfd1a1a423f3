"""The names that an experiment's pages can refer to, and the paths that can exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from experiments.problems import Path, did_you_mean, quoted
from experiments.types import Json, JsonObject

Finding = tuple[Path, str, str]
ROOTS = ("arm", "within", "answers", "attributes", "session", "repetition", "repetitions")
SESSION = ("number", "row")
REFERENCE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*\Z")


def mapping(value: Json) -> JsonObject:
    """The mapping, or an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def rows(value: Json) -> list[tuple[int, JsonObject]]:
    """The mappings of a list with their index."""
    return (
        [(index, entry) for index, entry in enumerate(value) if isinstance(entry, Mapping)]
        if isinstance(value, list)
        else []
    )


def keys(entries: list[tuple[int, JsonObject]], key: str) -> list[str]:
    """The texts under one key."""
    return [str(entry[key]) for _, entry in entries if isinstance(entry.get(key), str)]


@dataclass(frozen=True)
class Words:
    """What stands where, by name. levels: of every factor; arm: what `arm.…` can be; answers: of all pages."""

    languages: list[str]
    levels: dict[str, list[Json]]
    within: list[str]
    arm: list[str]
    measures: list[str]
    stimuli: dict[str, list[JsonObject]]
    answers: list[str]

    @classmethod
    def of(cls, experiment: JsonObject, languages: list[str]) -> Words:
        """The words of one experiment."""
        factors = [factor for _, factor in rows(experiment.get("factors")) if isinstance(factor.get("name"), str)]
        within = [str(factor["name"]) for factor in factors if factor.get("scope") == "within"]
        levels = {str(factor["name"]): _levels(factor) for factor in factors}
        payloads = [key for _, arm in rows(experiment.get("arms")) for key in mapping(arm.get("payload"))]
        steps = rows(experiment.get("steps"))
        return cls(
            languages=languages,
            levels=levels,
            within=within,
            arm=[*(name for name in levels if name not in within), *payloads, "name"],
            measures=keys(rows(experiment.get("measures")), "name"),
            stimuli={
                name: [item for _, item in rows(items)] for name, items in mapping(experiment.get("stimuli")).items()
            },
            answers=[name for _, step in steps for name in keys(rows(step.get("components")), "name")],
        )

    def path_problem(self, path: str, repeat: JsonObject) -> tuple[str, str] | None:
        """Why this path can have no value on a step with that `repeat`, or None."""
        parts = path.split(".")
        case = str(repeat.get("as", "case")) if repeat else ""
        if not PATH.match(path):
            return f"“{path}” is not a path.", "Write names joined by dots: arm.explanation."
        if parts[0] == case:
            return self._case_problem(path, parts[1:], repeat)
        known = {"arm": self.arm, "within": repeat.get("within") or [], "answers": self.answers, "session": SESSION}
        if parts[0] not in ROOTS:
            return f"There is nothing called “{parts[0]}” here.", did_you_mean(
                parts[0], [*ROOTS, *([case] if case else [])]
            )
        choices = known.get(parts[0])
        if choices is None:
            return None
        names = [str(name) for name in choices] if isinstance(choices, list | tuple) else []
        if len(parts) < 2 or parts[1] not in names:
            word = parts[1] if len(parts) > 1 else ""
            return f"There is no “{path}”.", did_you_mean(word, names) + self._within_hint(parts)
        return None

    def _within_hint(self, parts: list[str]) -> str:
        unused = parts[0] == "within" and len(parts) > 1 and parts[1] in self.within
        return f" Add it to this step's repeat: within: [{parts[1]}]." if unused else ""

    def _case_problem(self, path: str, parts: list[str], repeat: JsonObject) -> tuple[str, str] | None:
        made = mapping(mapping(repeat.get("choose")).get("levels"))
        if parts and parts[0] in made:
            return None  # of every stimulus that `levels` makes
        for item in self.stimuli.get(str(repeat.get("over")), []):
            value: Json = item
            for part in parts:
                if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                    value = value[int(part)]
                elif isinstance(value, Mapping) and part in value:
                    value = value[part]
                else:
                    known = list(value) if isinstance(value, Mapping) else []
                    return f"There is no “{path}” in stimulus “{item.get('id')}”.", did_you_mean(part, known)
        return None


def _levels(factor: JsonObject) -> list[Json]:
    levels = factor.get("levels")
    return list(levels) if isinstance(levels, list) else []


def references(value: Json) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each {{ reference }} in a value, with its path in that value. An unclosed one comes as “{{”."""
    if isinstance(value, str):
        yield from (((), "{{" if "{{" in found else found.strip()) for found in REFERENCE.findall(value))
        if "{{" in REFERENCE.sub("", value):
            yield (), "{{"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (((key, *path), found) for path, found in references(inner))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from (((index, *path), found) for path, found in references(inner))


def partial_translations(value: Json, languages: list[str]) -> Iterator[tuple[tuple[str | int, ...], JsonObject]]:
    """Mappings inside a value that are texts by language (all keys are languages of the study) but lack some."""
    if isinstance(value, Mapping):
        if value and all(key in languages for key in value) and len(value) < len(languages):
            yield (), value
        for key, inner in value.items():
            yield from (((key, *path), found) for path, found in partial_translations(inner, languages))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from (((index, *path), found) for path, found in partial_translations(inner, languages))


def language_findings(value: Json, path: Path, languages: list[str]) -> Iterator[Finding]:
    """A text by language has each language of the study, and no other."""
    if not isinstance(value, Mapping):
        return
    for code in value:
        if code not in languages:
            hint = f"Remove it, or add it to study.languages (now {quoted(languages)})."
            yield (*path, code), f"“{code}” is not a language of this study.", hint
    missing = [code for code in languages if code not in value]
    if missing:
        yield path, f"The text is missing in {quoted(missing)}.", f"Add “{missing[0]}: …”, or write one text for all."
