"""What a run is judged by: its held-out part, whatever that is called in its fold."""

import pytest

from analysis.runs.measure import Goal
from analysis.runs.plans import _mean
from tests.analysis.runs.rows import make_batch, make_run

pytestmark = pytest.mark.django_db
MEASURE = {"measure": {"name": "f1", "split": "validation"}, "validation": "nested"}
NESTED = {"validation": {"scheme": "nested", "seed": 1}}


def test_an_outer_fold_of_a_nested_scheme_is_judged_by_test_and_an_inner_one_by_validation() -> None:
    batch = make_batch(document=MEASURE)
    outer = make_run(batch, setting=NESTED, outer_fold=0, latest={"train": {"f1": 1.0}, "test": {"f1": 0.8}})
    inner = make_run(batch, setting=NESTED, outer_fold=0, inner_fold=1, latest={"validation": {"f1": 0.7}})

    assert (Goal.of(batch).value(outer), Goal.of(batch).value(inner)) == (0.8, 0.7)


def test_a_part_set_aside_for_early_stopping_does_not_judge_an_outer_fold() -> None:
    batch = make_batch(document=MEASURE)
    run = make_run(batch, setting=NESTED, outer_fold=0, latest={"validation": {"f1": 0.9}, "test": {"f1": 0.8}})

    assert Goal.of(batch).value(run) == 0.8


def test_plain_folds_are_judged_by_validation() -> None:
    batch = make_batch(document=MEASURE)
    run = make_run(batch, outer_fold=0, latest={"validation": {"f1": 0.9}, "test": {"f1": 0.8}})

    assert Goal.of(batch).value(run) == 0.9


def test_a_search_never_looks_at_outer_folds() -> None:
    batch = make_batch(document=MEASURE)
    over = {"status": "completed", "result": {}, "finished_at": batch.created_at}
    outer = make_run(batch, setting=NESTED, outer_fold=0, primary=0.0, **over)
    inner = make_run(batch, setting=NESTED, outer_fold=0, inner_fold=0, primary=0.6, **over)

    assert _mean([outer, inner]) == 0.6
