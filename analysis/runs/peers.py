"""How the other runs of a batch do: for strategies that stop a run because others are better."""

from __future__ import annotations

from collections import defaultdict

from analysis.learning.strategies import Peers
from analysis.runs.events import RunEventKind
from analysis.runs.models import Run, RunEvent


def figures_of_peers(run: Run, *, split: str, name: str) -> Peers:
    """Of each other run of the batch on the same fold: epoch -> value. One query."""
    said = RunEvent.objects.filter(
        run__batch=run.batch_id,
        run__outer_fold=run.outer_fold,
        run__inner_fold=run.inner_fold,
        kind=RunEventKind.RUN_MEASURED,
        payload__split=split,
        payload__values__has_key=name,
    )
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for event in said.exclude(run=run.pk).only("run_id", "payload").order_by("pk"):
        match event.payload:
            case {"epoch": int(epoch), "values": {**values}}:
                found[event.run_id or 0][epoch] = float(str(values[name]))  # NaN and infinities are kept as texts
    return tuple(found.values())
