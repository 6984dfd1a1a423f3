"""A unit counts at every look from when its part is over: noticed once, in the record's own order, never taken back."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from analysis.registered.document import Contrast, ContrastKind, Method, Plan, Question, Role
from analysis.results.asking.additive import kept_of
from analysis.results.asking.analysis import Answer
from analysis.results.columns import LATELY, OPEN, value_of
from analysis.results.models import Tally
from analysis.results.reads import columns_as_of, columns_of, sums_of, tally_of
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold, fold_all
from analysis.results.services.reading import Which, read
from analysis.results.sources import Cursor
from analysis.statistics.words import Validity
from experiments.models import Experiment, Measurement, Unit
from experiments.services.parts import end_part
from participants.capability import token_of
from participants.models import Session
from participants.services.leaving import DataChoice, resume, return_session, withdraw
from participants.services.sweeping import sweep
from tests.analysis.results.conftest import assigned, measure
from tests.factories import answer
from tests.studies import NOON, enter_session, running

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
ARM = Contrast(ContrastKind.ARM, arm="vivid", control="plain")
PLAN = Plan((Question("score", "score", Role.PRIMARY, ARM, method=Method.ANYTIME),), ())


def taking_part(experiment: Experiment, n: int) -> list[Unit]:
    """Half of them in each arm, with two scores, still at it."""
    units = assigned(experiment, *["plain", "vivid"] * (n // 2))
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(has_part=True)
    for number, unit in enumerate(units):
        measure(experiment, unit, "score", number % 7, 40 + number % 7)
    return units


def counted(experiment: Experiment) -> Tally:
    fold(experiment, now=timezone.now())
    tally = tally_of(experiment, is_rehearsal=False)
    assert tally is not None
    return tally


def asked(experiment: Experiment, cursor: Cursor | None = None) -> Answer:
    (one,) = analyse(experiment, PLAN, cursor=cursor).answers
    return one


def test_a_worker_notices_the_end_of_a_part_though_nothing_was_measured(experiment: Experiment) -> None:
    (unit, *_) = taking_part(experiment, 4)
    fold_all(now=timezone.now())
    end_part(unit.pk)

    assert fold_all(now=timezone.now()) > 0
    assert fold_all(now=timezone.now()) == 0
    assert columns_of(counted(experiment)).column(OPEN).tolist() == [0, 1, 1, 1]


def test_only_the_first_end_counts(experiment: Experiment) -> None:
    (unit, other) = taking_part(experiment, 2)
    Unit.objects.filter(pk=other.pk).update(has_part=False)
    end_part(unit.pk)
    first = Unit.objects.get(pk=unit.pk).part_end
    end_part(unit.pk)
    end_part(other.pk)

    assert Unit.objects.get(pk=unit.pk).part_end == first
    assert Unit.objects.get(pk=other.pk).part_end is None


def test_the_record_as_it_was_knows_who_was_still_at_it(experiment: Experiment) -> None:
    units = taking_part(experiment, 4)
    before = counted(experiment)
    then, up_to = columns_of(before), Cursor(before.measurements, before.assignments)
    for unit in units:
        end_part(unit.pk)
    measure(experiment, units[0], "score", 50)
    now = counted(experiment)

    assert columns_as_of(experiment, up_to, is_rehearsal=False).to_bytes() == then.to_bytes()
    again = columns_as_of(experiment, Cursor(now.measurements, now.assignments), is_rehearsal=False)
    assert again.to_bytes() == columns_of(now).to_bytes()
    assert again.column(value_of("score", LATELY)).tolist() == [1, 0, 0, 0]


def test_counted_little_by_little_or_at_once_is_the_same(experiment: Experiment) -> None:
    for unit in taking_part(experiment, 8)[:5]:
        end_part(unit.pk)
        little_by_little = counted(experiment)
    Tally.objects.all().delete()

    assert counted(experiment).digest == little_by_little.digest


def test_each_person_counts_at_every_look_once_they_are_done_in_the_order_in_which_they_came(
    experiment: Experiment,
) -> None:
    units = taking_part(experiment, 40)
    for unit in [*units[:20], *units[22:]]:
        end_part(unit.pk)
    counted(experiment)
    one = asked(experiment).said.estimate

    assert one is not None
    assert (one.n, one.validity) == (20, Validity.ANYTIME)
    assert "2 people are still taking part and are not counted yet, nor are 18 who came after" in one.remarks[-1]
    for unit in units[20:22]:
        end_part(unit.pk)
    counted(experiment)
    whole = asked(experiment).said.estimate
    assert whole is not None
    assert (whole.n, whole.validity) == (40, Validity.ANYTIME)


def test_sums_answer_as_soon_as_nobody_is_at_it_and_say_what_columns_say(experiment: Experiment) -> None:
    units = taking_part(experiment, 40)
    tally = counted(experiment)
    setting = read(Which(experiment, False), PLAN).everybody

    assert (kept_of(PLAN.questions[0], setting), setting.sums and setting.sums.n_open) == (None, 40)
    for unit in units:
        end_part(unit.pk)
    tally = counted(experiment)
    kept = sums_of(tally)
    assert kept is not None
    assert not kept.n_open
    assert kept_of(PLAN.questions[0], read(Which(experiment, False), PLAN).everybody) is not None
    by_sums, by_columns = (
        asked(experiment, cursor).said.estimate for cursor in (None, Cursor(tally.measurements, tally.assignments))
    )
    assert by_sums is not None
    assert by_columns is not None
    assert by_sums.low == pytest.approx(by_columns.low)
    assert by_sums.validity == by_columns.validity == Validity.ANYTIME


def test_a_value_after_the_end_is_of_one_look_until_it_is_taken_back(experiment: Experiment) -> None:
    units = taking_part(experiment, 40)
    for unit in units:
        end_part(unit.pk)
    measure(experiment, units[3], "score", 99)
    counted(experiment)
    late = asked(experiment).said.estimate
    Measurement.objects.order_by("-pk")[:1].get().delete()
    counted(experiment)
    without = asked(experiment).said.estimate

    assert late is not None
    assert without is not None
    assert (late.validity, without.validity) == (Validity.FIXED, Validity.ANYTIME)


def test_rehearsals_are_noticed_apart(experiment: Experiment) -> None:
    (unit,) = assigned(experiment, "plain", is_rehearsal=True)
    Unit.objects.filter(pk=unit.pk).update(has_part=True)
    end_part(unit.pk)
    fold(experiment, now=timezone.now())
    tally = tally_of(experiment, is_rehearsal=True)

    assert tally is not None
    assert columns_of(tally).column(OPEN).tolist() == [0]
    assert not len(columns_of(counted(experiment)))


def end_of(session: Session) -> int | None:
    return Unit.objects.get(pk=session.unit_id).part_end


def test_a_session_ends_the_part_of_its_unit_whichever_way_it_ends() -> None:
    experiment = running()
    done, back, gone, silent = (enter_session(experiment) for _ in range(4))

    assert [end_of(each) for each in (done, back, gone, silent)] == [None] * 4
    while done.is_under_way:
        done = answer(done, now=NOON)
    return_session(token_of(back.uuid), now=NOON)
    withdraw(token_of(gone.uuid), DataChoice.KEEP, now=NOON)
    sweep(now=LATER)

    ends = [end_of(each) for each in (done, back, gone, silent)]
    assert None not in ends
    assert len(set(ends)) == 4
    last = Measurement.objects.filter(unit=done.unit).latest("pk").pk
    assert last < (ends[0] or 0)


def test_who_comes_back_after_a_time_out_or_withdraws_after_the_end_ended_once() -> None:
    session = enter_session(running())
    sweep(now=LATER)
    first = end_of(session)
    resume(token_of(session.uuid), now=LATER)
    withdraw(token_of(session.uuid), DataChoice.DELETE, now=LATER)

    assert end_of(session) == first


def test_sessions_that_ended_before_anybody_told_are_told_by_the_migration() -> None:
    experiment = running()
    done, silent = (enter_session(experiment) for _ in range(2))
    while done.is_under_way:
        done = answer(done, now=NOON)
    Unit.objects.update(has_part=False, part_end=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("participants.migrations.0005_sessions_that_ended_are_told").TELL)

    assert end_of(done) == Measurement.objects.filter(unit=done.unit).latest("pk").pk
    assert (end_of(silent), Unit.objects.get(pk=silent.unit_id).has_part) == (None, True)
