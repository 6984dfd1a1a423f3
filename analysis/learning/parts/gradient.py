"""The trainer of numpy models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import Flag, Nullable, Parameter, Real, Requirement, Trainer, component
from analysis.learning.metrics import Metric, wanted
from analysis.learning.parts.trainers import INJECTS, MEASURED, ONNX, TRAIN, onnx_faults
from experiments.types import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.learning.data.loading import Loader
    from analysis.learning.models.network import Network
    from analysis.learning.models.optimisers import Optimiser


@component(
    "trainer",
    "gradient",
    requires={
        "loaders": Requirement("loaders", "Batches of every split; all are evaluated."),
        "model": Requirement("model", "A model of numpy.", library="numpy"),
        "optimiser": Requirement("optimiser", "How its weights follow the gradient.", library="numpy"),
    },
    parameters={
        "metrics": MEASURED,
        "clip_norm": Parameter(Nullable(Real(0, above=True)), "Longest gradient; null: any length.", default=None),
        "train": TRAIN,
        "evaluate_first": Parameter(Flag(), "Evaluate before any training too, as epoch 0.", default=False),
        "onnx": ONNX,
    },
    injects=INJECTS,
    check=onnx_faults,
)
def gradient(
    *,
    loaders: Mapping[str, Loader],
    model: Network,
    optimiser: Optimiser,
    metrics: list[Metric],
    clip_norm: float | None,
    train: str,
    evaluate_first: bool,
    onnx: bool,
    seed: int,
    measure: JsonObject,
    stopping: JsonObject,
    checkpoints: JsonObject,
) -> Trainer:
    """Gradient descent over batches, epoch by epoch (numpy models).

    After every epoch all splits are evaluated, figures are reported, and a checkpoint is kept as the document says.
    """
    from analysis.learning.models.network import Network
    from analysis.learning.strategies import parse_checkpoints, parse_stopping
    from analysis.learning.training.epochs import EpochTrainer
    from analysis.learning.training.gradient import GradientLearner

    if not isinstance(model, Network):
        raise ValueError(
            f"This trainer trains models of numpy (mlp, softmax_regression), not a {type(model).__name__}."
        )
    stops, keeps = parse_stopping(stopping or None), parse_checkpoints(checkpoints or None)
    return EpochTrainer(
        loaders=loaders,
        learner=GradientLearner(model, optimiser, clip_norm),
        seed=seed,
        measures=wanted(metrics, measure, watching=(stops, keeps)),
        stopping=stops,
        checkpointing=keeps,
        train_split=train,
        evaluates_first=evaluate_first,
        exports=onnx,
    )
