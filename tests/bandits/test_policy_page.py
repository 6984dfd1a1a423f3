"""The console's page on which a policy is judged, let in, sent back and halted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bandits.forms.switch import stages_in
from bandits.models import PolicyState, Switch
from bandits.ramps import DEFAULT_STAGES, Stage
from bandits.switch_pictures import band
from experiments.errors import BadValue
from experiments.models import Experiment, Role, Version
from tests.bandits.switched import make_logged, newest
from tests.console import change_url
from tests.factories import make_experiment, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
BETTER, EQUAL = (0.2, 0.8), (0.5, 0.5)
GREEDY = {"policy": "epsilon_greedy", "parameters": '{"epsilon": 0.1}', "confidence": "0.95"}
ASKED = {**GREEDY, "stages": "10 % for 50 decisions"}


def opened(
    client: Client, rates: tuple[float, float] = BETTER, *, role: str = Role.OWNER, n: int = 600
) -> tuple[Client, Experiment]:
    experiment, user = make_logged(rates, n=n), make_user()
    experiment.study.memberships.create(user=user, role=role)
    client.force_login(user)
    return client, experiment


def page(client: Client, experiment: Experiment) -> str:
    return client.get(reverse("bandits:policy", args=[experiment.slug])).content.decode()


def press(client: Client, experiment: Experiment, name: str, **sent: object) -> tuple[int, str]:
    """The status, and what the page says afterwards."""
    address = reverse("bandits:policy-action", args=[experiment.slug, name])
    answer = client.post(address, sent, follow=True)
    return answer.redirect_chain[0][1] if answer.redirect_chain else answer.status_code, answer.content.decode()


def test_before_anything_is_proposed_the_page_says_what_decides(client: Client) -> None:
    client, experiment = opened(client, n=0)
    text = page(client, experiment)

    assert "<strong>uniform</strong> decides alone" in text
    assert "Propose another policy" in text
    assert "5 % for 1,000 decisions, 25 % for 1,000 decisions" in text
    assert reverse("bandits:policy", args=[experiment.slug]) in client.get(change_url(experiment)).content.decode()


def test_a_refusal_shows_its_numbers_and_changes_nothing(client: Client) -> None:
    client, experiment = opened(client, EQUAL)
    before = (Version.objects.count(), PolicyState.objects.count())
    status, text = press(client, experiment, "propose", **ASKED)

    assert status == 409
    assert "Refused." in text
    assert "That is not above 0, so it stays out." in text
    assert 'value="10 % for 50 decisions"' in text
    assert (Version.objects.count(), PolicyState.objects.count()) == before


def test_a_better_policy_is_judged_let_in_and_rolled_back(client: Client) -> None:
    client, experiment = opened(client)
    status, text = press(client, experiment, "propose", **ASKED)
    assert (status, Switch.objects.get().status) == (302, "proposed")
    assert "Let it in" in text

    _, text = press(client, experiment, "start", number=1)
    assert "decides for <strong>10 %</strong>" in text
    assert "Propose another policy" not in text

    _, text = press(client, experiment, "roll-back", number=1)
    assert Switch.objects.get().status == "rolled back"
    assert "<strong>uniform</strong> decides alone, as version 3 says" in text


def test_a_proposal_is_withdrawn(client: Client) -> None:
    client, experiment = opened(client)
    press(client, experiment, "propose", **ASKED)
    _, text = press(client, experiment, "stop", number=1)

    assert "Withdrawn in the console." in text
    assert press(client, experiment, "start", number=1)[1].count("is stopped") == 1
    assert press(client, experiment, "start", number=9)[1].count("no such switch") == 1


def test_the_kill_switch_and_back(client: Client) -> None:
    client, experiment = opened(client, n=10)
    arm = experiment.arms.order_by("pk")[0].name
    _, text = press(client, experiment, "halt", **{"halt-to": arm, "halt-because": "Complaints."})

    assert f"Everybody gets <strong>{arm}</strong>, since" in text
    assert "Complaints." in text
    assert newest(experiment).halted_to == {"arms": [arm]}
    press(client, experiment, "unhalt")
    assert newest(experiment).halted_to is None
    assert press(client, experiment, "halt", **{"halt-to": "tea"})[1].count("Nothing was halted") == 1


def test_the_experiments_page_says_who_decides_and_how_another_policy_comes_in(client: Client) -> None:
    client, experiment = opened(client)
    press(client, experiment, "propose", **ASKED)
    press(client, experiment, "start", number=1)
    assert "epsilon_greedy is let in: 10 %" in client.get(change_url(experiment)).content.decode()

    arm = experiment.arms.order_by("pk")[0].name
    press(client, experiment, "halt", **{"halt-to": arm})
    Experiment.objects.update(target=777)
    text = client.get(change_url(experiment)).content.decode()
    assert f"halted: everybody gets {arm}" in text
    assert "propose it as a switch" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": "{"}, "This is not JSON"),
        ({"parameters": "[]"}, "Parameters are a JSON object"),
        ({"stages": "fast"}, "“fast” cannot be read"),
        ({"stages": "50 % for 1 hour, 20 % for 1 hour"}, "must grow"),
        ({"parameters": '{"epsilon": 3}'}, "epsilon"),
        ({"policy": "tea"}, "tea"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_place(client: Client, change: dict[str, str], words: str) -> None:
    client, experiment = opened(client, n=120)
    status, text = press(client, experiment, "propose", **{**ASKED, **change})

    assert status == 422
    assert words in text
    assert not Switch.objects.exists()


def test_a_viewer_sees_what_decides_and_no_numbers_and_presses_nothing(client: Client) -> None:
    client, experiment = opened(client)
    press(client, experiment, "propose", **ASKED)
    viewer, experiment = opened(Client(), role=Role.VIEWER)[0], experiment
    user = make_user()
    experiment.study.memberships.create(user=user, role=Role.VIEWER)
    viewer.force_login(user)
    text = page(viewer, experiment)

    assert "decides alone" in text
    assert "would have earned" not in text
    assert "Kill switch" not in text
    assert press(viewer, experiment, "halt")[0] == 403
    assert newest(experiment).halted_to is None


def test_only_owners_are_asked_for_a_reason_to_pass_without_the_numbers(client: Client) -> None:
    client, experiment = opened(client, EQUAL, role=Role.RESEARCHER)
    assert "Owners:" not in page(client, experiment)
    assert press(client, experiment, "propose", **ASKED, because="I say so.")[0] == 409

    owner = make_user()
    experiment.study.memberships.create(user=owner, role=Role.OWNER)
    client.force_login(owner)
    assert "Let in without the numbers for it" in press(client, experiment, "propose", **ASKED, because="I say so.")[1]


def test_strangers_and_what_learns_nothing_get_a_sentence(client: Client) -> None:
    client, experiment = opened(client, n=0)
    fixed = make_experiment(experiment.study, unit_kind="visitor", status="running")
    assert client.get(reverse("bandits:policy", args=[fixed.slug])).status_code == 409
    client.force_login(make_user())
    assert client.get(reverse("bandits:policy", args=[experiment.slug])).status_code == 404
    assert client.get(reverse("bandits:policy-action", args=[experiment.slug, "halt"])).status_code == 405


def test_the_page_costs_what_was_reviewed(client: Client) -> None:
    client, experiment = opened(client)
    press(client, experiment, "propose", **ASKED)
    press(client, experiment, "start", number=1)
    page(client, experiment)
    with CaptureQueriesContext(connection) as queries:
        page(client, experiment)

    assert len(queries) == reviewed("console:policy")


def test_stages_are_read_as_people_write_them() -> None:
    assert stages_in("5% 1,000 decisions; 25 % for 2.5 hours") == (Stage(0.05, 1000), Stage(0.25, None, 2.5))
    assert stages_in("5 % for 1,000 decisions, 25 % for 1,000 decisions") == DEFAULT_STAGES
    assert stages_in("50 % for 10 decisions and 1 hour") == (Stage(0.5, 10, 1.0),)
    assert stages_in(" ") == ()
    with pytest.raises(BadValue, match="cannot be read"):
        stages_in("5 %")


def test_a_band_keeps_its_mark_inside() -> None:
    assert band([(10, 0.1, 0.0, 0.2)], mark=0.0) is None
    drawn = band([(10, 0.1, -1, 1), (20, 0.1, 0.05, 0.2), (30, 0.1, 0.06, 0.15)], mark=0.0)
    assert drawn is not None
    assert drawn.low < 0 < drawn.high
    assert 0 < drawn.mark < 150
