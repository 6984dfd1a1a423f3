"""Every method that an answer names can be looked up, and the methods page says what the registry says."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.statistics.methods import CHAPTERS, METHODS
from scripts.methods import PAGE, page

ROOT = Path(__file__).parents[3]
NOTHING_ASKED = "none"  # of a question that found no answer
ROOMS = [ROOT / "analysis" / room for room in ("statistics", "planning", "results", "registered")]


def test_the_methods_page_is_as_the_registry_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m scripts.methods writes it anew"


def test_no_key_stands_for_two_methods() -> None:
    assert sum(len(chapter) for chapter in CHAPTERS.values()) == len(METHODS)


@pytest.mark.parametrize("key", METHODS)
def test_a_method_says_what_it_promises_needs_and_where_it_is_from(key: str) -> None:
    method = METHODS[key]

    assert method.sentence.endswith(".")
    assert method.needs.endswith(".")
    assert any(sign.isdigit() for sign in method.reference) or "GrowthBook" in method.reference
    assert key == key.lower()


def test_every_key_used_in_code_has_its_section() -> None:
    used = {key: path.name for room in ROOMS for path in room.rglob("*.py") for key in keys_used(path)}

    assert {key: name for key, name in used.items() if key not in METHODS and key != NOTHING_ASKED} == {}
    assert len(used) >= 10, "the search for keys finds keys"


def test_every_section_is_of_a_method_that_is_used() -> None:
    texts = {
        node.value
        for room in ROOMS
        for path in room.rglob("*.py")
        if "methods" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert set(METHODS) - texts == set()


def keys_used(path: Path) -> Iterator[str]:
    """Literals handed on as ``method=`` or as the method of `Estimate`, `Tested` and `bare`, by our own functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("scipy", "numpy", "statsmodels")
        for alias in node.names
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id in foreign:
            continue
        given = [word.value for word in call.keywords if word.arg == "method"]
        place = {"Estimate": 5, "Tested": 4, "bare": 3}.get(call.func.id)
        given += call.args[place : place + 1] if place is not None else []
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def test_the_registry_needs_no_numbers_library() -> None:
    module = importlib.import_module("analysis.statistics.methods.means")
    assert "numpy" not in Path(str(module.__file__)).read_text(encoding="utf-8")
