"""The trials of batches, as curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.runs.models import Batch, Run, Status
from analysis.safety.curves.reading import PROBABILISTIC, Curves, read_curves
from experiments.blueprint import json_object
from experiments.types import JsonObject

PROCEDURE = "safe_trial"
ABOUT_THE_TRIAL = ("trial.", "rows", "number", "contender")


@dataclass(frozen=True, slots=True)
class Seen:
    """Curves, and how many trials are still to come or failed with an error."""

    curves: Curves
    wanted: int
    failed: int

    @property
    def left(self) -> int:
        """Trials that are not over."""
        return self.wanted - self.curves.n - self.failed


def curves_of(batches: Sequence[Batch], *, terms: str = PROBABILISTIC) -> Seen:
    """Of those that are made of trials. Two queries. ValueError for a result of something else."""
    mine = [batch for batch in batches if batch.procedure == PROCEDURE]
    wanted = Run.objects.filter(batch__in=mine, is_wanted=True)
    statuses = list(wanted.values_list("status", flat=True))
    found = read_curves(_results(wanted.filter(status=Status.COMPLETED)), terms=terms)
    return Seen(found, len(statuses), sum(status in (Status.FAILED, Status.CANCELLED) for status in statuses))


def _results(runs: object) -> Iterator[JsonObject]:
    """What else was swept (a bound, a model) tells contenders of one name apart."""
    rows = runs.order_by("pk").values_list("result", "proposal")  # type: ignore[attr-defined]  # a query set
    for result, proposal in rows:
        told = json_object(result)
        choices = json_object(json_object(proposal).get("choices", {}))
        others = [f"{_short(name)} {value}" for name, value in choices.items() if not _is_of_trial(name)]
        yield {**told, "contender": ", ".join([str(told.get("contender", "")), *others])}


def _is_of_trial(name: str) -> bool:
    return name.startswith(ABOUT_THE_TRIAL)


def _short(name: str) -> str:
    return name.rpartition(".")[2]
