"""The monitor of an experiment that learns: its own figures, for everybody who may see them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bandits.panel_reads import panel_of
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from bandits.services.summaries import summarise
from experiments.models import Experiment, Role
from experiments.types import Json
from machina_site.monitor.learning import learning_page
from machina_site.monitor.learning_charts import allocation_chart, painted
from tests.factories import make_experiment, make_session, make_user
from tests.learners import make_learner
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


def live(experiment: Experiment, n: int = 30, *, now: datetime | None = None) -> None:
    now = now or timezone.now() - timedelta(minutes=2)
    made = decide_many(experiment, [Asked(context={"device": "phone"})] * n, now=now)
    sent = [Sent(one.uuid, one.arm.name == "vivid") for one, _ in made]
    reward_many(experiment, sent, now=now + timedelta(seconds=3))
    fold(experiment, now=now + timedelta(seconds=4))
    summarise(experiment, now=now + timedelta(seconds=5))


def page(client: Client, experiment: Experiment, name: str = "monitor", **query: str) -> tuple[int, str, str]:
    """Status, words and source."""
    answer = client.get(reverse(name, args=[experiment.slug]), query)
    source = answer.content.decode()
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", source).split()), source


def test_it_shows_arms_not_places(admin: Client) -> None:
    learner = make_learner()
    live(learner)

    status, words, source = page(admin, learner)

    assert status == 200
    assert "What is known of the arms" in words
    assert "Arms against the plan" not in words
    assert "In front vivid best with probability" in words
    assert "Decisions 30" in words
    assert re.findall(r'(?:width|height|x|y)="\d+,\d+"', source) == []


def test_before_the_first_decision_it_says_how_to_ask(admin: Client) -> None:
    learner = make_learner()

    words = page(admin, learner)[1]

    assert "No decision yet" in words
    assert f"/api/v1/experiments/{learner.slug}/decisions/" in words


@pytest.mark.parametrize("status", ["paused", "completed", "rehearsal"])
def test_whatever_its_status_an_empty_panel_says_what_to_do(admin: Client, status: str) -> None:
    assert "No decision yet" in page(admin, make_learner(status=status), rehearsal="0")[1]


def test_decisions_that_nobody_added_up_are_told_of(admin: Client) -> None:
    learner = make_learner()
    decide_many(learner, [Asked()] * 7, now=timezone.now() - timedelta(minutes=5))

    words = page(admin, learner)[1]

    assert "7 decisions are not in these figures, which nobody has added up yet" in words
    assert "Is the worker running?" in words


def test_new_sums_bring_new_figures_and_nothing_new_costs_next_to_nothing(admin: Client) -> None:
    learner = make_learner()
    live(learner)
    mark = str(admin.get(reverse("monitor", args=[learner.slug])).context["mark"])
    with CaptureQueriesContext(connection) as queries:
        assert page(admin, learner, "monitor_live", after=mark)[0] == 204
    assert len(queries) == reviewed("learning monitor, nothing new")

    live(learner, 5, now=timezone.now() - timedelta(minutes=1))

    status, words, _ = page(admin, learner, "monitor_live", after=mark)
    assert status == 200
    assert "Decisions 35" in words


def test_it_costs_what_was_reviewed(admin: Client) -> None:
    learner = make_learner()
    found = []
    for n in (10, 400):
        live(learner, n)
        page(admin, learner)
        with CaptureQueriesContext(connection) as queries:
            page(admin, learner)
        found.append(len(queries))

    assert found == [reviewed("learning monitor")] * 2


def test_contexts_are_data_for_those_who_may_download(client: Client) -> None:
    learner = make_learner()
    live(learner)
    for role, may_see in ((Role.VIEWER, False), (Role.ANALYST, True)):
        user = make_user()
        learner.study.memberships.create(user=user, role=role)
        client.force_login(user)

        words = page(client, learner)[1]

        assert ("By context" in words) is may_see
        assert ("phone" in words) is may_see
        assert "What is known of the arms" in words


def test_rehearsal_and_real_are_never_mixed(admin: Client) -> None:
    learner = make_learner(status="rehearsal")
    live(learner)

    assert "Decisions 30" in page(admin, learner)[1]
    assert "No decision yet" in page(admin, learner, rehearsal="0")[1]


def test_a_policy_that_looks_at_units_has_a_panel_too(admin: Client) -> None:
    learner = make_learner(policy="linear_thompson", dimension=1, floor=0.1)
    now = timezone.now() - timedelta(minutes=2)
    context: dict[str, Json] = {"features": [1.0], "device": "<b>phone</b>"}
    made = decide_many(learner, [Asked(context=context)] * 20, now=now)
    reward_many(learner, [Sent(one.uuid, 1) for one, _ in made], now=now)
    fold(learner, now=now)
    summarise(learner, now=now)

    status, words, source = page(admin, learner)

    assert status == 200
    assert "The policy looks at each unit" in words
    assert "<b>phone" not in source


def test_people_who_get_their_arms_from_what_was_learnt_are_seen_on_their_way_too(admin: Client) -> None:
    experiment = make_experiment(
        allocation={"policy": "thompson_bernoulli", "reward_window_seconds": 3600, "default_reward": 0}
    )
    make_session(experiment, pages=None)
    make_session(experiment, pages=1)
    fold(experiment, now=timezone.now())
    summarise(experiment, now=timezone.now())

    status, words, _ = page(admin, experiment)

    assert status == 200
    assert "Decisions 2" in words
    assert "How far people get" in words
    assert "Sample-ratio alarm" not in words


def test_every_period_has_its_place_and_shares_that_fill_it() -> None:
    learner = make_learner()
    start = timezone.now() - timedelta(hours=3)
    for minutes in (0, 5, 90):
        live(learner, 20, now=start + timedelta(minutes=minutes))
    panel = panel_of(learner, is_rehearsal=False, now=timezone.now())
    assert panel is not None

    chart = allocation_chart(panel)

    assert chart is not None
    assert len(chart.columns) == len(panel.periods) == 3
    for column in chart.columns:
        assert sum(piece.height for piece in column.pieces) == pytest.approx(100, abs=0.1)
        assert 0 <= column.x <= column.x + column.width <= 1000
    assert chart.columns[2].x - chart.columns[1].x > 5 * (chart.columns[1].x - chart.columns[0].x)
    assert learning_page(panel, now=timezone.now()).rewards[0].n == 60


def test_a_short_history_ends_now_and_shows_no_time_to_come() -> None:
    learner = make_learner()
    start = timezone.now().replace(second=5, microsecond=0) - timedelta(minutes=1)
    live(learner, 20, now=start)
    panel = panel_of(learner, is_rehearsal=False, now=timezone.now())
    assert panel is not None

    chart = allocation_chart(panel)

    assert chart is not None
    assert chart.columns[-1].x + chart.columns[-1].width == pytest.approx(1000, abs=10)


def test_chances_that_were_always_the_same_are_told_as_one(admin: Client) -> None:
    learner = make_learner(policy="uniform")
    live(learner, 20, now=timezone.now())

    words = page(admin, learner)[1]

    assert words.count("always chosen with 50.0 %") >= 2
    assert "chosen with chances from" not in words


def test_long_context_keys_are_cut_and_told_in_full_as_titles(admin: Client) -> None:
    learner, key = make_learner(), "which-page-" * 8
    decide_many(learner, [Asked(context={key: "x" * 60})] * 3, now=timezone.now())
    summarise(learner, now=timezone.now())

    source = page(admin, learner)[2]

    assert f'title="{key}"' in source
    assert f">{key}<" not in source
    assert 'class="is-value"' in source


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (["plain", "vivid"], [0, 1]),
        (["grey", "green", "orange"], [8, 2, 1]),
        (["Green button", "buy", "light green"], [2, 0, 1]),
        (["red or blue", "redder"], [0, 1]),
        ([f"arm {n}" for n in range(10)], [*range(8), 0, 1]),
    ],
)
def test_an_arm_that_is_called_by_a_colour_is_drawn_in_it(names: list[str], places: list[int]) -> None:
    assert list(painted(names).values()) == places
