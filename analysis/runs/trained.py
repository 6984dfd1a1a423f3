"""Trained models of runs, for inference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.runs import store
from analysis.runs.errors import Spoiled
from analysis.runs.models import Checkpoint, Run
from analysis.runs.store import Kept
from experiments.errors import BadValue, Unknown

if TYPE_CHECKING:
    from analysis.learning.inference import Predictor


def load_model(run: Run, *, epoch: int | None = None) -> Predictor:
    """The model as the newest checkpoint (or that of an epoch) kept it, with its encodings and labels.

        load_model(run).predict(samples)       # samples as the data set has them, shape (n, ...)
        load_model(run).scores(samples)

    Unknown if there is no such checkpoint, Spoiled if its file is not whole, BadValue if nothing in it predicts.
    """
    return model_of(checkpoint_of(run, epoch))


def model_of(checkpoint: Checkpoint) -> Predictor:
    """Spoiled if its file is not whole, or not a state; BadValue if nothing in it predicts."""
    from analysis.learning.inference import predictor
    from analysis.learning.states import read_state

    content = store.content(Kept(checkpoint.path, checkpoint.sha256, checkpoint.size))
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
