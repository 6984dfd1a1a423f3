"""Rules for the pages of a block that chooses its stimuli: the question that teaches, and what they hang on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from experiments.problems import Path, did_you_mean, quoted
from experiments.semantics_words import Finding, mapping, rows
from experiments.types import Json, JsonObject


def answer_problems(experiment: JsonObject, repeat: JsonObject, path: Path) -> Iterator[Finding]:
    """The question stands on a page of the block, and can be scored."""
    choose = mapping(repeat.get("choose"))
    steps = [step for _, step in rows(experiment.get("steps")) if mapping(step.get("repeat")) == repeat]
    asked = [part for step in steps for _, part in rows(step.get("components")) if part.get("name")]
    found = [part for part in asked if part.get("name") == choose.get("answer")]
    if not found:
        names = [str(part.get("name")) for part in asked]
        yield (
            (*path, "answer"),
            f"No page of this block asks “{choose.get('answer')}”.",
            did_you_mean(choose.get("answer"), names),
        )
    for step in steps:
        on_page = [part.get("name") for _, part in rows(step.get("components"))]
        if choose.get("answer") in on_page and step.get("attempts", 1) != 1:
            hint = f"Remove attempts from the step “{step.get('name')}”."
            yield (*path, "answer"), "With several attempts, only the last one would teach: nobody is wrong.", hint
    takes_numbers = mapping(choose.get("model")).get("kind") == "normal"
    if takes_numbers and "yes" in choose:
        yield (*path, "yes"), "A normal model learns from the number itself.", "Remove yes."
    if found and not takes_numbers and "yes" not in choose and all(part.get("correct") is None for part in found):
        hint = "Add correct: to the question, or yes: [the answers that count as a yes]."
        yield (*path, "answer"), f"Nobody knows when “{choose.get('answer')}” is right.", hint


def condition_problems(step: JsonObject, repeat: JsonObject, path: Path) -> Iterator[Finding]:
    """What a page shows may hang on its stimulus, but not mixed with other conditions in one `any`."""
    case = str(repeat.get("as", "case"))
    for key, value in mapping(step.get("show_if")).items():
        if key in ("any", "all", "not") and _mentions(value, case):
            yield (
                (*path, "show_if", key),
                f"Inside “{key}”, a condition on {quoted([case])} cannot be told from the others.",
                f"Write it as a key of its own: {case}.task: ….",
            )


def _mentions(value: Json, case: str) -> bool:
    if isinstance(value, Mapping):
        return any(str(key).partition(".")[0] == case or _mentions(inner, case) for key, inner in value.items())
    return isinstance(value, list) and any(_mentions(inner, case) for inner in value)
