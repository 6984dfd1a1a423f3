"""The monitor: figures that follow the diary, and sentences that say what they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.balance import balance_of
from bandits.services import assign_arm, complete_slot
from experiments.models import Assignment, Event, Experiment
from experiments.reads import diary_of
from machina_site.monitor import pacing
from machina_site.monitor.charts import column_chart
from machina_site.monitor.wording import balance_sentence, sentence_of
from participants.capability import token_of
from participants.monitoring import durations_by_arm, durations_by_step, passage_of, steps_of, time_series
from participants.services.leaving import DataChoice, withdraw
from participants.services.sweeping import sweep
from tests.factories import make_experiment, make_session, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.fixture
def experiment() -> Experiment:
    return make_experiment()


def live(client: Client, experiment: Experiment, **query: str) -> tuple[int, str]:
    """Status and the words of the part that comes anew."""
    answer = client.get(reverse("monitor_live", args=[experiment.slug]), query)
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def mark_of(client: Client, experiment: Experiment) -> str:
    return str(client.get(reverse("monitor", args=[experiment.slug])).context["mark"])


def test_nothing_new_is_said_with_204(admin: Client, experiment: Experiment) -> None:
    make_session(experiment, pages=1)

    assert live(admin, experiment, after=mark_of(admin, experiment))[0] == 204


def test_a_viewer_of_figures_that_took_long_waits_for_the_next(admin: Client, experiment: Experiment) -> None:
    viewer = get_user_model().objects.get()
    make_session(experiment)
    pacing.rest(experiment.pk, viewer.pk, cost=0.7)

    assert live(admin, experiment, after="long-ago")[0] == 204
    assert live(admin, experiment)[0] == 200
    assert not pacing.is_resting(experiment.pk, viewer.pk + 1)


def test_figures_that_came_quickly_need_no_rest(admin: Client, experiment: Experiment) -> None:
    viewer = get_user_model().objects.get()

    pacing.rest(experiment.pk, viewer.pk, cost=0.05)

    assert not pacing.is_resting(experiment.pk, viewer.pk)


def test_somebody_new_brings_new_figures(admin: Client, experiment: Experiment) -> None:
    mark = mark_of(admin, experiment)
    make_session(experiment, pages=None)

    status, words = live(admin, experiment, after=mark)

    assert status == 200
    assert "Completed 1 of 100" in words


def test_an_event_that_committed_late_under_a_lower_id_is_noticed(experiment: Experiment) -> None:
    make_session(experiment)
    last = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    Event.objects.create(pk=last + 10, at=timezone.now(), kind="session.entered", experiment=experiment)
    before = diary_of(experiment).mark

    Event.objects.create(pk=last + 5, at=timezone.now(), kind="session.entered", experiment=experiment)

    assert diary_of(experiment).mark != before


def test_the_funnel_counts_everybody_once(experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    make_session(experiment, pages=1)
    make_session(experiment, pages=0)
    gone = make_session(experiment, pages=1)
    withdraw(token_of(gone.uuid), DataChoice.KEEP, now=timezone.now())

    passage = passage_of(experiment, is_rehearsal=False)

    assert (passage.entered, passage.assigned, passage.active, passage.completed) == (4, 4, 3, 1)
    assert (passage.under_way, passage.left) == (2, 1)
    assert sum(arm.completed + arm.under_way + arm.left for arm in passage.arms.values()) == 4


def test_a_step_says_who_reached_it_who_is_there_and_who_left(experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    make_session(experiment, pages=0)
    gone = make_session(experiment, pages=1)
    withdraw(token_of(gone.uuid), DataChoice.KEEP, now=timezone.now())

    found = {step.step: (step.reached, step.here, step.left) for step in steps_of(experiment, is_rehearsal=False)}

    assert found == {"welcome": (3, 1, 0), "rating": (2, 0, 1), "remark": (1, 0, 0)}


def test_rehearsal_and_real_are_never_mixed(admin: Client) -> None:
    experiment = make_experiment(status="rehearsal")
    make_session(experiment, pages=None)

    assert passage_of(experiment, is_rehearsal=True).completed == 1
    assert passage_of(experiment, is_rehearsal=False).entered == 0
    assert "Completed 1 of 100" in live(admin, experiment)[1]
    assert "No real participants yet" in live(admin, experiment, rehearsal="0")[1]


def test_durations_are_quartiles_by_arm_and_by_step(experiment: Experiment) -> None:
    for _ in range(4):
        make_session(experiment, pages=None)

    everybody, *arms = durations_by_arm(experiment, is_rehearsal=False)

    assert (everybody.name, everybody.n, everybody.median) == ("", 4, 30.0)
    assert [(arm.name, arm.n) for arm in arms] == [("plain", 2), ("vivid", 2)]
    steps = durations_by_step(experiment, is_rehearsal=False)
    assert [(step.name, step.n, step.median) for step in steps] == [
        ("welcome", 4, 10.0),
        ("rating", 4, 10.0),
        ("remark", 4, 10.0),
    ]


def test_time_runs_in_buckets_without_gaps(experiment: Experiment) -> None:
    now = timezone.now()
    make_session(experiment, pages=None, now=now - timedelta(minutes=20))
    make_session(experiment, pages=0, now=now - timedelta(minutes=1))

    series = time_series(experiment, is_rehearsal=False, now=now)

    assert sum(bucket.entered for bucket in series.buckets) == 2
    assert sum(bucket.completed for bucket in series.buckets) == 1
    gaps = {after.at - before.at for before, after in zip(series.buckets, series.buckets[1:], strict=False)}
    assert gaps == {series.width}
    assert column_chart(series) is not None


def test_a_fair_allocation_raises_no_alarm(experiment: Experiment) -> None:
    for _ in range(6):
        make_session(experiment)

    balance = balance_of(experiment, is_rehearsal=False)

    assert [arm.assigned for arm in balance.arms] == [3, 3]
    assert not balance.is_alarming
    assert "fit the plan" in balance_sentence(balance)


def test_a_lost_arm_raises_the_alarm(admin: Client, experiment: Experiment) -> None:
    plain = experiment.arms.get(name="plain")
    for _ in range(60):
        make_session(experiment)
    Assignment.objects.filter(experiment=experiment).update(arm=plain)

    status, words = live(admin, experiment)

    assert status == 200
    assert "Sample-ratio alarm" in words


def test_refilled_places_count_as_assignments_ever_made(experiment: Experiment) -> None:
    start = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    make_session(experiment, now=start)
    sweep(now=start + timedelta(hours=1))
    make_session(experiment, now=start + timedelta(hours=2))

    balance = balance_of(experiment, is_rehearsal=False)

    assert sorted(arm.assigned for arm in balance.arms) == [0, 2]


def test_every_event_of_a_passage_has_words(experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    gone = make_session(experiment, pages=1)
    withdraw(token_of(gone.uuid), DataChoice.KEEP, now=timezone.now())

    sentences = [sentence_of(event) for event in diary_of(experiment).events if event.kind != "page.answered"]

    assert "Somebody withdrew on “rating”" in sentences
    assert "Somebody completed in 30 s" in sentences
    assert not [sentence for sentence in sentences if "{" in sentence or "…" in sentence]


def test_an_empty_monitor_says_what_to_do_first(admin: Client) -> None:
    assert "First press “Rehearse”" in live(admin, make_experiment(status="draft"), rehearsal="0")[1]
    assert "Send people the link" in live(admin, make_experiment())[1]


@pytest.mark.parametrize("status", ["draft", "rehearsal", "running", "paused"])
@pytest.mark.parametrize("kind", ["visitor", "run"])
@pytest.mark.parametrize("rehearsal", ["0", "1"])
def test_an_empty_monitor_of_an_app_says_how_to_ask_and_nothing_of_participants(
    admin: Client, status: str, kind: str, rehearsal: str
) -> None:
    words = live(admin, make_experiment(status=status, unit_kind=kind, steps=[]), rehearsal=rehearsal)[1]

    assert "/assignments/" in words
    assert ("In your app" in words) is (kind == "visitor")
    assert not [word for word in ("participant", "link", "people", "take part") if word in words]


def test_an_app_without_pages_has_a_monitor_too(admin: Client) -> None:
    experiment = make_experiment(unit_kind="visitor", steps=[])
    assert "nobody has asked yet" in live(admin, experiment)[1]
    version_id = experiment.version_id
    assert version_id is not None
    for number in range(3):
        unit = make_unit(experiment, key=f"visitor-{number}")
        assign_arm(unit, version=version_id, now=timezone.now())
    complete_slot(unit)

    words = live(admin, experiment)[1]

    assert "Completed 1 of 100 Assigned 3 2 under way" in words
    assert "Agreed" not in words


def test_the_numbers_of_the_page_do_not_depend_on_the_readers_language(admin: Client, experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    make_session(experiment, pages=0)
    make_session(experiment, pages=0)

    page = admin.get(reverse("monitor", args=[experiment.slug]), headers={"accept-language": "de"}).content.decode()

    assert re.findall(r'(?:width|height|x|y)="\d+,\d+"', page) == []
