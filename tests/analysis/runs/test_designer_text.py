"""A component is changed in a document's text, and nothing else in it."""

from __future__ import annotations

import pytest

from analysis.runs.designer.text import drop_component, put_component
from experiments.problems import StudyFileError
from experiments.types import JsonObject
from experiments.yaml_file import load

ENTRY: JsonObject = {"kind": "model", "type": "mlp", "config": {"hidden": [64]}}
TEXT = """\
# my grid
seed: 18
components:
  digits: {kind: dataset, type: sklearn_digits}  # small

  # what learns
  net:
    kind: model
    type: mlp  # of numpy

    config: {hidden: [32]}
  # the loop
  loop:
    kind: trainer
    type: gradient

search: {kind: grid}
"""


def test_a_component_takes_the_place_of_the_old_one() -> None:
    changed = put_component(TEXT, "net", ENTRY)

    before = "  # what learns\n  net:\n    kind: model\n    type: mlp\n    config:\n      hidden:\n        - 64\n"
    assert f"{before}  # the loop\n  loop:" in changed
    assert changed.startswith("# my grid\nseed: 18\n")
    assert "# small" in changed


def test_a_new_one_comes_after_the_last() -> None:
    changed = put_component(TEXT, "more", ENTRY)

    assert "    type: gradient\n  more:\n    kind: model\n" in changed
    assert changed.endswith("\nsearch: {kind: grid}\n")


def test_one_is_taken_out() -> None:
    changed = drop_component(TEXT, "net")

    assert "net:" not in changed
    assert "# the loop" in changed
    assert drop_component(TEXT, "nobody") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seed: 1\n",
        "components: {}\n",
        "components:\n",
        '{"components": {"net": {"kind": "model"}}}',
        "components: {net: {}}",
    ],
)
def test_any_document_takes_a_component(text: str) -> None:
    document, _ = load(put_component(text, "net", ENTRY))

    assert isinstance(document, dict)
    assert document["components"] == {"net": ENTRY}


def test_the_last_one_may_be_taken_out() -> None:
    document, _ = load(drop_component("components:\n  net: {kind: model}\nseed: 1\n", "net"))

    assert document == {"components": {}, "seed": 1}


def test_a_text_that_cannot_be_read_is_not_touched() -> None:
    with pytest.raises(StudyFileError):
        put_component("a: [", "net", ENTRY)
