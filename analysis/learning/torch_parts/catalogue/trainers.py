"""The torch trainer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from analysis.learning.components import (
    Finding,
    Flag,
    ListOf,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Requirement,
    Text,
    Trainer,
    Whole,
    component,
)  # fmt: skip
from analysis.learning.metrics import METRICS, Metric, wanted
from analysis.learning.torch_parts.catalogue.declaring import PACKAGES, count
from experiments.types import JsonObject

if TYPE_CHECKING:
    from torch import nn

    from analysis.learning.data.loading import Loader
    from analysis.learning.torch_parts.building import ModelPlan
    from analysis.learning.torch_parts.losses import Loss, Sum
    from analysis.learning.torch_parts.optimisers import Bundle, Optimiser
    from analysis.learning.torch_parts.postprocessors import PostProcessor
    from analysis.learning.torch_parts.schedules import Schedule

PRECISIONS = ("float32", "float64", "bfloat16_mixed", "float16_mixed")
TRACKED = ("learning_rate", "gradient_norm")
_NAMES = ListOf(Text(100, 1))

PARAMETERS = {
    "metrics": Parameter(ListOf(METRICS), "Figures of every split after every epoch, besides the losses.", default=[]),
    "train": Parameter(Text(100, 1), "The split that is trained on.", default="train"),
    "evaluate": Parameter(_NAMES, "The splits looked at after every epoch; none: all.", default=[]),
    "evaluate_first": Parameter(Flag(), "Evaluate before any training too, as epoch 0.", default=False),
    "track": Parameter(
        ListOf(OneOf(*TRACKED)), "Figures of the training; the learning rate is one if a schedule moves it.", default=[]
    ),
    "accumulate": count("Batches per step of the optimiser: their gradient is that of one large batch.", 1),
    "clip_norm": Parameter(Nullable(Real(0, above=True)), "Longest gradient; null: any length.", default=None),
    "clip_value": Parameter(Nullable(Real(0, above=True)), "Largest number of it; null: any.", default=None),
    "precision": Parameter(
        OneOf(*PRECISIONS), "Number type; mixed: weights in 32 bits, most of the work in 16.", default="float32"
    ),
    "device": Parameter(
        Text(20, 1), "auto: the worker's own, else the first GPU, else the CPU; or cuda, cuda:1, mps.", default="auto"
    ),
    "processes": count("Processes that share one model, each with a device of its own (torchrun, DDP).", 1),
    "workers": count("Processes that read batches ahead; 0: none.", 0, low=0),
    "threads": Parameter(Nullable(Whole(1, 1024)), "Of the CPU; null: torch's choice.", default=None),
    "deterministic": Parameter(Flag(), "Prefer operations that repeat exactly to faster ones.", default=True),
}  # fmt: skip


def check(config: JsonObject) -> Iterator[Finding]:
    """What a device may be called."""
    device = config.get("device", "auto")
    name, _, number = device.partition(":") if isinstance(device, str) else ("auto", "", "")
    if name not in ("auto", "cpu", "cuda", "mps", "xpu") or (number and not number.isdigit()):
        yield ("device",), f"“{device}” is no device.", "Write auto, cpu, cuda, cuda:1 or mps."


@component(
    "trainer", "torch",
    requires={
        "loaders": Requirement("loaders", "Batches of every split."),
        "model": Requirement("model", "A torch model.", library="torch"),
        "optimiser": Requirement("optimiser", "How its weights follow the gradient.", library="torch"),
        "loss": Requirement("loss", "What is made small; none: cross-entropy or mse, by the targets.", optional=True),
        "schedule": Requirement("schedule", "How the learning rate moves.", optional=True),
        "losses": Requirement("loss", "Measured only: losses.a, losses.b.", optional=True, many=True),
        "processors": Requirement("post_processor", "Of predictions, in order.", optional=True, many=True),
    },
    parameters=PARAMETERS,
    injects=("seed", "measure", "stopping", "checkpoints"),
    packages=PACKAGES,
    check=check,
)  # fmt: skip
def torch(
    *, loaders: Mapping[str, Loader], model: ModelPlan | nn.Module, optimiser: Optimiser | Bundle,
    loss: Loss | Sum | None, schedule: Schedule | None, losses: Mapping[str, Loss | Sum] | None,
    processors: Mapping[str, PostProcessor] | None, seed: int, measure: JsonObject, stopping: JsonObject,
    checkpoints: JsonObject, **config: object,
) -> Trainer:  # fmt: skip
    """Gradient descent with PyTorch, epoch by epoch.

    Each step moves by the mean loss over its rows. After every epoch the splits are evaluated (losses as means over
    rows, metrics over all predictions at once), figures are reported, and a checkpoint is kept as the document says.
    A run that is taken up again ends bit for bit as if it had never stopped (on the CPU).
    """
    from analysis.learning.strategies import parse_checkpoints, parse_stopping
    from analysis.learning.torch_parts.settings import Settings
    from analysis.learning.torch_parts.trainer import TorchTrainer

    others = {name: each for name, each in (losses or {}).items() if each is not loss}
    stops, keeps = parse_stopping(stopping or None), parse_checkpoints(checkpoints or None)
    metrics = cast("list[Metric]", config.pop("metrics"))
    measures = wanted(metrics, measure, ["loss", *others], watching=(stops, keeps))
    return TorchTrainer(
        loaders=loaders, model=model, loss=loss, optimiser=optimiser, seed=seed, schedule=schedule, losses=others,
        processors=tuple((processors or {}).values()), measures=measures,
        stopping=stops, checkpointing=keeps,
        settings=Settings.of(config),
    )  # fmt: skip
