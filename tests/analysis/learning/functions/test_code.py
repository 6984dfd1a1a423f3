"""Changed code is another identity; a changed comment, or a function beside it, is not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from machina_site.paths import BASE

HELPER = "def one(): return 1\n"
SOURCE = '''
import json
import the_helper
RATE = 2
def used(x):
    return x * RATE
def beside(x):
    return x
def main(x):
    """Says what it does."""
    return used(x) + the_helper.one()  # a comment
'''
WORKER = """
import json, sys
sys.path[:0] = sys.argv[1:]
{before}
import the_module
from analysis.learning.functions.code import code_of
print(json.dumps(code_of(the_module.main)))
"""
Identity = Callable[..., Any]


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    """The identity of `main`, as a fresh worker finds it with these files."""

    def found(source: str, helper: str, *, before: str = "") -> Any:
        (tmp_path / "the_module.py").write_text(source)
        (tmp_path / "the_helper.py").write_text(helper)
        command = [sys.executable, "-B", "-c", WORKER.format(before=before), str(tmp_path), str(BASE)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [("x * RATE", "x * RATE + 1"), ("RATE = 2", "RATE = 3"), ("used(x) +", "used(x) -"), ("import json", "import csv")],
)
def test_changed_code_that_the_function_reaches_is_another_identity(identity: Identity, old: str, new: str) -> None:
    assert identity(SOURCE, HELPER) != identity(SOURCE.replace(old, new), HELPER)


def test_a_changed_module_that_it_imports_is_another_identity(identity: Identity) -> None:
    assert identity(SOURCE, HELPER) != identity(SOURCE, HELPER.replace("1", "2"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # a comment", ""),
        ("Says what it does", "Says more"),
        ("    return x\n", "    return -x\n"),
        ("\ndef used", "\n\n\ndef used"),
    ],
)
def test_comments_docstrings_and_functions_beside_it_change_nothing(identity: Identity, old: str, new: str) -> None:
    assert old in SOURCE

    assert identity(SOURCE, HELPER) == identity(SOURCE.replace(old, new), HELPER)


def test_installed_packages_count_by_their_version(identity: Identity) -> None:
    found = identity("import numpy\n" + SOURCE, HELPER)

    assert "numpy" in found["packages"]
    assert list(found["modules"]) == ["the_helper"]


def test_it_is_the_same_whatever_the_worker_has_loaded(identity: Identity) -> None:
    source = SOURCE.replace("def main(x):", "def main(x):\n    import scipy, the_helper")

    assert identity(source, HELPER) == identity(source, HELPER, before="import scipy.stats, the_helper")


def test_what_is_imported_inside_the_function_counts(identity: Identity) -> None:
    source = "def main(x):\n    import numpy, the_helper\n    return the_helper.one()\n"

    assert identity(source, HELPER) != identity(source, HELPER.replace("1", "2"))
    assert "numpy" in identity(source, HELPER)["packages"]


def test_machina_itself_changes_no_function_that_it_calls(identity: Identity) -> None:
    found = identity("from analysis.learning.functions import Checkpointed\n" + SOURCE, HELPER)

    assert list(found["modules"]) == ["the_helper"]
    assert found["packages"] == {}
