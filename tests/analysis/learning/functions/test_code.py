"""Changed code is another identity; a changed comment, or a function beside it, is not."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.learning.functions.code import code_of

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
Identity = Callable[[str, str], object]


@pytest.fixture
def identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """The identity of `main`, as a fresh worker finds it with these files."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def found(source: str, helper: str) -> object:
        (tmp_path / "the_module.py").write_text(source)
        (tmp_path / "the_helper.py").write_text(helper)
        for name in ("the_module", "the_helper"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return code_of(importlib.import_module("the_module").main)

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

    assert isinstance(found, dict)
    assert "numpy" in found["packages"]
    assert list(found["modules"]) == ["the_helper"]
