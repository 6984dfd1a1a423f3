"""What the commands about documents of batches share: telling what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from analysis.learning.components.showing import as_json, tree
from analysis.learning.document import Checked
from analysis.runs.telling import runs_of
from experiments.types import Json


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
