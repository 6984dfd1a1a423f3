"""A trained model as ONNX, its encodings included: samples in, labels and scores out.

Input `samples`: float32, as the data set has them. Outputs: `label` (n,) and `scores` (n, k) for classes, `number`
(n, k) for numbers. Needs the extra requirements-onnx.txt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from analysis.learning.data.encoding import Column, Columns, Kept, OneHot, Scaled, Standardised, Step
from analysis.learning.data.samples import Array
from analysis.learning.export.available import NotExportable, is_available
from analysis.learning.inference import Predictor, TrainedNetwork
from analysis.learning.models.targets import Classes

__all__ = ["NotExportable", "onnx_of"]

OPSET: Final = 17
ML_OPSET: Final = 3


def onnx_of(predictor: Predictor) -> bytes:
    """The file. NotExportable, with the reason, if there is no way."""
    if not is_available():
        raise NotExportable("The extra is not installed: pip install -r requirements-onnx.txt.")
    graph = _Graph()
    features = _encoded(graph, predictor)
    network = predictor.model if isinstance(predictor.model, TrainedNetwork) else _as_network(predictor.model)
    if network is not None:
        _network(graph, predictor, network, features)
        model = graph.model(_shape(predictor), _outputs(predictor))
    elif predictor.as_onnx is not None:
        model = _with_torch(graph, predictor, features, predictor.as_onnx)
    else:
        model = _with_estimator(graph, predictor, features)
    return _checked(model, predictor)


@dataclass
class _Graph:
    """Nodes in their order, and the constants that they use."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def add(self, operator: str, *inputs: str | Array, output: str = "", **attributes: Any) -> str:
        """The name of what the node gives. inputs: names, or arrays, which become constants."""
        from onnx import helper

        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        made = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, names, [made], **attributes))
        return made

    def constant(self, value: Array) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        kept = np.asarray(value, dtype=np.float32) if value.dtype.kind == "f" else value
        self.constants.append(numpy_helper.from_array(kept, name))
        return name

    def model(self, shape: Sequence[int | str], outputs: Sequence[Any], name: str = "samples") -> Any:
        from onnx import TensorProto, helper

        given = helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, "machina", [given], outputs, self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def _encoded(graph: _Graph, predictor: Predictor) -> str:
    """The name of the features: encoded samples as rows of numbers."""
    name = "samples"
    for step in predictor.before:
        name = _step(graph, step, name)
    return graph.add("Flatten", name, axis=1)


def _step(graph: _Graph, step: Step, name: str) -> str:
    if isinstance(step, Scaled):
        moved = graph.add("Sub", name, np.array(step.subtract))
        return graph.add("Div", moved, np.array(step.divide))
    if isinstance(step, Columns):
        parts = [_column(graph, column, name) for column in step.columns]
        return graph.add("Concat", *parts, axis=1)
    raise NotExportable(f"The encoding {step.name} has no form in ONNX yet.")


def _column(graph: _Graph, column: Column, name: str) -> str:
    values = graph.add("Gather", name, np.array([column.column]), axis=1)
    match column:
        case Kept():
            return values
        case Standardised():
            return graph.add("Div", graph.add("Sub", values, np.array(column.mean)), np.array(column.deviation))
        case OneHot():
            if any(isinstance(category, str) for category in column.categories):
                raise NotExportable("Columns of text cannot stand beside numbers in ONNX: encode them beforehand.")
            same = graph.add("Equal", values, np.array([column.categories], dtype=np.float64))
            return graph.add("Cast", same, to=1)


def _as_network(model: Any) -> TrainedNetwork | None:
    """A model of another room that is one, and says so."""
    asked: Callable[[], TrainedNetwork | None] | None = getattr(model, "as_network", None)
    return None if asked is None else asked()


def _network(graph: _Graph, predictor: Predictor, trained: TrainedNetwork, features: str) -> None:
    name = features
    activation = ACTIVATIONS[trained.network.activation]
    layers = len(trained.network.hidden)
    for layer in range(layers + 1):
        name = graph.add("Gemm", name, trained.weights[f"weights.{layer}"], trained.weights[f"biases.{layer}"])
        if layer < layers and activation:
            name = graph.add(activation, name)
    if isinstance(predictor.aim, Classes):
        scores = graph.add("Softmax", name, output="scores", axis=1)
        place = graph.add("ArgMax", scores, axis=1, keepdims=0)
        graph.add("Gather", _labels(predictor), place, output="label", axis=0)
    else:
        graph.add("Identity", name, output="number")


ACTIVATIONS: Final = {"relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid", "identity": ""}


def _labels(predictor: Predictor) -> Array:
    labels = np.array(predictor.labels)
    return labels.astype(object) if labels.dtype.kind == "U" else labels.astype(np.int64)


def _shape(predictor: Predictor) -> list[int | str]:
    return ["n", *predictor.origin.shape]


