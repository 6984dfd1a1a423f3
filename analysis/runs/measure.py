"""What a batch is after: the measure by which its runs are compared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.runs.models import Batch, Run
from experiments.types import Json

MAXIMISE = "maximise"
OF_RESULT = "result"  # the split under which functions tell the numbers of their results


@dataclass(frozen=True, slots=True)
class Goal:
    """split: where it is measured; empty: a value of the result itself. name: empty if the batch names none."""

    name: str = ""
    split: str = ""
    direction: str = MAXIMISE

    @classmethod
    def of(cls, batch: Batch) -> Goal:
        """From the document's `measure`."""
        document = batch.document if isinstance(batch.document, Mapping) else {}
        return cls.parse(document.get("measure"))

    @classmethod
    def parse(cls, spec: Json) -> Goal:
        """{name, split, direction}, or only a name. Anything else names no measure."""
        if isinstance(spec, str):
            return cls(spec)
        if not isinstance(spec, Mapping):
            return cls()
        name, split, direction = spec.get("name"), spec.get("split"), spec.get("direction")
        return cls(str(name or ""), str(split or ""), str(direction or MAXIMISE))

    @property
    def maximises(self) -> bool:
        """Whether more is better."""
        return self.direction == MAXIMISE

    def value(self, run: Run) -> float | None:
        """Of a run: what was last measured, or what its result says. None: there is none, or it is no number."""
        latest = run.latest if isinstance(run.latest, Mapping) else {}
        measured = latest.get(self.split or OF_RESULT)
        found = measured.get(self.name) if isinstance(measured, Mapping) else None
        if found is None and isinstance(run.result, Mapping):
            found = run.result.get(self.name)
        return float(found) if isinstance(found, int | float) and math.isfinite(found) else None
