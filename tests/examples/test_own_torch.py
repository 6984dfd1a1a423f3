"""A torch model of one's own, named by its path (docs/tutorial/torch-grid-search.md)."""

from __future__ import annotations

from typing import cast

import pytest
import yaml

from analysis.learning.components.registry import allow_packages
from analysis.learning.pipeline import SECTIONS, Pipeline
from analysis.learning.running import Task
from experiments.types import JsonObject
from machina_site.paths import BASE
from tests.analysis.learning.functions.listening import Listener

NETWORK = {"kind": "model", "type": "examples.own_torch.network:residual", "config": {"width": 32, "blocks": 2}}


@pytest.fixture
def document() -> JsonObject:
    """The example's first setting, with this network in place of its own."""
    read = yaml.safe_load((BASE / "examples" / "runs" / "digits_torch.yaml").read_text())
    read["components"]["batches"]["config"] = {"size": 32}
    read["components"]["sgd"]["config"] = {"lr": 0.1}
    read["components"]["network"] = NETWORK
    return cast("JsonObject", {name: read[name] for name in ("components", *SECTIONS) if name in read})


@pytest.fixture(autouse=True)
def its_package_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.learning.components.registry._ALLOWED", set())  # forgotten by the next test
    allow_packages(["examples"])


def test_it_is_checked_without_torch(document: JsonObject) -> None:
    assert Pipeline().faults(document) == []


def test_it_learns(document: JsonObject) -> None:
    pytest.importorskip("torch")

    result = Pipeline().run(Task(document, seed=5, epochs=3), Listener())

    assert result["model"] == {"name": "Residual", "parameters": 4522, "trainable": 4522, "buffers": 0}
