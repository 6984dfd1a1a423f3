"""Rules for steps: what their components, repeats and conditions refer to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import cast

from experiments.factorial import Level, written
from experiments.problems import Path, did_you_mean, quoted
from experiments.schema_document import OPERATORS
from experiments.semantics_words import (
    ROOTS,
    Finding,
    Words,
    language_findings,
    mapping,
    partial_translations,
    references,
    rows,
)
from experiments.types import Json, JsonObject


def step_problems(experiment: JsonObject, path: Path, words: Words, kinds: Collection[str]) -> Iterator[Finding]:
    """Everything about the steps of one experiment."""
    steps = rows(experiment.get("steps"))
    is_main = False
    for index, step in steps:
        here = (*path, "steps", index)
        if is_main and step.get("stage") == "screening":
            yield (*here, "stage"), "A screening step stands after a main step.", "Move it up, or set stage: main."
        is_main = is_main or step.get("stage", "main") == "main"
        yield from _step(step, here, words, kinds)
    used = {name for _, step in steps for name in _names(mapping(step.get("repeat")).get("within"))}
    for index, factor in rows(experiment.get("factors")):
        name = factor.get("name")
        if steps and name in words.within and name not in used:
            hint = f"Add within: [{name}] to a step's repeat, or remove the factor."
            yield (*path, "factors", index), f"The within-factor “{name}” is used by no step.", hint


def _names(value: Json) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _step(step: JsonObject, path: Path, words: Words, kinds: Collection[str]) -> Iterator[Finding]:
    repeat = mapping(step.get("repeat"))
    if repeat:
        yield from _repeat(repeat, (*path, "repeat"), words)
    out = mapping(step.get("screen_out"))
    title, components, message = (*path, "title"), (*path, "components"), (*path, "screen_out", "message")
    yield from _references(step.get("title"), title, words, repeat)
    yield from _references(out.get("message"), message, words, repeat)
    yield from _references(step.get("components"), components, words, repeat)
    yield from language_findings(step.get("title"), title, words.languages)
    yield from language_findings(out.get("message"), message, words.languages)
    for inner, translations in partial_translations(step.get("components"), words.languages):
        yield from language_findings(translations, (*components, *inner), words.languages)
    yield from _condition(step.get("show_if"), (*path, "show_if"), words, repeat)
    yield from _condition(out.get("when"), (*path, "screen_out", "when"), words, repeat)
    yield from _checks(step, path)
    seen: set[str] = set()
    for index, component in rows(step.get("components")):
        here = (*path, "components", index)
        name = component.get("name")
        if isinstance(name, str) and name in seen:
            yield (*here, "name"), f"“{name}” is used twice on this page.", "Give each question its own name."
        seen.add(str(name))
        yield from _component(component, here, words, kinds)


def _checks(step: JsonObject, path: Path) -> Iterator[Finding]:
    has_check = any(component.get("check") for _, component in rows(step.get("components")))
    if has_check:
        return
    if isinstance(step.get("attempts"), int) and step["attempts"] != 1:
        yield (
            (*path, "attempts"),
            "Attempts are counted only on a page with a check.",
            "Add check: comprehension to a question.",
        )
    if step.get("on_fail", "continue") in ("screen_out", "repeat"):
        yield (
            (*path, "on_fail"),
            "Nothing on this page can fail.",
            "Add check: comprehension to a question, or remove on_fail.",
        )


def _component(component: JsonObject, path: Path, words: Words, kinds: Collection[str]) -> Iterator[Finding]:
    kind, measure = component.get("kind"), component.get("measure")
    if kinds and isinstance(kind, str) and kind not in kinds:
        yield (*path, "kind"), f"There is no component kind “{kind}”.", did_you_mean(kind, sorted(kinds))
    if isinstance(measure, str) and measure not in words.measures:
        yield (*path, "measure"), f"There is no measure “{measure}”.", did_you_mean(measure, words.measures)
    needs_name = [key for key in ("measure", "check", "attribute") if component.get(key)]
    if needs_name and not component.get("name"):
        yield path, f"A question with {needs_name[0]} needs a name.", "Add “name: …”."
    if component.get("check") and component.get("correct") is None:
        yield (*path, "check"), "A check needs to know the right answer.", "Add “correct: …”."
    yield from _options(component, path)


def _options(component: JsonObject, path: Path) -> Iterator[Finding]:
    options = mapping(component.get("props")).get("options")
    if not isinstance(options, list):
        return
    values = [option.get("value") if isinstance(option, Mapping) else option for option in options]
    for index, value in enumerate(values):
        if value is not None and value in values[:index]:
            yield (
                (*path, "props", "options", index),
                f"The option “{value}” stands twice.",
                "Give each option its own value.",
            )
    correct = component.get("correct")
    for each in correct if isinstance(correct, list) else [correct]:
        is_open = each is None or (isinstance(each, str) and "{{" in each)
        if not is_open and None not in values and each not in values:
            yield (*path, "correct"), f"“{each}” is not among the options.", did_you_mean(each, values)


def _repeat(repeat: JsonObject, path: Path, words: Words) -> Iterator[Finding]:
    over, sample = repeat.get("over"), repeat.get("sample")
    items = words.stimuli.get(over) if isinstance(over, str) else None
    if isinstance(over, str) and items is None:
        yield (*path, "over"), f"There are no stimuli “{over}”.", did_you_mean(over, words.stimuli)
    if items is not None and isinstance(sample, int) and sample > len(items):
        yield (*path, "sample"), f"There are only {len(items)} stimuli in “{over}”.", "Ask for no more than that."
    if repeat.get("as") in ROOTS:
        yield (
            (*path, "as"),
            f"“{repeat['as']}” already means something else.",
            f"Use another word than {quoted(ROOTS)}.",
        )
    for index, name in enumerate(_names(repeat.get("within"))):
        if name in words.levels and name not in words.within:
            yield (
                (*path, "within", index),
                f"“{name}” varies between units.",
                f"Set scope: within on the factor “{name}”.",
            )
        elif name not in words.levels:
            yield (*path, "within", index), f"There is no factor “{name}”.", did_you_mean(name, words.within)


def _references(value: Json, path: Path, words: Words, repeat: JsonObject) -> Iterator[Finding]:
    """References anywhere inside a value."""
    for inner, reference in references(value):
        if reference == "{{":
            yield (*path, *inner), "A reference {{ … is not closed.", "Close it with }}."
            continue
        problem = words.path_problem(reference, repeat)
        if problem:
            yield (*path, *inner), *problem


def _condition(condition: Json, path: Path, words: Words, repeat: JsonObject) -> Iterator[Finding]:
    for key, value in mapping(condition).items():
        here = (*path, key)
        if key in ("all", "any"):
            if not isinstance(value, list):
                yield here, f"“{key}” needs a list of conditions.", f"Write {key}: [{{…}}, {{…}}]."
            for index, inner in rows(value):
                yield from _condition(inner, (*here, index), words, repeat)
        elif key == "not":
            if not isinstance(value, Mapping):
                yield here, "“not” needs a condition.", "Write not: {path: value}."
            yield from _condition(value, here, words, repeat)
        else:
            yield from _comparison(key, value, here, words, repeat)


def _comparison(key: str, value: Json, path: Path, words: Words, repeat: JsonObject) -> Iterator[Finding]:
    problem = words.path_problem(key, repeat)
    if problem:
        yield path, *problem
        return
    for operator in value if isinstance(value, Mapping) else ():
        if operator not in OPERATORS:
            yield (*path, operator), f"“{operator}” is no comparison.", did_you_mean(operator, OPERATORS)
    root, _, name = key.partition(".")
    if root in ("arm", "within") and name in words.levels:
        yield from _levels_compared(name, value, path, words)


def _levels_compared(name: str, value: Json, path: Path, words: Words) -> Iterator[Finding]:
    """Equality with a level that the factor does not have."""
    compared = [value]
    if isinstance(value, Mapping):
        compared = [value[operator] for operator in ("not", "in") if operator in value]
    flat = [each for entry in compared for each in (entry if isinstance(entry, list) else [entry])]
    known = [written(cast(Level, level)) for level in words.levels[name]]
    for each in flat:
        if isinstance(each, str | int | float) and written(each) not in known:
            yield path, f"The factor “{name}” has no level “{each}”.", did_you_mean(each, words.levels[name])
