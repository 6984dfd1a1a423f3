"""Every list and page of the console costs what was reviewed, with ten sessions and with a hundred thousand."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from experiments.models import Experiment
from participants.models import Session
from tests.console import change_url
from tests.factories import fill_with_sessions, make_experiment, make_session, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
LISTS = (
    "admin:experiments_study_changelist",
    "admin:experiments_experiment_changelist",
    "admin:experiments_step_changelist",
    "admin:experiments_version_changelist",
    "admin:experiments_unit_changelist",
    "admin:experiments_assignment_changelist",
    "admin:experiments_slot_changelist",
    "admin:bandits_decision_changelist",
    "admin:bandits_reward_changelist",
    "admin:bandits_policystate_changelist",
    "admin:bandits_switch_changelist",
    "admin:bandits_purse_changelist",
    "admin:experiments_measurement_changelist",
    "admin:experiments_event_changelist",
    "admin:experiments_apitoken_changelist",
    "admin:participants_session_changelist",
    "admin:participants_participant_changelist",
    "admin:participants_trial_changelist",
    "admin:runs_batch_changelist",
    "admin:runs_run_changelist",
    "admin:runs_notice_changelist",
    "admin:crowd_campaign_changelist",
    "admin:crowd_posting_changelist",
    "admin:crowd_payment_changelist",
    "admin:crowd_budgetentry_changelist",
    "admin:index",
    "home",
)
SECONDS = 3.0  # on a busy machine; the reviewed figures are in docs/console.md


def pages(experiment: Experiment) -> Iterator[tuple[str, str]]:
    """(name in the file of reviewed numbers, address)."""
    yield from ((name, reverse(name)) for name in LISTS)
    yield "monitor", reverse("monitor", args=[experiment.slug])
    yield "monitor, new figures", reverse("monitor_live", args=[experiment.slug])
    yield "experiment page", change_url(experiment)
    yield "study page", change_url(experiment.study)
    yield "try policies", reverse("try_policies", args=[experiment.slug])
    yield "walk through", reverse("walk_through", args=[experiment.pk])
    yield "plan", reverse("plan", args=[experiment.slug])


def measured(client: Client, experiment: Experiment) -> dict[str, tuple[int, float]]:
    """Queries and seconds of each page, the second time it is asked for."""
    found = {}
    for name, url in pages(experiment):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            started = time.monotonic()
            assert client.get(url).status_code == 200, name
        found[name] = (len(queries), time.monotonic() - started)
    return found


def too_many(found: dict[str, tuple[int, float]]) -> dict[str, tuple[int, int]]:
    """Pages that cost other than what was reviewed: (now, reviewed)."""
    return {name: (n, reviewed(name)) for name, (n, _) in found.items() if n != reviewed(name)}


@pytest.fixture
def experiment() -> Experiment:
    return make_experiment()


@pytest.fixture
def owner(client: Client, experiment: Experiment) -> Client:
    user = make_user()
    experiment.study.memberships.create(user=user, role="owner")
    client.force_login(user)
    return client


def test_each_page_costs_what_was_reviewed(owner: Client, experiment: Experiment) -> None:
    for answered in (0, 1, None):
        make_session(experiment, pages=answered)

    assert too_many(measured(owner, experiment)) == {}


@pytest.mark.slow
def test_with_a_hundred_thousand_sessions_each_page_costs_the_same(owner: Client, experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    fill_with_sessions(experiment, 100_000, trials=2)
    assert Session.objects.count() > 100_000

    found = measured(owner, experiment)

    assert too_many(found) == {}
    assert "10,000 or more" in owner.get(reverse("admin:participants_session_changelist")).content.decode()
    assert {name: seconds for name, (_, seconds) in found.items() if seconds > SECONDS} == {}


def test_an_unchanged_monitor_costs_next_to_nothing(owner: Client, experiment: Experiment) -> None:
    make_session(experiment, pages=None)
    url = reverse("monitor_live", args=[experiment.slug])
    mark = owner.get(url).context["mark"]

    with CaptureQueriesContext(connection) as queries:
        assert owner.get(url, {"after": mark}).status_code == 204

    assert len(queries) == reviewed("monitor, nothing new")
