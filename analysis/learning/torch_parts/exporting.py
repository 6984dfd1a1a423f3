"""A network as ONNX: rows of encoded features in, scores or numbers out."""

from __future__ import annotations

from importlib.util import find_spec
from warnings import catch_warnings

import torch
from torch import nn

from analysis.learning.export.available import NotExportable
from analysis.learning.torch_parts.measuring import SCORES
from analysis.learning.torch_parts.postprocessors import PostProcessor, applied
from analysis.learning.torch_parts.stepping import as_mapping


class Answering(nn.Module):
    """The model and what comes after it. shape: of a sample as the model takes it. classifies: scores are shares."""

    def __init__(
        self, model: nn.Module, processors: tuple[PostProcessor, ...], shape: tuple[int, ...], *, classifies: bool
    ) -> None:
        super().__init__()
        self.model, self.processors, self.shape, self.classifies = model, processors, shape, classifies

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """features: shape (n, width). Result: (n, classes) or (n, k)."""
        found = applied(self.processors, as_mapping(self.model(features.reshape(-1, *self.shape))))
        if SCORES in found:
            return found[SCORES].flatten(1)
        output = found["output"].flatten(1)
        if not self.classifies:
            return output
        return output.softmax(dim=1) if output.shape[1] > 1 else torch.cat([1 - output.sigmoid(), output.sigmoid()], 1)


def onnx_bytes(answering: Answering, width: int) -> bytes:
    """Input `features`, shape (n, width); output `answer`. NotExportable without the extra, or if torch cannot."""
    if find_spec("onnxscript") is None:
        raise NotExportable("Torch writes ONNX with onnxscript: pip install onnxscript.")
    example, rows = torch.zeros(2, width), torch.export.Dim("n")
    try:
        with catch_warnings(action="ignore"):  # torch's exporter warns of its own old ways
            program = torch.onnx.export(
                answering.float().eval(), (example,), input_names=["features"], output_names=["answer"],
                dynamic_shapes={"features": {0: rows}}, dynamo=True, verbose=False,
            )  # fmt: skip
    except torch.onnx.errors.OnnxExporterError as error:
        first = str(error).strip().partition("\n")[0]
        raise NotExportable(f"{type(answering.model).__name__} cannot be written as ONNX: {first}") from error
    return bytes(program.model_proto.SerializeToString())
