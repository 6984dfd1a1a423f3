"""A tally is the record, counted once, however it was counted."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from analysis.results.models import Horizon, Tally, TallyBlock, Touched
from analysis.results.reads import columns_as_of, columns_of, tally_of
from analysis.results.services.folding import fold, fold_all, fold_one, notice_new
from analysis.results.sources import Cursor
from experiments.models import Experiment, Measurement, Unit
from tests.analysis.results.conftest import assigned, measure, measured

pytestmark = pytest.mark.django_db


def folded(experiment: Experiment, *, is_rehearsal: bool = False) -> Tally:
    fold(experiment, now=timezone.now())
    tally = tally_of(experiment, is_rehearsal=is_rehearsal)
    assert tally is not None
    return tally


def test_each_unit_has_one_mean_whatever_the_number_of_its_trials(experiment: Experiment) -> None:
    one, two, three = assigned(experiment, "plain", "vivid", "vivid")
    measure(experiment, one, "score", 10, 20, 60)
    measure(experiment, two, "score", 5)

    columns = columns_of(folded(experiment))

    assert columns.keys.tolist() == [one.pk, two.pk, three.pk]
    assert columns.column("mean:score")[:2].tolist() == [30, 5]
    assert np.isnan(columns.column("mean:score")[2])
    assert columns.column("count:score").tolist() == [3, 1, 0]
    assert columns.column("last:score")[0] == 60
    assert columns.column("median:score")[0] == 20


def test_counted_little_by_little_or_at_once_is_the_same_to_the_bit(experiment: Experiment) -> None:
    units = assigned(experiment, *["plain", "vivid"] * 20)
    for number, unit in enumerate(units):
        measure(experiment, unit, "score", number / 7)
        if number % 9 == 0:
            folded(experiment)
    for unit in units[::3]:
        measure(experiment, unit, "score", 0.1, 0.7)
    little_by_little = folded(experiment)

    TallyBlock.objects.all().delete()
    Tally.objects.all().delete()

    assert folded(experiment).digest == little_by_little.digest


def test_what_is_around_a_block_changes_nothing_in_it(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TallyBlock, "SPAN", 4)
    units = assigned(experiment, *["plain", "vivid"] * 8, age=3)
    for unit in units[:9]:
        measure(experiment, unit, "score", 5)
        folded(experiment)
    measure(experiment, units[0], "score", 7, 9)
    Unit.objects.filter(pk=units[15].pk).update(attributes={"age": "old", "land": "Chad"})
    one_by_one = folded(experiment)
    cursor = Cursor(one_by_one.measurements, one_by_one.assignments)

    assert columns_as_of(experiment, cursor, is_rehearsal=False).to_bytes() == columns_of(one_by_one).to_bytes()
    TallyBlock.objects.all().delete()
    Tally.objects.all().delete()
    assert folded(experiment).digest == one_by_one.digest
    assert TallyBlock.objects.count() >= 4


def test_folding_again_changes_nothing(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1, 2], "vivid": [3]})
    before = folded(experiment)

    assert fold(experiment, now=timezone.now()) == 0
    assert folded(experiment).digest == before.digest
    assert folded(experiment).at == before.at


def test_a_late_value_counts_for_its_unit(experiment: Experiment) -> None:
    unit, *_ = measured(experiment, "score", {"plain": [1], "vivid": [3]})
    folded(experiment)

    measure(experiment, unit, "score", 2)

    assert columns_of(folded(experiment)).column("mean:score").tolist() == [1.5, 3]


def test_what_is_deleted_leaves_the_tally_whoever_deletes_it(experiment: Experiment) -> None:
    unit, *_ = measured(experiment, "score", {"plain": [1], "vivid": [3]})
    folded(experiment)

    Measurement.objects.filter(unit=unit).delete()
    assert fold_all(now=timezone.now()) > 0

    columns = columns_of(folded(experiment))
    assert np.isnan(columns.column("mean:score")[0])
    assert not Touched.objects.exists()


def test_a_unit_that_is_gone_is_gone(experiment: Experiment) -> None:
    unit, other = measured(experiment, "score", {"plain": [1], "vivid": [3]})
    folded(experiment)

    Unit.objects.filter(pk=unit.pk).delete()

    assert columns_of(folded(experiment)).keys.tolist() == [other.pk]


def test_attributes_that_are_taken_back_are_not_in_the_tally(experiment: Experiment) -> None:
    unit, *_ = assigned(experiment, "plain", country="Chad", age=30)
    assert columns_of(folded(experiment)).text("country") == ("Chad",)
    assert columns_of(folded(experiment)).column("attribute:age").tolist() == [30]

    Unit.objects.filter(pk=unit.pk).update(attributes={})

    columns = columns_of(folded(experiment))
    assert columns.text("country") == (None,)
    assert np.isnan(columns.column("attribute:age")[0])


def test_rehearsal_is_kept_apart(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1], "vivid": [3]})
    (rehearsed,) = assigned(experiment, "plain", is_rehearsal=True)
    measure(experiment, rehearsed, "score", 100)

    assert columns_of(folded(experiment)).column("mean:score").tolist() == [1, 3]
    assert columns_of(folded(experiment, is_rehearsal=True)).column("mean:score").tolist() == [100]


def test_within_levels_have_a_mean_each(experiment: Experiment) -> None:
    (unit,) = assigned(experiment, "plain")
    measure(experiment, unit, "score", 10, 20, context={"within": {"set": "easy"}})
    measure(experiment, unit, "score", 60, context={"within": {"set": "hard"}})

    columns = columns_of(folded(experiment))

    assert columns.column('mean:score@{"set":"easy"}').tolist() == [15]
    assert columns.column('mean:score@{"set":"hard"}').tolist() == [60]
    assert columns.column("mean:score").tolist() == [30]


def test_of_a_choice_each_option_has_its_share(experiment: Experiment) -> None:
    units = assigned(experiment, "plain", "vivid", "vivid")
    measure(experiment, units[0], "liked", "soup", "soup", "bread", "bread")
    measure(experiment, units[1], "liked", "bread")

    columns = columns_of(folded(experiment))

    assert columns.column("share:liked=soup")[:2].tolist() == [0.5, 0]
    assert columns.column("share:liked=bread")[:2].tolist() == [0.5, 1]
    assert np.isnan(columns.column("share:liked=soup")[2])


def test_the_record_read_as_of_a_cursor_is_the_tally_of_that_cursor(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1, 2], "vivid": [3, 4]})
    tally = folded(experiment)
    cursor = Cursor(tally.measurements, tally.assignments)
    then = columns_of(tally)
    measured(experiment, "score", {"plain": [100], "vivid": [100]})
    folded(experiment)

    assert columns_as_of(experiment, cursor, is_rehearsal=False).to_bytes() == then.to_bytes()


def test_an_experiment_that_is_gone_leaves_nothing_to_count(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1], "vivid": [2]})
    pk = experiment.pk
    Touched.objects.create(experiment_key=pk + 1, unit_key=1)

    assert fold_one(pk + 1, now=timezone.now()) == 0
    assert not Touched.objects.exists()


def test_the_sweep_finds_what_is_new_and_nothing_else(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1], "vivid": [2]})

    assert fold_all(now=timezone.now()) == 2
    assert fold_all(now=timezone.now()) == 0


def test_what_was_noticed_while_a_fold_was_at_work_is_not_forgotten(experiment: Experiment) -> None:
    """Another process notices newer rows after the fold looked how far it may count, and before it has the tally."""
    measured(experiment, "score", {"plain": [1], "vivid": [2]})
    notice_new()
    noticed = Horizon.objects.get(table="measurements: values")
    Horizon.objects.filter(pk=noticed.pk).update(through=noticed.through + 1)

    fold(experiment, now=timezone.now())
    assert Tally.objects.get(experiment=experiment, is_rehearsal=False).is_waiting

    Horizon.objects.filter(pk=noticed.pk).update(through=noticed.through)
    fold(experiment, now=timezone.now())
    assert not Tally.objects.filter(is_waiting=True).exists()
