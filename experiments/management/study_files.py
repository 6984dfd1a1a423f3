"""What commands about study files and about documents of batches share: read a file, name what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from experiments import readiness
from experiments.checking import problems_of
from experiments.definition import normalise
from experiments.problems import Problem, StudyFileError
from experiments.types import Json, JsonObject
from experiments.yaml_file import MAX_BYTES, load


def read_bytes(name: str) -> bytes:
    """The file, or standard input for “-”; CommandError if it cannot be read."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or error}", returncode=2) from error


def write_text(name: str, text: str, standard: OutputWrapper) -> None:
    """Into the file, or to standard output for “-”; CommandError if it cannot be written."""
    if name == "-":
        standard.write(text)
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or error}", returncode=2) from error


def examine(raw: bytes) -> tuple[JsonObject, list[Problem]]:
    """The document and everything wrong with it; an empty document if it cannot be read at all."""
    try:
        document, positions = load(raw)
    except StudyFileError as error:
        return {}, error.problems
    return (document if isinstance(document, dict) else {}), problems_of(document, positions)


def not_ready(document: JsonObject) -> list[str]:
    """Sentences: what still keeps the experiments of a correct file from starting."""
    study, experiments = document["study"], document.get("experiments")
    head = study if isinstance(study, dict) else {}
    return [
        f"{definition.get('slug')}: {sentence}"
        for definition in (experiments if isinstance(experiments, list) else [])
        if isinstance(definition, dict)
        for sentence in readiness.problems(_as_published(definition, head))
    ]


def _as_published(definition: JsonObject, study: JsonObject) -> JsonObject:
    return {
        **normalise(definition),
        "consent": study.get("consent") or [],
        "languages": study.get("languages") or ["en"],
    }


def problem_lines(name: str, problems: Sequence[Problem], *, word: str = "") -> Iterator[str]:
    """file:line:column: path: sentence, the way on below it; editors can jump to each. word: before the path."""
    for problem in problems:
        yield f"{name}:{problem.line}:{problem.column}: {word}{problem.path}: {problem.message}"
        if problem.hint:
            yield f"    -> {problem.hint}"


def lines_of(name: str, problems: Sequence[Problem]) -> str:
    """The same as one text."""
    return "\n".join(problem_lines(name, problems))


def as_json(problems: Sequence[Problem]) -> Json:
    """For scripts."""
    return [asdict(problem) for problem in problems]


def count(problems: Sequence[Problem]) -> str:
    """“1 problem”, “3 problems”."""
    return f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
