"""The command, the page: what they say, and to whom."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from experiments.models import Experiment, Role
from tests.analysis.results.conftest import measured
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("analyze", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_counts_first_and_answers_in_words(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})

    text = said("soup")

    assert "48 units" in text
    assert "“vivid” is better" in text
    assert "PRIMARY" in text


def test_the_command_answers_programs_in_json(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1], "vivid": [3]})

    document = json.loads(said("soup", "--json"))

    assert document["tally"]["units"] == 2
    assert document["answers"][0]["question"]


def test_the_command_says_which_experiment_is_not_there() -> None:
    with pytest.raises(CommandError, match="no experiment “nowhere”"):
        said("nowhere")


def test_another_plan_can_be_asked_without_registering_it(experiment: Experiment, tmp_path: Path) -> None:
    measured(experiment, "score", {"plain": [1, 5], "vivid": [3, 4]})
    document = json.loads(said("soup", "--json"))["plan"]["document"]
    document["questions"] = document["questions"][:1]
    document["families"] = [each for each in document["families"] if each["name"] == "primary"]
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(document))

    assert len(json.loads(said("soup", "--json", "--plan", str(plan)))["answers"]) == 1


def test_a_plan_that_cannot_be_says_where(experiment: Experiment, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("questions: 7\n")

    with pytest.raises(CommandError, match=r"plan\.yaml: .* missing"):
        said("soup", "--plan", str(plan))


def test_the_page_shows_answers_to_who_may_download(experiment: Experiment, client: Client) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    analyst, viewer = make_user("ana"), make_user("vic")
    experiment.study.memberships.create(user=analyst, role=Role.ANALYST)
    experiment.study.memberships.create(user=viewer, role=Role.VIEWER)

    client.force_login(viewer)
    assert client.get("/console/experiments/soup/results/").status_code == 403
    client.force_login(make_user("foreign"))
    assert client.get("/console/experiments/soup/results/").status_code == 404
    client.force_login(analyst)
    page = client.get("/console/experiments/soup/results/")

    assert page.status_code == 200
    assert "“vivid” is better" in page.content.decode()
