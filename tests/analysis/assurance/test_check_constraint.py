"""``manage.py check_constraint``: the tree and what it needs, or a caret under what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

GAP = "abs((PR | [M]) - (PR | [F])) <= 0.15"


def test_it_says_what_is_wanted_and_what_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_constraint", GAP)

    said = capsys.readouterr().out
    assert said.startswith("g = abs((PR | [M]) - (PR | [F]))-(0.15)\n")
    assert "├─ absolute value  upper" in said
    assert "PR | [M]  lower at delta 0.0125, upper at delta 0.0125" in said


def test_a_caret_stands_under_what_is_wrong_and_the_status_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="1"):
        call_command("check_constraint", "abs(PR) - foo <= 0.1")

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["abs(PR) - foo <= 0.1", "          ^^^"]
    assert lines[2].startswith("column 11: There is no measure 'foo' in binary classification. There are PR, NR")


def test_as_json_and_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_constraint", GAP, "--json", "--svg", str(tmp_path / "tree.svg"))

    assert json.loads(capsys.readouterr().out)["counts"] == {"nodes": 6, "leaves": 2, "bounds": 4}
    assert (tmp_path / "tree.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_measures_are_listed_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_constraint", "--measures", "--regime", "regression")

    assert "Mean_Squared_Error   The mean square of prediction minus truth." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "Give a constraint"),
        ([GAP, "--regime", "foo"], "no regime 'foo'"),
        ([GAP, "--delta", "1"], "delta is 1"),
        ([GAP, "--bound", "foo"], "There is no type “foo”"),
        ([GAP, "--mode", "foo"], "no mode 'foo'"),
        ([GAP, "--range", "PR"], "must be like"),
        ([GAP, "--range", "PR=1:0"], "range of PR is 1 to 0"),
        ([GAP, "--svg", "/nowhere/tree.svg"], "/nowhere/tree.svg: "),
    ],
)
def test_a_wrong_option_is_said(arguments: list[str], part: str) -> None:
    with pytest.raises(CommandError, match=part.replace("(", r"\(")):
        call_command("check_constraint", *arguments)
