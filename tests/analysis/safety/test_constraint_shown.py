"""A constraint shown: its tree as text, JSON and picture, and what is said of it before any data."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from analysis.safety.asking import Question, words_of
from analysis.safety.checking import Checked, as_document
from analysis.safety.constraints.outline import Known, outline
from analysis.safety.constraints.picture import Picture, draw
from analysis.safety.constraints.showing import tree_lines
from analysis.safety.constraints.svg import as_svg
from analysis.safety.terms import Regime

IMPACT = "min((PR | [M])/(PR | [F]), (PR | [F])/(PR | [M])) >= 0.8"


def checked(text: str, regime: str = "binary_classification", **ranges: tuple[float, float]) -> Checked:
    return Question(text, regime=regime, ranges=ranges).answered()


def drawn(text: str) -> Picture:
    tree = checked(text).tree
    assert tree is not None
    return draw(tree)


def test_each_line_names_the_sides_that_its_parent_needs() -> None:
    tree = checked(IMPACT).tree

    assert tree is not None
    assert tree_lines(tree) == [
        "difference         upper",
        "├─ 0.8",
        "└─ minimum         lower",
        "   ├─ quotient     lower",
        "   │  ├─ PR | [M]  lower at delta 0.0125, upper at delta 0.0125",
        "   │  └─ PR | [F]  lower at delta 0.0125, upper at delta 0.0125",
        "   └─ quotient     lower",
        "      ├─ PR | [F]  bounded above in this tree",
        "      └─ PR | [M]  bounded above in this tree",
    ]


def test_intervals_are_shown_at_every_node_once_they_are_known() -> None:
    constraint = checked("PR - NR <= 0.1").constraint
    assert constraint is not None
    intervals = dict(zip(constraint.quantities, [(0.4, 0.5), (0.3, 0.35)], strict=True))

    lines = tree_lines(outline(constraint, Known(intervals=intervals)))

    assert lines[0].endswith("upper, -0.05 to 0.1")
    assert lines[1].endswith("upper, 0.05 to 0.2")


@pytest.mark.parametrize("text", [IMPACT, "PR <= 0.5", "PR", "+".join(["PR"] * 40), "abs(abs(abs(abs(PR - 0.5))))"])
def test_no_two_boxes_touch_and_all_lie_on_the_picture(text: str) -> None:
    picture = drawn(text)

    for place, box in enumerate(picture.boxes):
        assert box.x >= 0
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height
        for other in picture.boxes[:place]:
            apart = box.x >= other.x + other.width or other.x >= box.x + box.width
            assert apart or box.y >= other.y + other.height or other.y >= box.y + box.height


def test_the_picture_is_a_file_without_styles_of_its_own_and_every_word_escaped() -> None:
    svg = as_svg(drawn(IMPACT))

    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - ours
    assert "style=" not in svg


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("PR <= 1.2", "holds whatever the model does"),
        ("PR >= 1.1", "No model can meet this"),
        ("abs((PR | [M]) - (PR | [F])) <= 0", "only exact equality"),
        ("abs((PR | [M]) - (PR | [F])) <= 15", "write 0.15 for 15 %"),
        ("PR/(NR - 0.5) <= 1", "either side of 0"),
        ("log(PR - 0.5) <= 1", "not above 0"),
        ("(PR - 0.5)**0.5 <= 1", "base of the power"),
    ],
)
def test_what_is_odd_is_remarked_before_any_data(text: str, part: str) -> None:
    assert part in " ".join(checked(text).remarks)


@pytest.mark.parametrize("text", ["PR <= 0.5", IMPACT, "abs((FPR | [M]) - (FPR | [F])) <= 0.1", "PR*NR <= 0.2"])
def test_of_a_sensible_constraint_nothing_is_remarked(text: str) -> None:
    assert checked(text).remarks == ()


def test_a_missing_range_is_remarked_until_it_is_declared_on_the_side_that_counts() -> None:
    assert "none is declared" in checked("Mean_Squared_Error <= 2", "regression").remarks[0]
    assert checked("Mean_Squared_Error <= 2", "regression", Mean_Squared_Error=(0, 9)).remarks == ()


def test_a_wrong_text_has_a_problem_and_nothing_else() -> None:
    assert set(as_document(checked("PR <"))) == {"text", "delta", "in_order", "problem"}


@pytest.mark.parametrize("regime", [regime for regime in Regime if regime != Regime.CUSTOM])
def test_every_measure_of_every_regime_has_a_meaning_and_an_example_that_can_be_read(regime: Regime) -> None:
    words = words_of(regime)

    assert words
    for word in words:
        assert word["meaning"], word
        assert checked(str(word["example"]), regime).in_order
