"""What a document may name of torch's is known without torch."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import pytest
import yaml

from analysis.learning.components import COMPONENTS, Component, load_components
from analysis.learning.components.containers import closed, config_faults
from analysis.learning.pipeline import SECTIONS, Pipeline
from analysis.learning.running import Task
from analysis.learning.search.grid import every_setting
from analysis.learning.search.space import read_space
from experiments.types import Json, JsonObject
from machina_site.paths import BASE
from tests.analysis.learning.functions.listening import Listener

load_components()
OURS = {name: made for name, made in COMPONENTS.items() if made.packages == ("torch",)}
EXAMPLES = sorted((BASE / "examples" / "runs").glob("*torch*.yaml"))


def test_it_is_read_without_importing_torch_or_numpy() -> None:
    program = (
        "import sys, analysis.learning.torch_parts.catalogue;"
        "sys.exit(', '.join({'numpy', 'torch', 'sklearn'} & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=BASE, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("made", OURS.values(), ids=[f"{kind}-{name}" for kind, name in OURS])
def test_every_default_is_a_value_that_may_be_written(made: Component) -> None:
    defaults: dict[str, Json] = {name: each.fallback for name, each in made.parameters.items() if each.is_optional}
    missing = [name for name, each in made.parameters.items() if not each.is_optional]

    faults = list(config_faults(made.parameters, defaults))

    assert len(faults) == len(missing), faults
    assert closed(made.parameters)["required"] == missing
    assert all(each.meaning for each in made.parameters.values())
    assert made.title
    assert made.meaning


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_every_example_is_in_order_and_so_is_each_of_its_settings(file: Path) -> None:
    document = cast("JsonObject", yaml.safe_load(file.read_text()))
    swept = {name: document[name] for name in ("components", *SECTIONS) if name in document}

    assert Pipeline().faults(swept) == []
    assert {str(Pipeline().faults(each.setting)) for each in every_setting(read_space(swept))} == {"[]"}


@pytest.mark.parametrize(
    ("component", "config", "sentence"),
    [
        ("network", {"layers": ["Linaer"]}, "There is no layer “Linaer” here. Did you mean “Linear”?"),
        ("trainer", {"device": "gpu"}, "“gpu” is no device."),
        ("trainer", {"precision": "float8"}, "“float8” cannot stand here."),
        ("adam", {"lr": "fast"}, "“fast” cannot stand here."),
        ("adam", {"groups": [{"names": ["*.bias"], "values": {"decay": 0}}]}, "There is no parameter “decay” here."),
        ("curve", {"T_max": 5}, "The parameter “per” is missing."),
    ],
)
def test_a_wrong_config_is_refused_before_anything_runs(component: str, config: dict[str, Json], sentence: str) -> None:
    types = {"network": ("model", "torch_sequential"), "adam": ("optimiser", "torch_adam"),
             "curve": ("schedule", "torch_cosine"), "trainer": ("trainer", "torch")}  # fmt: skip
    kind, name = types[component]
    made = COMPONENTS[kind, name]

    found = [*config_faults(made.parameters, config), *(made.check(config) if made.check else ())]

    assert any(sentence in f"{message} {hint}" for _, message, hint in found), found


@pytest.mark.skipif(find_spec("torch") is not None, reason="here is PyTorch")
def test_a_worker_without_torch_says_what_it_lacks_before_it_reads_any_data() -> None:
    document = cast("JsonObject", yaml.safe_load(EXAMPLES[0].read_text()))
    setting = next(iter(every_setting(read_space({"components": document["components"]})))).setting

    with pytest.raises(ImportError, match=r"torch needs torch, which this worker lacks: .*requirements-torch\.txt"):
        Pipeline().run(Task(setting, seed=5), Listener())
