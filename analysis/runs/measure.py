"""What a batch is after: the measure by which its runs are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.learning.validation.scheme import TEST, VALIDATION
from analysis.runs.models import Batch, Run
from experiments.storable import is_storable_number
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
        return cls.parse(document.get("measure"), split=VALIDATION if batch.procedure == "pipeline" else "")

    @classmethod
    def parse(cls, spec: Json, *, split: str = "") -> Goal:
        """{name, split, direction}, or only a name. Anything else names no measure. split: where none is named."""
        if isinstance(spec, str):
            return cls(spec, split)
        if not isinstance(spec, Mapping):
            return cls()
        name, where, direction = spec.get("name"), spec.get("split", split), spec.get("direction")
        return cls(str(name or ""), str(where or ""), str(direction or MAXIMISE))

    @property
    def maximises(self) -> bool:
        """Whether more is better."""
        return self.direction == MAXIMISE

    def split_of(self, run: Run) -> str:
        """Where this run is judged: of an outer fold of a nested scheme, whose held-out part is called test, there."""
        return TEST if self.split == VALIDATION and run.is_outer_of_nested else self.split

    def value(self, run: Run) -> float | None:
        """Of a run: what was last measured, or what its result says. None: there is none, or it is no number."""
        latest = run.latest if isinstance(run.latest, Mapping) else {}
        measured = latest.get(self.split_of(run) or OF_RESULT)
        found = measured.get(self.name) if isinstance(measured, Mapping) else None
        if found is None and isinstance(run.result, Mapping):
            found = run.result.get(self.name)
        return float(found) if isinstance(found, int | float) and is_storable_number(found) else None
