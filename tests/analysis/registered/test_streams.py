"""Over a study's life each primary question is given a level when it begins, and decided once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.registered.models import Stream, StreamTest
from analysis.registered.reads import stream_of
from analysis.registered.services.streaming import decide_tests, open_stream
from analysis.results.services.reporting import freeze_report
from experiments.errors import BadValue, Frozen
from experiments.models import Role, Study
from experiments.services.lifecycle import complete_experiment
from tests.factories import make_experiment, make_study, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def study() -> Study:
    """With a stream of LORD++ at 5 %."""
    study = make_study(members={make_user("amara"): Role.OWNER, make_user("vera"): Role.VIEWER})
    open_stream(study, procedure="lord", level=0.05, now=NOW)
    return study


def test_each_primary_question_is_given_its_level_at_the_start(study: Study) -> None:
    make_experiment(study)
    make_experiment(study)

    levels = [test.level for test in StreamTest.objects.order_by("number")]
    assert len(levels) == 2
    assert levels[1] < levels[0] < 0.05


def test_a_discovery_earns_later_questions_more(study: Study) -> None:
    first, other = make_experiment(study), make_experiment(study)
    (test,) = decide_tests(first, {StreamTest.objects.get(experiment=first).question: 1e-9}, now=NOW)
    third = make_experiment(study)

    assert test.is_discovery
    assert StreamTest.objects.get(experiment=third).level > StreamTest.objects.get(experiment=other).level


def test_a_test_is_decided_once_and_what_has_no_answer_counts_as_1(study: Study) -> None:
    experiment = make_experiment(study)

    decide_tests(experiment, {}, now=NOW)
    again = decide_tests(experiment, {StreamTest.objects.get().question: 1e-9}, now=NOW)

    assert again == []
    assert (StreamTest.objects.get().p_value, StreamTest.objects.get().is_discovery) == (1.0, False)


@pytest.mark.parametrize("statement", ["UPDATE {} SET level = 0.9", "UPDATE {} SET p_value = 0", "DELETE FROM {}"])
def test_the_database_keeps_what_a_test_was_given_and_what_came_of_it(study: Study, statement: str) -> None:
    decide_tests(make_experiment(study), {}, now=NOW)
    before = StreamTest.objects.values().get()

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement.format('registered_streamtest')}; SET CONSTRAINTS ALL IMMEDIATE")

    assert StreamTest.objects.values().get() == before


def test_the_report_of_what_is_over_decides_and_an_earlier_one_does_not(study: Study) -> None:
    experiment = make_experiment(study)
    freeze_report(experiment, now=NOW)
    assert StreamTest.objects.get().decided_at is None

    complete_experiment(experiment)
    freeze_report(experiment, now=NOW)

    assert StreamTest.objects.get().is_discovery is False


def test_without_a_stream_nothing_is_given() -> None:
    make_experiment(make_study())

    assert not StreamTest.objects.exists()


def test_a_stream_is_not_changed_once_a_test_has_begun(study: Study) -> None:
    open_stream(study, procedure="saffron", level=0.1, now=NOW)
    make_experiment(study)

    with pytest.raises(Frozen, match="have begun"):
        open_stream(study, procedure="lord", level=0.05, now=NOW)

    assert (Stream.objects.get().procedure, Stream.objects.get().level) == ("saffron", 0.1)


@pytest.mark.parametrize(("procedure", "level"), [("bh", 0.05), ("lord", 0.0), ("lord", 0.9)])
def test_what_is_no_stream_is_refused(procedure: str, level: float) -> None:
    with pytest.raises(BadValue):
        open_stream(make_study(), procedure=procedure, level=level, now=NOW)

    assert not Stream.objects.exists()


def test_the_page_opens_a_stream_and_lists_its_tests() -> None:
    study = make_study(members={make_user("amara"): Role.OWNER, make_user("vera"): Role.VIEWER})
    amara, vera = Client(), Client()
    for client, name in ((amara, "amara"), (vera, "vera")):
        client.force_login(study.memberships.get(user__username=name).user)
    path = reverse("registered:stream", args=[study.slug])

    assert vera.post(path, {"procedure": "lord"}).status_code == 403
    assert "Open the stream" in amara.get(path).content.decode()
    amara.post(path, {"procedure": "saffron", "level": "0,1"})
    make_experiment(study, title="Soup")

    seen = stream_of(study)
    assert seen is not None
    assert (seen.row.procedure, len(seen.tests)) == ("saffron", 1)
    assert "under way" in amara.get(path).content.decode()
    assert vera.get(path).status_code == 403  # p-values are results


def test_a_level_that_is_no_number_is_said() -> None:
    study = make_study(members={make_user("amara"): Role.OWNER})
    amara = Client()
    amara.force_login(study.memberships.get().user)

    answer = amara.post(
        reverse("registered:stream", args=[study.slug]), {"procedure": "lord", "level": "x"}, follow=True
    )

    assert "is a number" in answer.content.decode()
    assert not Stream.objects.exists()
