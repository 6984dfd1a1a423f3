"""Every shipped document for PyTorch computes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
import yaml

from analysis.learning.pipeline import Pipeline
from analysis.learning.running import Fold, Task
from analysis.learning.search.grid import every_setting
from analysis.learning.search.space import read_space
from experiments.types import JsonObject
from machina_site.paths import BASE
from tests.analysis.learning.functions.listening import Listener

EXAMPLES = sorted((BASE / "examples" / "runs").glob("*torch*.yaml"))
SECTIONS = ("components", "validation", "measure", "stopping", "checkpoints")


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_its_first_setting_learns_something_in_two_epochs(file: Path) -> None:
    document = cast("JsonObject", yaml.safe_load(file.read_text()))
    setting = next(iter(every_setting(read_space({key: document[key] for key in SECTIONS if key in document})))).setting
    fold = Fold(0) if "validation" in document else Fold()
    listener = Listener()

    result = Pipeline().run(Task(setting, seed=5, fold=fold, epochs=2), listener)

    measured = cast("dict[str, dict[str, float]]", result["measured"])
    assert measured["validation"]["f1_macro"] > 0.5  # by chance it is 0.1
    assert len(listener.saved) >= 1
