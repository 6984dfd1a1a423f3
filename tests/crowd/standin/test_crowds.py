"""Scripted workers come through the stand-in's frame to our real pages, each with a habit."""

import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from crowd.models import Submission
from crowd.services.carrying_out import carry_out_account
from crowd.standin.crowds.mturk_site import MTurkSite
from crowd.standin.crowds.prolific_site import ProlificSite
from crowd.standin.crowds.running import Tally, send
from crowd.standin.crowds.workforce import Habit, Worker, Workforce, workforce
from crowd.standin.crowds.working import Day
from experiments.models import Study
from participants.models import Session
from participants.simulation.pace import Pace
from tests.crowd.factories import make_account, make_campaign, make_posting
from tests.crowd.running import QUESTION, RunningMTurk, prolific_thread
from tests.studies import running

EACH = [frozenset({habit}) for habit in Habit] + [frozenset[Habit]()]


def publish(standin: RunningMTurk, live_server: LiveServer, *, places: int = 9) -> str:
    """A HIT for a running experiment, known on both sides; its id."""
    experiment = running(target=60)
    Study.objects.filter(pk=experiment.study_id).update(budget=1000)
    campaign = make_campaign(experiment, make_account(endpoint=standin.url), goal=60)
    posting = make_posting(campaign, places=places, desired="open", observed="open")
    door = f"{live_server.url}{reverse('participants:enter', args=[experiment.slug])}"
    address = f"{door}?{urlencode({'posting': posting.uuid.hex})}"
    posting.external_id = standin.hit(MaxAssignments=places, Question=QUESTION.format(url=address))
    posting.save()
    return posting.external_id


@pytest.mark.django_db(transaction=True)
def test_participants_of_prolific_come_back_with_the_code(
    live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDIN", "any-token")
    settings.PUBLIC_URL = live_server.url
    with prolific_thread() as standin:
        experiment = running(target=60)
        campaign = make_campaign(experiment, make_account(endpoint=standin.url, platform="prolific"), goal=9)
        posting = make_posting(campaign, desired="open")
        carry_out_account(campaign.account, clock=timezone.now, rng=np.random.default_rng(7))
        posting.refresh_from_db()
        assert posting.observed == "open", posting.trouble
        habits = [frozenset({habit}) for habit in (Habit.RETURNING, Habit.FORGETTING, Habit.SHARING, Habit.GAZING)]
        workers = [Worker(f"P{number}", number, 18, each) for number, each in enumerate([*habits, frozenset[Habit]()])]

        tally = send(Day(lambda worker: ProlificSite(standin.url, worker)), workers, at_once=3)

        states = [each["status"] for each in standin.ask("GET", "assignments")["assignments"]]
    assert tally.problems == []
    assert (tally.counts["never handed in"], tally.counts["looked only"]) == (1, 1)
    assert states.count("AWAITING REVIEW") == 3


def sent(standin: RunningMTurk, workers: list[Worker], **day: Any) -> Tally:
    return send(Day(lambda worker: MTurkSite(standin.url, worker), **day), workers, at_once=3)


def test_the_shares_are_exact_and_the_same_seed_gives_the_same_people() -> None:
    asked = Workforce(20, shares={Habit.LEAVING: 0.25, Habit.BOT: 0.1})

    counts = Counter(habit for each in workforce(asked) for habit in each.habits)

    assert counts == {Habit.LEAVING: 5, Habit.BOT: 2}
    assert workforce(asked) == workforce(asked)
    assert workforce(asked) != workforce(Workforce(20, seed=19, shares=asked.shares))
    with pytest.raises(ValueError, match=r"leaving: 1\.5"):
        Workforce(1, shares={Habit.LEAVING: 1.5})


@pytest.mark.django_db(transaction=True)
def test_every_habit_ends_as_it_should(mturk_standin: RunningMTurk, live_server: LiveServer) -> None:
    for _ in range(2):
        publish(mturk_standin, live_server)
    workers = [Worker(f"A1W{number}", number, 18, habits) for number, habits in enumerate(EACH)]

    tally = sent(mturk_standin, workers, away=0.01)

    assert tally.problems == []
    ends = ("handed in", "left", "never handed in", "looked only", "could not hand in", "friends: handed in")
    assert [tally.counts[end] for end in ends] == [6, 1, 1, 1, 1, 1]
    submitted = [each for each in mturk_standin.ask("GET", "assignments")["assignments"] if each["submitted"]]
    assert len(submitted) == 6 + 1 + tally.counts["took a second HIT: handed in"]  # the friend's counts, once
    assert {each["id"] for each in submitted} <= set(Submission.objects.values_list("external_id", flat=True))
    assert not Session.objects.exclude(pk__in=Submission.objects.values("session")).exists()


@pytest.mark.django_db(transaction=True)
def test_people_take_as_long_for_a_page_as_people_do_and_bots_do_not(
    mturk_standin: RunningMTurk, live_server: LiveServer
) -> None:
    publish(mturk_standin, live_server)
    waited: list[float] = []
    workers = [Worker("A1P", 0, 18, frozenset()), Worker("A1B", 1, 18, frozenset({Habit.BOT}))]

    tally = sent(mturk_standin, workers, sleep=waited.append, pace=Pace.parse("real", lease_seconds=0))

    assert tally.problems == []
    assert len(waited) == 2  # a page each, of one of them
    assert all(4 <= seconds <= 20 for seconds in waited)


@pytest.mark.django_db(transaction=True)
def test_the_command_sends_workers_and_says_what_came_of_it(
    mturk_standin: RunningMTurk, live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(mturk_standin, live_server)

    call_command("standin_workers", "mturk", mturk_standin.url, workers=3, json=True)

    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == []
    assert report["counts"]["handed in"] == 3


def test_workers_go_only_to_stand_ins(live_server: LiveServer) -> None:
    with pytest.raises(CommandError, match="does not say that it is a stand-in"):
        call_command("standin_workers", "mturk", live_server.url)
    with pytest.raises(CommandError, match="Nobody answers"):
        call_command("standin_workers", "mturk", "http://127.0.0.1:9")
