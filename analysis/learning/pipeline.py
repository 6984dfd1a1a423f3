"""The procedure `pipeline`: builds a setting's components, each once, and runs its trainer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

from analysis.learning.components.building import Assembly
from analysis.learning.components.errors import Finding
from analysis.learning.components.graph import read_graph, sketch
from analysis.learning.components.identity import identity_of
from analysis.learning.components.kinds import Trainer
from analysis.learning.running import Reporter, Task, register_procedure
from analysis.learning.search.design import ABOUT_THE_BATCH
from analysis.learning.seeds import component_seed
from experiments.problems import did_you_mean, path_text
from experiments.types import Json, JsonObject

SECTIONS = ("validation", "measure", "stopping", "checkpoints")


class Pipeline:
    """Setting: {"components": {…}, "validation": {…}, "measure": {…}, "stopping": {…}, "checkpoints": {…}}."""

    name: ClassVar[str] = "pipeline"

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        """Everything wrong with the components; and sections that nobody reads, which are slips of the pen."""
        known = ("components", *SECTIONS)
        strangers: list[Finding] = [
            ((key,), f"A pipeline has no section “{key}”.", did_you_mean(key, [*known, *ABOUT_THE_BATCH]))
            for key in setting
            if key not in known
        ]
        found = [*strangers, *sketch(setting.get("components")).findings]
        return [(path_text(path), f"{message} {hint}".rstrip()) for path, message, hint in found]

    def identity(self, setting: JsonObject) -> JsonObject:
        """By component: its code, and the data that it reads."""
        graph = read_graph(setting.get("components"))
        return {name: identity_of(graph.nodes[name]) for name in sorted(graph.order())}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        """Build and train. ComponentError if the setting is no pipeline; else what the components raise."""
        return assembled(task).train(task, reporter)


def assembly(task: Task) -> Assembly:
    """The pipeline of a task, nothing of it built yet: for inference too, which needs only some of its products."""
    graph = read_graph(task.setting.get("components"))
    return Assembly(graph, injected(task), lambda name: component_seed(task.seed, name))


def assembled(task: Task) -> Trainer:
    """The trainer of a task, with all it requires."""
    return cast(Trainer, assembly(task).root())


def injected(task: Task) -> dict[str, object]:
    """What the run gives to its components, but for the seed, which is another for each."""
    given: dict[str, object] = {name: _section(task.setting.get(name)) for name in SECTIONS}
    return {**given, "run_seed": task.seed, "fold": task.fold, "epochs": task.epochs}


def _section(value: Json) -> JsonObject:
    return value if isinstance(value, Mapping) else {}


register_procedure(Pipeline())
