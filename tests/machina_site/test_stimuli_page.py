"""The console's page of blocks that choose their stimuli, the route, the download and the replay say the same."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.exports.options import Options
from analysis.exports.tables import table_named
from experiments.models import Experiment, Role
from experiments.types import Json
from participants.flow.observer import Observer
from participants.models import Choice, Session
from tests.factories import answer, make_user
from tests.participants.test_choosing_stimuli import look, study
from tests.query_counts import reviewed
from tests.studies import NOON, enter_session, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    made = running(**study(look()))
    session = enter_session(made, now=NOON)
    for side in ("left", "right", "left"):
        session = answer(session, now=NOON, side=side)
    return made


def page(client: Client, experiment: Experiment, role: Role, **query: str) -> tuple[int, str]:
    user = make_user()
    experiment.study.memberships.create(user=user, role=role)
    client.force_login(user)
    response = client.get(reverse("stimuli", args=[experiment.slug]), query)
    return response.status_code, response.content.decode()


def test_it_shows_a_participants_curve_with_its_interval(client: Client, experiment: Experiment) -> None:
    session = str(Session.objects.get().uuid)
    status, html = page(client, experiment, Role.OWNER, session=session)

    assert status == 200
    assert "After 4 trials" in html
    assert html.count('class="r-chart"') == 3  # how often, the curve, its course
    assert "nan" not in html.lower().replace("manage", "")


def test_it_costs_what_was_reviewed_however_many_came(client: Client, experiment: Experiment) -> None:
    for _ in range(3):
        answer(enter_session(experiment, now=NOON), now=NOON, side="left")
    page(client, experiment, Role.OWNER)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("stimuli", args=[experiment.slug]))

    assert len(queries) <= reviewed("page of chosen stimuli")


def test_who_may_not_see_single_participants_does_not(client: Client, experiment: Experiment) -> None:
    assert page(client, experiment, Role.VIEWER)[0] == 403


def test_a_session_of_elsewhere_is_not_found(client: Client, experiment: Experiment) -> None:
    other = enter_session(running(**study(look())), now=NOON)

    assert page(client, experiment, Role.OWNER, session=str(other.uuid))[0] == 404


def test_an_experiment_without_such_blocks_says_so(client: Client) -> None:
    assert "No block chooses its stimuli" in page(client, running(), Role.OWNER)[1]


def test_the_download_has_a_row_for_each_trial_with_mean_and_sd(experiment: Experiment) -> None:
    table = table_named("choices")
    names = [column.name for column in table.columns(experiment)]
    rows: list[dict[str, object]] = [
        dict(zip(names, row, strict=True)) for row in table.rows(experiment, Options(with_rehearsal=False))
    ]

    stored = Choice.objects.order_by("pk").values_list("case", "chance", "outcome")
    assert [(row["case"], row["chance"], row["outcome"]) for row in rows] == list(stored)
    assert rows[0]["threshold.sd"] is not None
    assert rows[-1]["threshold.sd"] is None


def test_the_record_is_drawn_again_and_a_changed_one_is_found(
    experiment: Experiment, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("replay_choices", experiment.slug, json=True)
    assert json.loads(capsys.readouterr().out) == {"choices": 4, "differing": []}

    Choice.objects.filter(number=1).update(outcome=1 - (Choice.objects.get(number=1).outcome or 0))
    with pytest.raises(SystemExit):
        call_command("replay_choices", experiment.slug)


def test_a_simulated_observer_has_one_threshold_for_all_pages() -> None:
    observer = Observer("contrast", threshold=0.1, spread=0.5, slope=3, guess=0.5, lapse=0.02)
    at: dict[str, Json] = {"contrast": observer.threshold_of(7)}

    assert observer.chance(at, 7) == pytest.approx(0.5 + 0.48 * (1 - 2.718281828**-1))
    assert observer.chance({"contrast": 0.0}, 7) == 0.5
    assert observer.threshold_of(7) != observer.threshold_of(8)