def _outputs(predictor: Predictor) -> list[Any]:
    from onnx import TensorProto, helper

    make: Callable[..., Any] = helper.make_tensor_value_info
    if not isinstance(predictor.aim, Classes):
        return [make("number", TensorProto.FLOAT, ["n", predictor.aim.outputs])]
    kind = TensorProto.STRING if isinstance(predictor.labels[0], str) else TensorProto.INT64
    return [make("label", kind, ["n"]), make("scores", TensorProto.FLOAT, ["n", len(predictor.labels)])]


def _with_estimator(graph: _Graph, predictor: Predictor, features: str) -> Any:
    """Encodings first, then what skl2onnx makes of the estimator."""
    from onnx import TensorProto, compose, helper

    width = _width(predictor)
    before = graph.model(_shape(predictor), [helper.make_tensor_value_info(features, TensorProto.FLOAT, ["n", width])])
    after = _converted(predictor, width)
    _same_opsets(before, after)
    merged = compose.merge_models(before, after, io_map=[(features, "features")])
    names = ["label", "scores"] if isinstance(predictor.aim, Classes) else ["number"]
    for output, name in zip(list(merged.graph.output), names, strict=False):
        _rename(merged.graph, output.name, name)
    return merged


def _with_torch(graph: _Graph, predictor: Predictor, features: str, as_onnx: Callable[[int], bytes]) -> Any:
    """Encodings first, then the network, then the label of the highest score."""
    import onnx
    from onnx import TensorProto, compose, helper

    width, last = _width(predictor), _Graph()
    before = graph.model(_shape(predictor), [helper.make_tensor_value_info(features, TensorProto.FLOAT, ["n", width])])
    network = onnx.load_model_from_string(as_onnx(width))
    if isinstance(predictor.aim, Classes):
        scores = last.add("Identity", "answer", output="scores")
        last.add("Gather", _labels(predictor), last.add("ArgMax", scores, axis=1, keepdims=0), output="label", axis=0)
    else:
        last.add("Identity", "answer", output="number")
    after = last.model(["n", predictor.aim.outputs], _outputs(predictor), "answer")
    _same_opsets(before, network, after)
    for model in (before, after):
        model.ir_version = network.ir_version
    joined = compose.merge_models(before, network, io_map=[(features, "features")])
    return compose.merge_models(joined, compose.add_prefix(after, "last_", rename_inputs=False, rename_outputs=False),
                                io_map=[("answer", "answer")])  # fmt: skip


def _same_opsets(*models: Any) -> None:
    """Each with the newest version that any of them needs: operators keep their meaning in newer versions of ours."""
    from onnx import helper

    versions: dict[str, int] = {}
    for one in (opset for model in models for opset in model.opset_import):
        versions[one.domain] = max(one.version, versions.get(one.domain, 0))
    for model in models:
        del model.opset_import[:]
        model.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in versions.items())


def _width(predictor: Predictor) -> int:
    """Features of a sample after its encodings."""
    return int(np.prod(predictor.prepared(np.zeros((1, *predictor.origin.shape))).shape[1:]))


def _converted(predictor: Predictor, width: int) -> Any:
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType
    from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator

    given = [("features", FloatTensorType([None, width]))]
    opsets = {"": OPSET, "ai.onnx.ml": ML_OPSET}
    try:
        return convert_sklearn(predictor.model, "estimator", given, options=_options(predictor), target_opset=opsets)
    except (MissingConverter, MissingShapeCalculator, NameError, NotImplementedError, RuntimeError) as error:
        first = str(error).strip().partition("\n")[0]
        raise NotExportable(f"{type(predictor.model).__name__} cannot be written as ONNX: {first}") from error


def _options(predictor: Predictor) -> dict[int, dict[str, bool]] | None:
    """Scores as an array: probabilities where the estimator gives them, else what its decision goes by."""
    if not isinstance(predictor.aim, Classes):
        return None
    if hasattr(predictor.model, "predict_proba"):
        return {id(predictor.model): {"zipmap": False}}
    last = predictor.model.steps[-1][1] if hasattr(predictor.model, "steps") else predictor.model
    return {id(last): {"raw_scores": True}}


def _rename(graph: Any, old: str, new: str) -> None:
    """An output, wherever it is named."""
    for node in graph.node:
        for number, name in enumerate(node.output):
            if name == old:
                node.output[number] = new
        for number, name in enumerate(node.input):
            if name == old:
                node.input[number] = new
    for output in graph.output:
        if output.name == old:
            output.name = new


def _checked(model: Any, predictor: Predictor) -> bytes:
    import onnx

    for key, value in {"labels": list(predictor.labels), "features": list(predictor.origin.features)}.items():
        onnx.helper.set_model_props(model, {**{p.key: p.value for p in model.metadata_props}, key: repr(value)})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
