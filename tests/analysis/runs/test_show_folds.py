"""The command tells what folds say, and by its status whether that is everything."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from analysis.learning.running import Fold
from tests.analysis.runs.folding import figure_of, folded_batch
from tests.analysis.runs.rows import make_batch

pytestmark = pytest.mark.django_db


def shown(*arguments: str) -> str:
    out = io.StringIO()
    call_command("show_folds", *arguments, stdout=out)
    return out.getvalue()


def test_it_ranks_settings_and_says_how_good_the_choice_is() -> None:
    folded_batch(slug="digits", title="Digits")

    lines = shown("digits").splitlines()

    assert lines[0] == "Digits: f1_macro on validation (maximise), nested. Runs: 45 completed."
    assert lines[2].startswith("setting (inner folds)")
    assert lines[3].split() == ["lr", "=", "0.1", "10", "0.8", "0", "0.8", "to", "0.8"]
    assert any(line.startswith("Searching like this: mean 0.76 over 5 outer folds, sd 0.1, 95 %") for line in lines)
    assert lines[-1] == "To be used: lr = 0.1 (best mean over all inner folds)."


def test_json_holds_everything() -> None:
    folded_batch(slug="digits")

    [report] = json.loads(shown("digits", "--json"))

    assert (report["n_settings"], report["is_complete"]) == (3, True)
    assert [one["choices"] for one in report["nested"]["chosen"]] == [{"lr": 0.1}] * 4 + [{"lr": 0.01}]
    assert len(report["settings"][0]["values"]) == 10


def test_the_status_is_not_zero_while_something_is_missing() -> None:
    def figures(lr: float, fold: Fold) -> float | None:
        return None if (lr, fold) == (0.1, Fold(3)) else figure_of(lr, fold)

    folded_batch(slug="digits", figures=figures)
    out = io.StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("show_folds", "digits", stdout=out)

    assert left.value.code == 1
    assert "Nothing can be said of the choice yet: outer folds 3 are not complete." in out.getvalue()


def test_a_long_list_is_cut_and_says_so() -> None:
    folded_batch(slug="digits")

    assert "and 2 more (--limit)" in shown("digits", "--limit", "1")


def test_an_unknown_batch_is_named_with_those_that_there_are() -> None:
    folded_batch(slug="digits")

    with pytest.raises(CommandError, match=r"There is no batch “digit”\. The newest: digits\."):
        shown("digit")


def test_a_batch_without_a_measure_is_refused_with_a_way_on() -> None:
    make_batch(slug="bare", document={})

    with pytest.raises(CommandError, match=r"names no measure\. Say which one"):
        shown("bare")
