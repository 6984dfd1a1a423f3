"""`manage.py simulate` drives people through real pages of a real server, and its exit status tells the truth."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from bandits.models import Decision, Reward
from experiments.models import Experiment, Measurement, Slot, Status
from experiments.types import Json
from participants.models import Participant, Session
from participants.simulation.browser import Browser, Loss, Network
from participants.simulation.ledger import Ledger
from tests.factories import make_experiment

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rehearsed() -> Experiment:
    return make_experiment(status=Status.REHEARSAL)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    yield Ledger()
    connection.close()


def simulate(experiment: Experiment, live_server: LiveServer, **options: object) -> dict[str, Json]:
    output = io.StringIO()
    defaults = {"participants": 8, "clients": 3, "base_url": live_server.url, "json": True, "into_running": False}
    call_command("simulate", experiment.slug, stdout=output, **{**defaults, **options})
    found: dict[str, Json] = json.loads(output.getvalue())
    return found


def test_everybody_reaches_the_end_and_is_marked(rehearsed: Experiment, live_server: LiveServer) -> None:
    report = simulate(rehearsed, live_server)

    assert report["ok"] is True
    assert report["sessions"] == {"completed": 8}
    assert set(Participant.objects.values_list("platform", flat=True)) == {"simulated"}
    assert Slot.objects.filter(status=Slot.Status.COMPLETED).count() == 8


def test_the_stated_answers_are_given(rehearsed: Experiment, live_server: LiveServer, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        "default: {score: {number: {mean: 20, sd: 0}}}\narms: {vivid: {score: {number: {mean: 80, sd: 0}}}}\n"
    )

    simulate(rehearsed, live_server, answers=str(answers))

    rows = Measurement.objects.values_list("unit__assignment__arm__name", "number").distinct()
    assert set(rows) == {("plain", 20.0), ("vivid", 80.0)}


def test_a_policy_learns_while_they_take_part(live_server: LiveServer, tmp_path: Path) -> None:
    allocation: Json = {"policy": "thompson_bernoulli", "default_reward": 0, "burn_in": 2, "reward_window_seconds": 60}
    experiment = make_experiment(status=Status.REHEARSAL, allocation=allocation)
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        "default: {score: {number: {mean: 5, sd: 0}}}\narms: {vivid: {score: {number: {mean: 95, sd: 0}}}}\n"
    )
    report = simulate(experiment, live_server, answers=str(answers), participants=30, drop_out=0.2)

    assert report["ok"] is True
    assert report["mislearnt"] == []
    assert {cell["planned"] for cell in report["cells"]} == {None}  # type: ignore[index,call-overload,union-attr]  # rows
    completed = Session.objects.filter(status=Session.Status.COMPLETED).count()
    assert Reward.objects.filter(is_default=False, folded_in__gt=0).count() == completed
    assert Decision.objects.filter(is_rehearsal=True).count() == Session.objects.count()
    assert Decision.objects.filter(policy_version__gt=1).exists()


def test_drop_outs_leave_and_difficult_people_harm_nothing(rehearsed: Experiment, live_server: LiveServer) -> None:
    report = simulate(
        rehearsed, live_server, participants=12, drop_out=0.25, impatient=0.5, doubling=0.5, network_loss=0.5
    )

    assert report["ok"] is True, report
    assert Session.objects.filter(status=Session.Status.COMPLETED).count() == 9
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert {"double submits", "pages sent from two tabs", "batches twice and out of order"} <= set(counts)


def test_a_running_experiment_needs_a_word_more(live_server: LiveServer) -> None:
    experiment = make_experiment()

    with pytest.raises(CommandError, match="--into-running"):
        simulate(experiment, live_server)
    assert not Session.objects.exists()


def test_a_wrong_slug_and_a_silent_server_are_said_in_a_sentence(rehearsed: Experiment) -> None:
    with pytest.raises(CommandError, match="There is no experiment “nowhere”"):
        call_command("simulate", "nowhere")
    with pytest.raises(CommandError, match="Nobody answers at"):
        call_command("simulate", rehearsed.slug, base_url="http://127.0.0.1:9")


def test_a_page_that_breaks_is_reported_with_status_1(
    rehearsed: Experiment, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participants.simulation.visit.read_page", _without_nonce)
    output = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("simulate", rehearsed.slug, base_url=live_server.url, participants=1, stdout=output)

    assert ended.value.code == 1
    assert "BROKE" in output.getvalue()
    assert "NOT OK" in output.getvalue()


@pytest.mark.parametrize("loss", list(Loss))
def test_a_request_whose_connection_broke_is_sent_again_and_counts_once(
    rehearsed: Experiment, live_server: LiveServer, ledger: Ledger, loss: Loss
) -> None:
    browser = Browser(Network(live_server.url), ledger)
    url = f"/s/{rehearsed.slug}/"

    response = browser.post(url, {"entry_key": "one", "consent": "1", "decision": "agree"}, loss)
    browser.close()

    assert response.status_code == 303
    assert Session.objects.count() == 1
    assert ledger.counts[f"connections lost {loss.value}"] == 1


def test_nobody_else_can_pass_as_simulated(rehearsed: Experiment, live_server: LiveServer) -> None:
    form = {"entry_key": "one", "consent": "1", "decision": "agree"}

    httpx.post(f"{live_server.url}/s/{rehearsed.slug}/", data=form, headers={"X-Machina-Simulated": "yes"})

    assert Participant.objects.get().platform == "link"


def _without_nonce(html: str) -> object:
    from participants.simulation.forms import read_page

    return read_page(html.replace('name="nonce"', 'name="once"'))
