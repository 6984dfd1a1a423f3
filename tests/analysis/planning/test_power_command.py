"""``manage.py power``, as somebody types it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analysis.planning.power import DESIGNS


def said(*typed: str) -> str:
    out = StringIO()
    call_command("power", *typed, stdout=out, no_color=True)
    return out.getvalue()


def test_it_says_how_many_in_a_sentence() -> None:
    assert said("means", "--effect", "0.5").startswith("64 units in an arm (128 in all) find an effect of 0.5")


@pytest.mark.parametrize("kind", sorted(DESIGNS))
def test_every_design_answers_as_json(kind: str) -> None:
    found = json.loads(said(kind, "--n", "50", "--power", "0.8", "--json"))

    assert found["sought"] == "effect"
    assert found["curve"][0][1] <= found["curve"][-1][1]


def test_the_curve_and_the_assurance_are_shown() -> None:
    shown = said("paired", "--effect", "0.3", "--correlation", "0.7", "--believed", "0.3,0.15", "--curve")

    assert "assurance" in shown
    assert "█" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["proportions", "--base", "0.9", "--effect", "0.3"], "must keep the proportion"),
        (["means", "--effect", "0"], "Not even 1,000,000,000 units"),
        (["means", "--effect", "0.3", "--sd", "-1"], "sd must be a number from"),
        (["means", "--effect", "0.3", "--believed", "much"], "believed must be a mean"),
        (["means", "--effect", "0.3", "--n", "9", "--power", "0.8"], "Give two of"),
        (["means", "--effect", "inf"], "effect must be a number of at most"),
        (["groups", "--effect", "nan"], "effect must be a number of at most"),
        (["groups", "--effect", "1e300"], "effect must be a number of at most"),
        (["means", "--effect", "1", "--drop-out", "1"], "drop_out must be"),
    ],
)
def test_what_has_no_answer_is_a_sentence(typed: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        said(*typed)
