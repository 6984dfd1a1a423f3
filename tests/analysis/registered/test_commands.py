"""The commands on plans and trust teach, check, write, and end with 1 where something is wrong."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analysis.registered.models import Amendment, AnalysisPlan
from analysis.registered.reads import registered
from experiments.models import Experiment, Role, Status
from tests.analysis.results.conftest import assigned
from tests.factories import make_experiment, make_study, make_user

pytestmark = pytest.mark.django_db


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def draft() -> Experiment:
    """Not started."""
    return make_experiment(slug="soup", status=Status.DRAFT)


def test_what_it_prints_can_be_edited_and_given_back(draft: Experiment, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(said("analysis_plan", "soup").replace("note: ''", "note: Vivid is better."))

    assert "Nothing is wrong" in said("analysis_plan", "soup", "--check", str(file))
    assert not AnalysisPlan.objects.exists()
    said("analysis_plan", "soup", "--write", str(file))

    assert registered(draft).planned.note == "Vivid is better."
    assert json.loads(said("analysis_plan", "soup", "--json"))["is_own"]


def test_what_is_wrong_is_said_with_its_line(draft: Experiment, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(said("analysis_plan", "soup").replace("measure: score", "measure: scor"))
    out = StringIO()

    with pytest.raises(CommandError, match="1 thing to mend"):
        call_command("analysis_plan", "soup", "--check", str(file), stdout=out)

    assert "plan.yaml:4" in out.getvalue() or "questions[0].measure" in out.getvalue()
    assert "Did you mean “score”?" in out.getvalue()


def test_after_the_start_a_reason_is_needed(tmp_path: Path) -> None:
    make_experiment(slug="soup")
    file = tmp_path / "plan.json"
    plan = json.loads(said("analysis_plan", "soup", "--json"))["document"]
    file.write_text(json.dumps({**plan, "note": "Later."}))

    with pytest.raises(CommandError, match="needs a reason"):
        said("analysis_plan", "soup", "--write", str(file))
    assert "Amendment 1" in said("analysis_plan", "soup", "--write", str(file), "--because", "A referee asked.")

    assert Amendment.objects.get().reason == "A referee asked."
    assert "Later." in said("analysis_plan", "soup")
    assert "Later." not in said("analysis_plan", "soup", "--planned")


@pytest.mark.parametrize("arguments", [["nowhere"], ["soup", "--check", "/nowhere/plan.yaml"]])
def test_what_is_missing_is_said(draft: Experiment, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"no experiment|No such file"):
        said("analysis_plan", *arguments)


def test_trust_ends_with_1_on_an_alarm_and_names_the_slice() -> None:
    experiment = make_experiment(slug="soup")
    assert "too" in said("trust", "soup") or "Nobody" in said("trust", "soup")
    assigned(experiment, *["plain", "vivid"] * 30, browser="new")
    assigned(experiment, *["plain"] * 60, browser="old")
    out = StringIO()

    with pytest.raises(CommandError, match="Do not believe"):
        call_command("trust", "soup", stdout=out)

    assert "It sits in browser “old”" in out.getvalue()


def test_lists_in_the_console_show_ones_own_studies_only() -> None:
    amara: User = make_user("amara")
    make_experiment(make_study(members={amara: Role.OWNER}), slug="soup", title="Soup of mine")
    make_experiment(slug="stew", title="Somebody's stew")
    client = Client()
    client.force_login(amara)

    html = client.get(reverse("admin:registered_analysisplan_changelist")).content.decode()

    assert "Soup of mine" in html
    assert "stew" not in html
    assert client.get(reverse("admin:registered_report_changelist")).status_code == 200
