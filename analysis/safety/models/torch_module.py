"""A module of PyTorch under constraints: declared without torch, computed by `torch_fitted`. An optional extra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from analysis.learning.components import Anything, Finding, MappingOf, Parameter, Real, Text, Whole
from analysis.learning.components.containers import config_faults, read_config
from analysis.learning.members import takes
from analysis.learning.running import State
from analysis.learning.torch_parts.catalogue.models import PLANS
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.network import Scale, scale_of
from analysis.safety.models.trees import SUPERVISED
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAYOUT: Final = Parameter(MappingOf(Anything()), "What that module takes: hidden: [32, 16].", {})


@dataclass(frozen=True, slots=True)
class Plan:
    """How the module is built again: kind and config as in a batch's document, numbers in and out."""

    kind: str
    config: JsonObject
    inputs: int
    outputs: int


@dataclass(frozen=True, eq=False)
class BuiltModule(Family):
    """A module that was fitted without constraints. theta: its parameters, laid flat, in the module's order.

    buffers: what it keeps besides (running means of batch norm), which stand fast. scale: of the candidate rows.
    """

    name: ClassVar[str] = "built_module"
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    plan: Plan
    scale: Scale
    buffers: Mapping[str, NDArray[np.generic]]
    beginning: Array = field(default_factory=lambda: np.zeros(0))

    def over(self, features: Array, *, classes: int) -> Fitted:
        from analysis.safety.models.torch_fitted import FittedModule

        return FittedModule(self.plan, self.buffers, self.scale.of(features), classes)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        return self.beginning

    def kept(self) -> State:
        plan: JsonObject = {
            "kind": self.plan.kind,
            "config": self.plan.config,
            "inputs": self.plan.inputs,
            "outputs": self.plan.outputs,
        }
        buffers = {f"buffer/{name}": array for name, array in self.buffers.items()}
        arrays = {"mean": self.scale.mean, "spread": self.scale.spread, **buffers}
        return State(arrays, {"type": self.name, "plan": plan})

    @classmethod
    def restored(cls, state: State) -> BuiltModule:
        """What `kept` gave. ValueError for a module that a document could not name."""
        plan = state.values["plan"]
        if not isinstance(plan, Mapping) or plan.get("kind") not in PLANS or not isinstance(plan["config"], Mapping):
            raise ValueError(f"This state describes no module: {plan!r:.60}.")
        made = Plan(str(plan["kind"]), plan["config"], int(str(plan["inputs"])), int(str(plan["outputs"])))
        scale = Scale(state.arrays["mean"].astype(np.float64), state.arrays["spread"].astype(np.float64))
        buffers = {name[7:]: array for name, array in state.arrays.items() if name.startswith("buffer/")}
        return cls(made, scale, buffers)


@MODELS.register
@dataclass(frozen=True)
class TorchModule(Family):
    """A module of PyTorch: one layer, a perceptron, or layers of torch one after the other.

    It is fitted to the candidate rows without constraints first; the search then moves all of its parameters, in
    double precision. Hundreds of parameters: choose an optimiser that follows the gradient (adam), not sqp.
    """

    name: ClassVar[str] = "torch"
    example: ClassVar[JsonObject] = {"type": "torch", "module": "torch_mlp", "layout": {"hidden": [16]}}
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    module: str = takes(Text(50, 1), f"One of {', '.join(PLANS)}.", "torch_mlp")
    layout: Mapping[str, Json] = field(default_factory=dict, metadata={"parameter": LAYOUT})
    epochs: int = takes(Whole(0, 10_000), "Passes of the beginning, before constraints come in.", 100)
    batch_size: int = takes(Whole(1), "Rows of one step of these passes.", 256)
    learning_rate: float = takes(Real(0, above=True), "Of these passes (Adam).", 0.01)

    def disagreements(self) -> Iterator[Finding]:
        if self.module not in PLANS:
            yield ("module",), f"There is no module “{self.module}”.", did_you_mean(self.module, PLANS)
            return
        for at, said, hint in config_faults(PLANS[self.module][2], dict(self.layout)):
            yield ("layout", *at), said, hint

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Family:
        """ImportError, with the way on, where this worker lacks torch: whoever checks a document need not have it."""
        if find_spec("torch") is None:
            raise ImportError("PyTorch is not installed where this runs: pip install -r requirements-torch.txt")
        from analysis.learning.torch_parts.catalogue.declaring import values_of
        from analysis.safety.models.torch_fitted import Beginning, begun

        config = values_of(read_config(PLANS[self.module][2], dict(self.layout)))
        plan = Plan(self.module, config, samples.features.shape[1], classes if classes > 2 else 1)
        scale = scale_of(samples.features)
        wish = Beginning(self.epochs, self.batch_size, self.learning_rate, int(rng.integers(2**31)), classes == 0)
        theta, buffers = begun(plan, scale.of(samples.features), samples.labels, wish)
        return BuiltModule(plan, scale, buffers, theta)
