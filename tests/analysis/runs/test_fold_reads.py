"""What the folds of a batch say, read from its runs."""

from __future__ import annotations

import pytest

from analysis.learning.running import Fold
from analysis.runs.fold_reads import fold_reports
from analysis.runs.models import Run
from experiments.errors import BadValue
from experiments.types import JsonObject
from tests.analysis.runs.folding import NESTED, figure_of, folded_batch
from tests.analysis.runs.rows import make_batch, make_run

pytestmark = pytest.mark.django_db
FIVE: JsonObject = {"scheme": "kfold", "folds": 5}


def test_a_nested_batch_says_how_good_the_choice_is_that_inner_folds_make() -> None:
    [report] = fold_reports(folded_batch())

    assert report.choice is not None
    assert [report.named(one.setting) for one in report.choice.chosen] == ["lr = 0.1"] * 4 + ["lr = 0.01"]
    assert report.choice.summary is not None
    assert report.choice.summary.mean == pytest.approx((0.7 + 0.71 + 0.72 + 0.73 + 0.94) / 5)
    assert report.named(report.choice.best or "") == "lr = 0.1"
    assert report.is_complete


def test_plain_folds_rank_settings() -> None:
    [report] = fold_reports(folded_batch(FIVE))

    assert [report.named(row.setting) for row in report.ranked] == ["lr = 0.01", "lr = 0.1", "lr = 0.001"]
    assert report.choice is None
    assert report.ranked[1].behind is not None
    assert report.ranked[1].behind.mean == pytest.approx(0.2)


def test_a_failed_run_is_a_missing_fold_and_not_a_zero() -> None:
    def figures(lr: float, fold: Fold) -> float | None:
        return None if (lr, fold) == (0.01, Fold(3)) else figure_of(lr, fold)

    [report] = fold_reports(folded_batch(FIVE, figures=figures))

    assert [report.named(row.setting) for row in report.ranked] == ["lr = 0.1", "lr = 0.001", "lr = 0.01"]
    assert report.ranked[-1].missing == (Fold(3),)
    assert not report.is_complete
    assert report.counts == {"completed": 14, "failed": 1}


def test_another_measure_can_be_asked_for_and_knows_which_way_is_better() -> None:
    [report] = fold_reports(folded_batch(FIVE), name="loss", split="train")

    assert report.goal.direction == "minimise"
    assert report.named(report.ranked[0].setting) == "lr = 0.01"
    assert report.ranked[0].summary is not None
    assert report.ranked[0].summary.mean == pytest.approx(1 - 0.92)


def test_a_run_again_because_code_changed_takes_the_place_of_the_old_one() -> None:
    batch = folded_batch(FIVE)
    old = Run.objects.get(batch=batch, number=1)
    again = {"setting": old.setting, "setting_digest": old.setting_digest, "outer_fold": 0, "seed": old.seed}
    make_run(batch, **again, status="completed", result={}, finished_at=old.finished_at, primary=0.0)

    [report] = fold_reports(batch)

    values = {row.setting: row.values for row in report.ranked}[old.setting_digest]
    assert values[Fold(0)] == 0.0
    assert report.counts == {"completed": 15}


def test_of_a_search_in_rungs_a_setting_counts_with_its_most_epochs() -> None:
    batch = folded_batch(FIVE)
    old = Run.objects.get(batch=batch, number=1)
    further = {"setting": old.setting, "setting_digest": old.setting_digest, "outer_fold": 0, "epochs": 9}
    make_run(batch, **further, status="completed", result={}, finished_at=old.finished_at, primary=1.0)

    [report] = fold_reports(batch)

    [row] = [row for row in report.ranked if row.setting == old.setting_digest]
    assert dict(row.values) == {Fold(0): 1.0}
    assert len(row.missing) == 4


def test_runs_without_folds_have_a_mean_and_no_interval() -> None:
    batch = make_batch(document={"measure": "score"}, procedure="function")
    make_run(batch, status="completed", result={"score": 2.0}, primary=2.0, finished_at=batch.created_at)

    [report] = fold_reports(batch)

    assert report.ranked[0].summary is not None
    assert (report.ranked[0].summary.mean, report.ranked[0].summary.low) == (2.0, None)
    assert report.named(report.ranked[0].setting) == "the only setting"


def test_a_completed_run_whose_figure_is_no_number_is_a_missing_fold_and_counted() -> None:
    batch = folded_batch(FIVE)
    Run.objects.filter(batch=batch, number=1).update(primary=None)

    [report] = fold_reports(batch)

    assert report.n_silent == 1
    assert not report.is_complete
    assert report.ranked[-1].missing == (Fold(0),)


def test_a_batch_without_runs_says_nothing() -> None:
    assert fold_reports(make_batch(document={"measure": "f1"})) == []


def test_a_batch_without_a_measure_asks_for_one() -> None:
    with pytest.raises(BadValue, match="names no measure"):
        fold_reports(make_batch(document={"validation": NESTED}))
