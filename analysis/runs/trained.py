"""Trained models of runs, for inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.runs import store
from analysis.runs.errors import Spoiled
from analysis.runs.models import Artifact, Checkpoint, Run
from analysis.runs.store import Kept
from experiments.errors import BadValue, Unknown

if TYPE_CHECKING:
    from analysis.learning.inference import Predictor

MODEL: Final = "model"
"""The kind of an artifact that `analysis.learning.inference.predictor` reads."""


def load_model(run: Run, *, epoch: int | None = None) -> Predictor:
    """The model as the newest checkpoint (or that of an epoch) kept it, with its encodings and labels.

    A run without checkpoints that kept a file of kind `model`: that one (a model that passed its safety test).

        load_model(run).predict(samples)       # samples as the data set has them, shape (n, ...)
        load_model(run).scores(samples)

    Unknown if there is no such checkpoint, Spoiled if its file is not whole, BadValue if nothing in it predicts.
    """
    return model_of(model_file_of(run, epoch))


def model_file_of(run: Run, epoch: int | None = None) -> Checkpoint | Artifact:
    """The newest checkpoint, or that of an epoch; where a run has none, its file of kind `model`. Unknown else."""
    if epoch is not None:
        return checkpoint_of(run, epoch)
    newest = run.checkpoints.order_by("-epoch").first()
    kept = newest or run.artifacts.filter(kind=MODEL).order_by("-created_at").first()
    return kept or checkpoint_of(run)


def model_of(file: Checkpoint | Artifact) -> Predictor:
    """Spoiled if its file is not whole, or not a state; BadValue if nothing in it predicts."""
    from analysis.learning.inference import predictor
    from analysis.learning.states import read_state

    content = store.content(Kept(file.path, file.sha256, file.size))
    try:
        state = read_state(content)
    except ValueError as error:
        raise Spoiled(str(error), hint="An earlier checkpoint may still be whole.") from error
    try:
        return predictor(state)
    except ValueError as error:
        raise BadValue(str(error), hint="Only the trainers of pipelines keep models.") from error


def checkpoint_of(run: Run, epoch: int | None = None) -> Checkpoint:
    """The newest, or that of an epoch; Unknown if there is none."""
    kept = run.checkpoints.order_by("-epoch")
    found = kept.first() if epoch is None else kept.filter(epoch=epoch).first()
    if found is None:
        known = ", ".join(str(number) for number in kept.values_list("epoch", flat=True)) or "none"
        raise Unknown(f"Run {run.number} has no such checkpoint.", hint=f"Epochs with a checkpoint: {known}.")
    return found
