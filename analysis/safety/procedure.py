"""The procedure `safe`: a model under behavioural constraints that passed its safety test, or No Solution Found.

Nothing of it is loaded before it is asked: a web process that never trains imports no numbers.
"""

from __future__ import annotations

from typing import ClassVar, Final

from analysis.learning.running import Reporter, Task
from analysis.safety.ledger import Ledger
from experiments.problems import path_text
from experiments.types import JsonObject

SECTIONS: Final = {
    "data": "Where the rows come from.",
    "label": "The column that is predicted.",
    "positive": "The value of the label that counts as 1.",
    "classes": "All values of the label, in their order.",
    "groups": "Who constraints are about.",
    "features": "The columns a model sees.",
    "leave_out": "Columns that no model sees.",
    "unit": "The column that names the person of a row.",
    "missing": "What becomes of rows without a value.",
    "duplicates": "What becomes of equal rows.",
    "additional": "Further data, for single quantities.",
    "regime": "What is learned.",
    "returns": "How the rewards of episodes add up, and what they can be.",
    "clip": "What a weight of an episode counts at most, in clipped measures.",
    "begin": "Where the search for a policy begins.",
    "model": "What is trained.",
    "objective": "What is minimised.",
    "constraints": "What must hold, each with its delta.",
    "overall_delta": "How often any constraint may be broken, at most.",
    "safety": "What is held back for the test.",
    "optimiser": "How the candidate is sought.",
    "tuning": "What is chosen on the candidate rows, by trials.",
    "mode": "default, or engine-compatible.",
}
"""What a document of this procedure may have besides what every batch has."""
RELEASE: Final = 1
"""Raised when the same setting gives another result: runs of an earlier release are then computed again."""


class SafeProcedure:
    """Setting: data, label, groups, model, constraints and so on; docs/safety.md. ledger: who counts looks."""

    name: ClassVar[str] = "safe"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        """Everything that can be said before a row is read, each with its path."""
        from analysis.safety.subjects import faults

        return [(path_text(path), f"{message} {hint}".rstrip()) for path, message, hint in faults(setting)]

    def identity(self, setting: JsonObject) -> JsonObject:
        """What tells the data from others, and which release computes."""
        from analysis.safety.subjects import identity

        return {"data": identity(setting), "safety": RELEASE}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        """The report under `safety`, and its figures. Data that cannot be trusted are an error, never a result."""
        from analysis.safety.carrying_out import carry_out

        return carry_out(task, reporter, self._ledger)
