"""The procedure `safe_trial`: one trial of a training under constraints, judged where the truth is known.

Nothing of it is loaded before it is asked: a web process that never trains imports no numbers.
"""

from __future__ import annotations

from typing import ClassVar, Final

from analysis.learning.running import Reporter, Task
from analysis.safety.procedure import RELEASE
from analysis.safety.procedure import SECTIONS as OF_SAFE
from experiments.types import JsonObject

SECTIONS: Final = {**OF_SAFE, "trial": "How many rows, which trial of that size, and who trains on them."}
"""What a document of this procedure may have besides what every batch has."""


class SafeTrialProcedure:
    """Setting: that of `safe`, and `trial: {rows, number, contender, seed}`; docs/safety-curves.md."""

    name: ClassVar[str] = "safe_trial"

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        """Everything that can be said before a row is read, each with its path."""
        from analysis.safety.curves.trial import faults

        return faults(setting)

    def identity(self, setting: JsonObject) -> JsonObject:
        """What tells the data from others, and which release computes."""
        from analysis.safety.curves.trial import without_trial
        from analysis.safety.subjects import identity

        return {"data": identity(without_trial(setting)), "safety": RELEASE}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        """The figures of the trial, and the value of each constraint in the whole world."""
        from analysis.safety.curves.trial import carry_out

        return carry_out(task, reporter)
