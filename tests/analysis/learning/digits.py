"""The base scenario of the notes: digits, a grid of 2 x 2 x 3, three epochs."""

from __future__ import annotations

from typing import Any, cast

import yaml

from analysis.learning.pipeline import Pipeline
from analysis.learning.running import Saved, Task
from analysis.learning.search.grid import every_setting
from analysis.learning.search.space import read_space
from experiments.types import JsonObject
from machina_site.paths import BASE
from tests.analysis.learning.functions.listening import Listener

EXAMPLE = BASE / "examples" / "runs" / "digits_grid.yaml"
SECTIONS = ("components", "measure", "checkpoints", "validation", "stopping")


def document() -> JsonObject:
    """As it is shipped."""
    return cast("JsonObject", yaml.safe_load(EXAMPLE.read_text()))


def settings() -> list[JsonObject]:
    """All that it asks for."""
    swept = {name: part for name, part in document().items() if name in SECTIONS}
    return [built.setting for built in every_setting(read_space(swept))]


def run(task: Task, listener: Listener) -> dict[str, Any]:
    """Its result, to be looked into."""
    return dict(Pipeline().run(task, listener))


def task(setting: JsonObject, *, epochs: int = 3, resume: Saved | None = None) -> Task:
    """Of the first fold, from a seed of its own."""
    return Task(setting, seed=5, epochs=epochs, resume=resume)
