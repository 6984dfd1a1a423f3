"""What a batch is judged by, or a strategy watches, is measured; if nobody can, it is refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.learning.components import ComponentError
from analysis.learning.document import check_document
from analysis.learning.metrics import parse_metrics, wanted
from analysis.learning.strategies import parse_checkpoints, parse_stopping
from experiments.types import Json

GRID = Path(__file__).parents[3] / "examples" / "runs" / "digits_grid.yaml"


def said(**sections: Json) -> list[tuple[str, str, str]]:
    document = {**yaml.safe_load(GRID.read_text(encoding="utf-8")), **sections}
    return [(problem.path, problem.message, problem.hint) for problem in check_document(document).problems]


def test_a_measure_that_no_trainer_takes_is_refused_with_the_nearest() -> None:
    measure: Json = {"name": "f1_makro", "split": "validation", "direction": "maximise"}

    assert said(measure=measure) == [
        ("measure.name", "No trainer measures “f1_makro”.", "Did you mean “f1_macro”?"),
    ]


def test_so_is_a_figure_that_a_strategy_watches() -> None:
    assert [path for path, _, _ in said(stopping={"kind": "patience", "measure": "acuracy"})] == ["stopping"]
    assert [path for path, _, _ in said(checkpoints={"kind": "best", "measure": "fl"})] == ["checkpoints"]


def test_losses_listed_metrics_and_any_other_metric_may_be_watched() -> None:
    for name in ("loss", "precision_macro", "cohen_kappa"):
        assert said(stopping={"kind": "patience", "measure": name}) == []


def test_a_value_of_the_result_may_be_called_anything() -> None:
    assert said(measure={"name": "profit", "split": "", "direction": "maximise"}) == []


def test_what_is_watched_is_measured_without_being_listed() -> None:
    stopping = parse_stopping({"kind": "patience", "measure": "cohen_kappa"})
    best = parse_checkpoints({"kind": "best", "measure": "learning_rate"})

    found = wanted(parse_metrics(["f1"]), {"name": "accuracy"}, watching=(stopping, best, None))

    assert list(found) == ["f1_macro", "accuracy", "cohen_kappa"]


def test_the_loss_is_no_metric_and_is_there_anyway() -> None:
    assert list(wanted([], {"name": "loss"})) == []
    with pytest.raises(ComponentError, match=r"measure\.name"):
        wanted([], {"name": "speed"})
