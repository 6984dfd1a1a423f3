"""What the commands about documents of batches share: reading a file, and telling what was found."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import CommandError

from analysis.learning.components.showing import as_json, tree
from analysis.learning.document import Checked
from analysis.runs.telling import runs_of
from experiments.problems import Problem
from experiments.types import Json
from experiments.yaml_file import MAX_BYTES


def read_file(name: str) -> bytes:
    """The file, or standard input for “-”; CommandError if it cannot be read."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or error}", returncode=2) from error


def problem_lines(name: str, problems: Sequence[Problem], *, word: str = "") -> Iterator[str]:
    """file:line:column: path: sentence, the way on below it; editors can jump to each."""
    for problem in problems:
        yield f"{name}:{problem.line}:{problem.column}: {word}{problem.path}: {problem.message}"
        if problem.hint:
            yield f"    -> {problem.hint}"


def graph_lines(checked: Checked) -> Iterator[str]:
    """The pipeline as a tree, its trainer first; nothing for a function."""
    root = checked.root
    if root:
        kind = checked.sketch.nodes[root][0].made
        yield f"{root}  ({kind.kind}: {kind.type})"
        yield from tree(checked.sketch.nodes, root)


def report(name: str, checked: Checked) -> dict[str, Json]:
    """Everything that was found, for scripts."""
    found: dict[str, Json] = {
        "file": name,
        "problems": [asdict(problem) for problem in checked.problems],
        "remarks": [asdict(problem) for problem in checked.remarks],
    }
    if checked.design is not None:
        settings, runs, _ = runs_of(checked.design)
        found |= {"procedure": checked.design.procedure, "search": type(checked.design.search).name}
        found |= {"settings": settings, "runs": runs, "epochs": checked.design.epochs}
    if checked.sketch.nodes:
        found["graph"] = as_json(checked.sketch.nodes, checked.root)
    return found
