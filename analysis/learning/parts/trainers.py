"""What trainers have in common."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.learning.components import Finding, Flag, ListOf, Parameter, Text
from analysis.learning.metrics import METRICS
from experiments.types import JsonObject

INJECTS = ("seed", "measure", "stopping", "checkpoints")
MEASURED = Parameter(ListOf(METRICS), "Figures of every split after every epoch, besides the loss.", default=[])
TRAIN = Parameter(Text(100, 1), "The split that is trained on.", default="train")
ONNX = Parameter(Flag(), "Keep the trained model beside the run as model.onnx, for other programs.", default=False)


def onnx_faults(config: JsonObject) -> Iterator[Finding]:
    """The extra must be installed where it is asked for."""
    from analysis.learning.export.available import is_available

    if config.get("onnx") is True and not is_available():
        yield ("onnx",), "ONNX is not installed here.", "pip install -r requirements-onnx.txt, or leave it out."
