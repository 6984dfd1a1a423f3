"""Batches whose runs are over, with a figure for every fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.learning.running import Fold
from analysis.learning.validation import parse_validation, settled
from analysis.runs.models import Batch
from experiments.models import Experiment
from experiments.types import Json, JsonObject
from tests.analysis.runs.rows import make_batch, make_run

MEASURE: JsonObject = {"name": "f1_macro", "split": "validation", "direction": "maximise"}
NESTED: JsonObject = {"scheme": "nested", "outer": 5, "inner": 2}
Figures = Callable[[float, Fold], float | None]


def figure_of(lr: float, fold: Fold) -> float:
    """0.1 is best on inner folds, but in outer fold 4 0.01 is; on outer folds 0.01 is best everywhere."""
    spread = 0.01 * (fold.outer or 0)
    if fold.inner is None:
        return {0.1: 0.7, 0.01: 0.9, 0.001: 0.1}[lr] + spread
    return {0.1: 0.8, 0.01: 0.75, 0.001: 0.2}[lr] + (0.1 if lr == 0.01 and fold.outer == 4 else 0)


def folded_batch(
    validation: JsonObject = NESTED,
    *,
    experiment: Experiment | None = None,
    figures: Figures = figure_of,
    **more: object,
) -> Batch:
    """Three learning rates; a run without a figure has failed."""
    scheme = settled(validation, experiment=18)
    batch = make_batch(experiment, document={"measure": MEASURE, "validation": validation}, **more)
    for number, lr in enumerate((0.1, 0.01, 0.001), start=1):
        setting: Json = {"lr": lr, "validation": scheme}
        for fold in parse_validation(scheme).folds_to_run():
            place = {"outer_fold": fold.outer, "inner_fold": fold.inner, "proposal": {"choices": {"lr": lr}}}
            ended = _ended(batch, figures(lr, fold))
            make_run(batch, setting=setting, setting_digest=f"{number:064x}", **place, **ended)
    return batch


def _ended(batch: Batch, value: float | None) -> Mapping[str, object]:
    end: Mapping[str, object] = {"finished_at": batch.created_at, "primary": value}
    if value is None:
        return {**end, "status": "failed"}
    latest: Json = {"train": {"loss": 1 - value}}
    return {**end, "status": "completed", "result": {}, "latest": latest}
