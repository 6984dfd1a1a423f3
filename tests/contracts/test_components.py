"""What every component promises: declared completely, in words, with defaults that it would take itself."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from analysis.learning.components import COMPONENTS, INJECTED, KINDS, Component, load_components
from analysis.learning.components.containers import config_faults
from analysis.learning.components.identity import identity_of
from analysis.learning.components.nodes import Node
from analysis.learning.components.schema import component_schema, components_schema

load_components()
MEMBERS = [pytest.param(made, id=f"{made.kind}: {made.type}") for made in list(COMPONENTS.values())]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("made", MEMBERS)
def test_it_says_what_it_is_and_what_its_parameters_mean(made: Component) -> None:
    assert made.title
    assert not made.title.endswith(".")
    assert all(parameter.meaning.strip().endswith((".", "?", ")")) for parameter in made.parameters.values())
    assert all(requirement.meaning.strip() for requirement in made.requires.values())
    assert all(kind in KINDS for requirement in made.requires.values() for kind in requirement.kinds)


@pytest.mark.parametrize("made", MEMBERS)
def test_its_factory_takes_exactly_what_it_declares(made: Component) -> None:
    declared = {*made.requires, *made.parameters, *made.injects}
    arguments = inspect.signature(made.factory).parameters.values()

    assert set(made.injects) <= set(INJECTED)
    if not any(each.kind is each.VAR_KEYWORD for each in arguments):
        assert {each.name for each in arguments if each.default is each.empty} <= declared
        assert declared <= {each.name for each in arguments}


@pytest.mark.parametrize("made", MEMBERS)
def test_its_defaults_are_values_that_it_takes(made: Component) -> None:
    defaults = {name: each.fallback for name, each in made.parameters.items() if each.is_optional}

    wrong = [finding for finding in config_faults(made.parameters, defaults) if finding[0]]
    assert wrong == []


@pytest.mark.parametrize("made", MEMBERS)
def test_its_schema_is_one_and_takes_its_defaults(made: Component) -> None:
    schema = component_schema(made)
    defaults = {name: each.fallback for name, each in made.parameters.items() if each.is_optional}
    needs_more = any(not each.is_optional for each in made.parameters.values())

    Draft202012Validator.check_schema(schema)
    entry = {"kind": made.kind, "type": made.type, "config": defaults}
    assert needs_more or list(Draft202012Validator(schema).iter_errors(entry)) == []
    assert list(Draft202012Validator(schema).iter_errors({**entry, "config": {"nobody": 1}}))


@pytest.mark.parametrize("made", MEMBERS)
def test_its_code_is_known_without_being_loaded(made: Component) -> None:
    identity = identity_of(Node("x", Component(made.kind, made.type, made.factory, packages=made.packages), ()))

    assert len(str(identity["code"])) == 64


def test_the_schema_of_all_is_one() -> None:
    Draft202012Validator.check_schema(components_schema())


def test_the_registry_brings_nothing_heavy_into_a_web_process() -> None:
    program = (
        "import sys; from analysis.learning.components import load_components; load_components();"
        "import analysis.learning.document;"
        "sys.exit(', '.join({'numpy', 'scipy', 'pandas', 'sklearn', 'torch', 'django'} & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_identity_of_code_is_the_same_whatever_is_loaded() -> None:
    program = (
        "import sys; {before};"
        "from analysis.learning.components.identity import code_of;"
        "print(code_of('analysis.learning.parts.trainers'))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program.format(before=before)], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for before in ("pass", "import numpy, sklearn.svm, analysis.learning.training.epochs")
    }
    assert len(said) == 1
