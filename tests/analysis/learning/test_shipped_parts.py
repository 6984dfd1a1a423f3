"""The components that come with the house, and the example files that use them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from analysis.learning.components import COMPONENTS, load_components
from analysis.learning.components.graph import sketch
from analysis.learning.components.schema import component_schema
from analysis.learning.document import check_document
from experiments.blueprint import json_object
from experiments.problems import path_text
from experiments.types import JsonObject
from machina_site.paths import BASE
from tests.analysis.learning.digits import document

EXAMPLES = sorted((BASE / "examples" / "runs").glob("*.y*ml"))
load_components()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_in_order(path: Path) -> None:
    assert check_document(yaml.safe_load(path.read_text())).problems == []


@pytest.mark.parametrize("kind_and_type", COMPONENTS, ids="-".join)
def test_every_component_has_a_schema_a_title_and_a_meaning_for_each_parameter(kind_and_type: tuple[str, str]) -> None:
    made = COMPONENTS[kind_and_type]

    Draft202012Validator.check_schema(component_schema(made))
    assert made.title
    assert [name for name, parameter in made.parameters.items() if not parameter.meaning] == []


def test_a_model_of_another_library_is_refused_before_anything_runs() -> None:
    written = json_object(document()["components"])
    components = {**written, "network": {"kind": "model", "type": "torch_mlp"}}

    [(path, message, hint)] = sketch(components).findings

    assert path_text(path) == "components.trainer.requirements.model"
    assert message == "“model” must be of numpy, but torch_mlp is of torch."
    assert hint == "Types of numpy: mlp, softmax_regression."


def test_folds_that_no_component_asks_for_are_remarked_on() -> None:
    folds: JsonObject = {"scheme": "kfold", "folds": 5}

    [remark] = check_document({**document(), "validation": folds}).remarks

    assert remark.message == "Samples are to be held out, but no component asks for the fold."


def test_looking_components_up_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'scipy', 'pandas', 'sklearn', 'torch', 'onnx', 'skops', 'django'}"
    program = (
        "import sys; from analysis.learning.components import load_components; load_components();"
        f"sys.exit(', '.join({heavy} & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=BASE, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
