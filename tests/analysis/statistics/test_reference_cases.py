"""Our figures are those that the libraries of each field compute, as exactly as they compute them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.statistics.reference.answering import answer

CASES = json.loads((Path(__file__).parent / "reference" / "estimates.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_our_figures_are_the_field_s(case: Mapping[str, Any]) -> None:
    got = answer(case)

    assert list(differences(got, case["expected"], case["rel_tol"])) == []


def differences(got: Any, want: Any, rel_tol: float, path: str = "") -> Iterator[str]:
    """What differs, by its path in the case."""
    if isinstance(want, Mapping):
        for key, value in want.items():
            yield from differences(got[key], value, rel_tol, f"{path}/{key}")
    elif isinstance(want, list):
        for place, value in enumerate(want):
            yield from differences(got[place], value, rel_tol, f"{path}/{place}")
    elif abs(got - want) > rel_tol * abs(want) + 1e-12:
        yield f"{path}: {got} is not {want}"
