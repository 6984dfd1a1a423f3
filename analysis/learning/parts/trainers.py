"""Training loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import (
    Flag,
    ListOf,
    Nullable,
    Parameter,
    Real,
    Requirement,
    Text,
    Trainer,
    Whole,
    component,
)
from analysis.learning.metrics import METRICS, Metric, wanted
from experiments.types import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.learning.data.dataset import Splits
    from analysis.learning.data.loading import Loader
    from analysis.learning.data.samplers import Sampler
    from analysis.learning.estimators.wanted import InARow, Wanted
    from analysis.learning.models.network import Network
    from analysis.learning.models.optimisers import Optimiser

MEASURED = Parameter(ListOf(METRICS), "Figures of every split after every epoch, besides the loss.", default=[])
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
        "metrics": MEASURED,
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
    metrics: list[Metric],
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

    return EpochTrainer(
        loaders=loaders,
        learner=GradientLearner(model, optimiser, clip_norm),
        seed=seed,
        measures=wanted(metrics, measure),
        stopping=parse_stopping(stopping or None),
        checkpointing=parse_checkpoints(checkpoints or None),
        train_split=train,
        evaluates_first=evaluate_first,
    )


@component(
    "trainer",
    "fit",
    requires={
        "splits": Requirement("splits", "What is learnt from and evaluated on."),
        "estimator": Requirement("estimator", "What is fitted."),
        "sampler": Requirement("sampler", "The order of the training split, with passes.", optional=True),
    },
    parameters={
        "metrics": MEASURED,
        "train": TRAIN,
        "passes": Parameter(Flag(), "Learn batch by batch, once an epoch (needs partial_fit).", default=False),
        "batch_size": Parameter(Whole(1, 1_000_000), "Rows of a batch: learnt from, or evaluated.", default=1000),
    },
    injects=("seed", "measure", "stopping", "checkpoints"),
    packages=("sklearn",),
)
def fit(
    *,
    splits: Splits,
    estimator: Wanted | InARow,
    sampler: Sampler | None,
    metrics: list[Metric],
    train: str,
    passes: bool,
    batch_size: int,
    seed: int,
    measure: JsonObject,
    stopping: JsonObject,
    checkpoints: JsonObject,
) -> Trainer:
    """Fits an estimator of scikit-learn, and evaluates it on every split.

    All at once it takes one epoch, whatever the document says. With passes it learns epoch by epoch, and can be stopped
    early and resumed.
    """
    from analysis.learning.data.loading import Loader
    from analysis.learning.data.samplers import Random
    from analysis.learning.estimators.learner import EstimatorLearner
    from analysis.learning.strategies import parse_checkpoints, parse_stopping
    from analysis.learning.training.epochs import EpochTrainer

    loaders = {name: Loader(part, batch_size) for name, part in splits.items()}
    loaders[train] = Loader(splits[train], batch_size, sampler or Random(seed))
    return EpochTrainer(
        loaders=loaders,
        learner=EstimatorLearner(estimator, passes),
        seed=seed,
        measures=wanted(metrics, measure),
        stopping=parse_stopping(stopping or None),
        checkpointing=parse_checkpoints(checkpoints or None),
        train_split=train,
        most_epochs=None if passes else 1,
    )
