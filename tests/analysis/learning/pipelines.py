"""Small components for tests about pipelines, each of type `small`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from analysis.learning.components import (
    COMPONENTS,
    Component,
    Flag,
    ListOf,
    OneOf,
    Parameter,
    Real,
    Requirement,
    Whole,
    load_components,
    register,
)
from analysis.learning.components.errors import Finding
from analysis.learning.components.kinds import KINDS
from analysis.learning.running import Reporter, State, Task
from experiments.types import Json, JsonObject


@dataclass
class Product:
    """What a factory was called with."""

    what: str
    given: Mapping[str, object]

    def train(self, task: Task, reporter: Reporter) -> JsonObject:
        reporter.measured(epoch=task.epochs, split="validation", values={"f1_macro": 0.5})
        return {"seed": int(str(self.given["seed"])), "epochs": task.epochs}


MADE: list[str] = []


def _factory(what: str, **given: object) -> object:
    MADE.append(what)
    if what == "splits":
        return {"train": f"train of {given['dataset']}", "validation": "…"}
    return Product(what, given)


def dataset(*, rows: int) -> object:
    """Rows for tests."""
    MADE.append("dataset")
    return f"{rows} rows"


def splits(*, dataset: object) -> object:
    """Two parts of them."""
    return _factory("splits", dataset=dataset)


def model(*, train: object, hidden: list[int], rate: float, activation: str, seed: int) -> object:
    """A model for tests."""
    return _factory("model", train=train, hidden=hidden, rate=rate, activation=activation, seed=seed)


def trainer(
    *, model: object, splits: object, metrics: Mapping[str, object], sampler: object, shuffled: bool, seed: int
) -> object:
    """A trainer for tests."""
    return _factory(
        "trainer", model=model, splits=splits, metrics=metrics, sampler=sampler, shuffled=shuffled, seed=seed
    )


def metric(*, name: str) -> object:
    """A metric for tests."""
    return name


def sampler() -> object:
    """A sampler for tests."""
    return "sampler"


def no_tanh_with_two(config: JsonObject) -> Iterator[Finding]:
    hidden: Json = config.get("hidden", [])
    if config.get("activation") == "tanh" and isinstance(hidden, list) and len(hidden) == 2:
        yield ("activation",), "tanh goes with one layer.", "Write relu."


MEMBERS = (
    Component("dataset", "small", dataset, parameters={"rows": Parameter(Whole(1, 1000), default=100)}),
    Component("splits", "small", splits, requires={"dataset": Requirement("dataset")}),
    Component(
        "model",
        "small",
        model,
        requires={"train": Requirement("dataset")},
        parameters={
            "hidden": Parameter(ListOf(Whole(1), least=1), "Units of each layer."),
            "rate": Parameter(Real(0, 1, above=True), default=0.1),
            "activation": Parameter(OneOf("relu", "tanh"), default="relu"),
        },
        injects=("seed",),
        check=no_tanh_with_two,
    ),
    Component(
        "trainer",
        "small",
        trainer,
        requires={
            "model": Requirement("model"),
            "splits": Requirement("splits"),
            "metrics": Requirement("metric", many=True, optional=True),
            "sampler": Requirement("sampler", optional=True),
        },
        parameters={"shuffled": Parameter(Flag(), default=True)},
        injects=("seed",),
    ),
    Component("metric", "small", metric, parameters={"name": Parameter(OneOf("f1", "accuracy"), default="f1")}),
    Component("sampler", "small", sampler),
)


@contextmanager
def small_components() -> Iterator[None]:
    """While it lasts, the registry has these members, and afterwards what it had before."""
    load_components()
    before, kinds = dict(COMPONENTS), dict(KINDS)
    for member in MEMBERS:
        register(member)
    MADE.clear()
    try:
        yield
    finally:
        for registry, kept in ((COMPONENTS, before), (KINDS, kinds)):
            registry.clear()
            registry.update(kept)  # type: ignore[arg-type]  # each gets its own back


def pipeline() -> dict[str, dict[str, Json]]:
    """A pipeline in order, every wire but the model's left to be found."""
    return {
        "rows": {"kind": "dataset", "type": "small"},
        "parts": {"kind": "splits", "type": "small"},
        "net": {
            "kind": "model",
            "type": "small",
            "requirements": [{"name": "train", "component": "parts", "subscription": "train"}],
            "config": {"hidden": [8]},
        },
        "loop": {"kind": "trainer", "type": "small"},
    }


class Listener:
    """Keeps what a procedure says."""

    def __init__(self) -> None:
        self.measurements: list[tuple[int, str, Mapping[str, float]]] = []

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None: ...

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        self.measurements.append((epoch, split, values))

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None: ...

    def artifact(self, *, name: str, content: bytes, kind: str) -> None: ...

    def check(self) -> None: ...


__all__ = ["MADE", "Listener", "Product", "pipeline", "small_components"]
