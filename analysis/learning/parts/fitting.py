"""The trainer of scikit-learn's estimators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import Flag, Parameter, Requirement, Trainer, Whole, component
from analysis.learning.metrics import Metric, wanted
from analysis.learning.parts.trainers import INJECTS, MEASURED, ONNX, TRAIN, onnx_faults
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.data.dataset import Splits
    from analysis.learning.data.samplers import Sampler
    from analysis.learning.estimators.wanted import InARow, Wanted


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
        "onnx": ONNX,
        "batch_size": Parameter(Whole(1, 1_000_000), "Rows of a batch: learnt from, or evaluated.", default=1000),
    },
    injects=INJECTS,
    check=onnx_faults,
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
    onnx: bool,
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
    stops, keeps = parse_stopping(stopping or None), parse_checkpoints(checkpoints or None)
    return EpochTrainer(
        loaders=loaders,
        learner=EstimatorLearner(estimator, passes),
        seed=seed,
        measures=wanted(metrics, measure, watching=(stops, keeps)),
        stopping=stops,
        checkpointing=keeps,
        train_split=train,
        most_epochs=None if passes else 1,
        exports=onnx,
    )
