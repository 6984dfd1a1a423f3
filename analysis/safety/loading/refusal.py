"""Data that no safety test can be trusted with: said before anything is computed, and never a pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.learning.components import Finding
from experiments.problems import path_text


class NotUsable(ValueError):
    """The data, or what a document says of them. findings: (path in the document, sentence, way on) of everything."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f"{path_text(path)}: {said} {hint}".rstrip() for path, said, hint in findings))
        self.findings = tuple(findings)


def refuse_if(findings: Iterable[Finding]) -> None:
    """NotUsable with all of them, if there are any."""
    if found := list(findings):
        raise NotUsable(found)
