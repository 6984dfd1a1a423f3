"""Training loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from analysis.learning.components import Flag, ListOf, Nullable, Parameter, Real, Requirement, Text, Trainer, component
from experiments.types import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.learning.data.loading import Loader
    from analysis.learning.models.network import Network
    from analysis.learning.models.optimisers import Optimiser

METRICS = Parameter(ListOf(Text(100, 1)), "Figures of every split after every epoch, besides the loss.", default=[])
TRAIN = Parameter(Text(100, 1), "The split that is trained on.", default="train")
FIRST = Parameter(Flag(), "Evaluate before any training too, as epoch 0.", default=False)


@component(
    "trainer",
    "gradient",
    requires={
        "loaders": Requirement("loaders", "Batches of every split; all are evaluated."),
        "model": Requirement("model", "A model of numpy."),
        "optimiser": Requirement("optimiser", "How its weights follow the gradient."),
    },
    parameters={
        "metrics": METRICS,
        "clip_norm": Parameter(Nullable(Real(0, above=True)), "Longest gradient; null: any length.", default=None),
        "train": TRAIN,
        "evaluate_first": FIRST,
    },
    injects=("seed", "measure", "stopping", "checkpoints"),
)
def gradient(
    *,
    loaders: Mapping[str, Loader],
    model: Network,
    optimiser: Optimiser,
    metrics: list[str],
    clip_norm: float | None,
    train: str,
    evaluate_first: bool,
    seed: int,
    measure: JsonObject,
    stopping: JsonObject,
    checkpoints: JsonObject,
) -> Trainer:
    """Gradient descent over batches, epoch by epoch (numpy models).

    After every epoch all splits are evaluated, figures are reported, and a checkpoint is kept as the document says.
    """
    from analysis.learning.strategies import parse_checkpoints, parse_stopping
    from analysis.learning.training.epochs import EpochTrainer
    from analysis.learning.training.gradient import GradientLearner
    from analysis.learning.training.measuring import named

    return EpochTrainer(
        loaders=loaders,
        learner=GradientLearner(model, optimiser, clip_norm),
        seed=seed,
        measures=named(_wanted(metrics, measure)),
        stopping=parse_stopping(stopping or None),
        checkpointing=parse_checkpoints(checkpoints or None),
        train_split=train,
        evaluates_first=evaluate_first,
    )


def _wanted(metrics: list[str], measure: JsonObject) -> list[str]:
    """With the one that the batch is judged by."""
    primary = cast("str", measure.get("name", "loss"))
    return list(dict.fromkeys([*metrics, *([primary] if primary != "loss" else [])]))
