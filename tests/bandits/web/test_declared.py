"""Experiments written in code become rows by one command, which may run at every deployment."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from bandits.models import Decision
from bandits.web import experiment
from experiments.models import Experiment, Version
from experiments.services.lifecycle import pause_experiment
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def sync() -> dict[str, str]:
    out = StringIO()
    call_command("sync_experiments", "--json", stdout=out)
    return {one["slug"]: one["did"] for one in json.loads(out.getvalue())}


def test_it_is_made_started_and_served_and_the_second_time_nothing_changes(visitor: Client) -> None:
    experiment("color", arms={"green": "#0a0", "red": "#a00"}, reward="bought", floor=0.05)

    assert (sync(), sync()) == ({"color": "started"}, {"color": "unchanged"})
    assert visitor.get("/inline/").json()["color"] in ("#0a0", "#a00")
    assert Experiment.objects.get().allocation["floor"] == 0.05  # type: ignore[call-overload, index]  # JSON
    assert Version.objects.count() == 1


def test_a_change_in_the_code_is_published_and_what_was_paused_stays_so() -> None:
    experiment("color", arms=["green", "red"])
    sync()
    experiment("color", arms=["green", "red", "blue"])

    assert sync() == {"color": "published"}
    assert {Client().get("/inline/").json()["color"] for _ in range(40)} == {"green", "red", "blue"}
    pause_experiment(Experiment.objects.get())
    assert sync() == {"color": "left paused"}


def test_before_it_is_in_the_database_its_control_is_served(visitor: Client) -> None:
    experiment("color", arms=["green", "red"], control="red")

    assert visitor.get("/inline/").json() | {"why": ""} == {
        "color": "red",
        "again": "red",
        "why": "",
        "how": "control",
    }
    assert not Decision.objects.exists()


def test_functions_are_arms(visitor: Client) -> None:
    experiment("ranking", arms={"loud": str.upper, "quiet": str.lower})
    sync()

    assert {Client().get("/called/").content for _ in range(20)} == {b"HELLO", b"hello"}


def test_what_cannot_be_run_changes_nothing_and_says_why() -> None:
    experiment("color", arms=["green", "red"])
    experiment("broken", arms=["a", "b"], policy="linucb", dimension="many")

    with pytest.raises(CommandError, match="Nothing was changed"):
        sync()
    assert not Experiment.objects.exists()


def test_somebody_may_own_what_is_new() -> None:
    experiment("color", arms=["green", "red"])
    user = make_user("ann")
    call_command("sync_experiments", owner="ann", verbosity=0)

    assert Experiment.objects.get().study.memberships.get().user == user
    with pytest.raises(CommandError, match="no user “ben”"):
        call_command("sync_experiments", owner="ben")


def test_a_project_that_declares_nothing_hears_how(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_experiments")

    assert "bandits.web.experiment()" in capsys.readouterr().out
