"""What docs/search.md shows is true: each document makes as many settings as is said above it."""

import re
from pathlib import Path
from typing import cast

import pytest

from analysis.learning.document import check_text
from analysis.learning.search.design import read_design
from analysis.learning.search.space import read_space
from experiments.types import JsonObject
from experiments.yaml_file import load

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
DOCUMENTS = re.findall(r"```yaml\n# (\d+) settings\n(.*?)```", PAGE, re.DOTALL)
SWEEPS = re.findall(r"^\| `(\{.*?\})`(?:, `(\{.*?\})`)? \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("said", "text"), DOCUMENTS)
def test_a_document_makes_the_settings_that_are_said(said: str, text: str) -> None:
    document, _ = load(text)

    assert len(read_design(cast(JsonObject, document)).proposals()) == int(said)


@pytest.mark.parametrize("text", [text for pair in SWEEPS for text in pair if text and "kind" not in text])
def test_a_sweep_of_the_table_is_read(text: str) -> None:
    document, _ = load(f"a: {text}")

    assert read_space(document).faults == ()


def test_the_example_of_hyperband_begins_with_its_three_brackets() -> None:
    checked = check_text((ROOT / "examples" / "runs" / "digits_hyperband.yaml").read_bytes())

    assert checked.problems == []
    assert checked.design is not None
    assert [proposal.epochs for proposal in checked.design.proposals()] == [1] * 9 + [3] * 5 + [9] * 3
