"""``manage.py campaign``: the plan in text, publishing with its total, refusals with a way on."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crowd.models import Campaign, Posting
from experiments.models import Experiment
from tests.crowd.factories import dollars, make_account
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db

TERMS = "title: Rate ten pictures\ndescription: Ten pages.\nreward: '1.00'\nminutes: 6\n"


@pytest.fixture
def soup() -> Experiment:
    experiment = make_experiment(make_study(budget=dollars("100.00")), slug="soup")
    make_account().studies.add(experiment.study)
    return experiment


def said(*words: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("campaign", *words, stdout=out, **options)
    return out.getvalue()


def drafted(tmp_path: Path) -> str:
    path = tmp_path / "terms.yaml"
    path.write_text(TERMS)
    said("draft", "soup", f"--terms={path}", "--goal=12")
    return str(Campaign.objects.get().uuid)[:8]


def test_a_draft_is_planned_in_text_and_as_json(soup: Experiment, tmp_path: Path) -> None:
    name = drafted(tmp_path)

    assert "14.40 USD" in said("plan", name)
    assert json.loads(said("plan", name, "--json"))["total"] == "14.40"
    assert not Posting.objects.exists()


def test_publishing_asks_for_the_total_that_was_seen(soup: Experiment, tmp_path: Path) -> None:
    name = drafted(tmp_path)
    with pytest.raises(CommandError, match=r"--total 14\.40"):
        said("publish", name)
    with pytest.raises(CommandError, match=r"you typed 1\.44"):
        said("publish", name, "--total=1.44")
    assert not Posting.objects.exists()

    assert "is running" in said("publish", name, "--total=14.40")
    assert Posting.objects.get().desired_places == 9


def test_a_campaign_is_steered_to_its_end(soup: Experiment, tmp_path: Path) -> None:
    name = drafted(tmp_path)
    said("publish", name, "--total=14.40")

    assert "To do it, add: --total 3.60" in said("top-up", name, "--completes=3")
    assert "0 of 15" in said("top-up", name, "--completes=3", "--total=3.60")
    for words, status in (
        (("pause", name), "paused"),
        (("resume", name), "running"),
        (("extend", name, "--hours=48"), "running"),
        (("close", name, "--because=Enough."), "closed"),
        (("settle", name), "settled"),
    ):
        said(*words)
        assert Campaign.objects.get().status == status
    assert name in said("list")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("plan",), "needs a campaign"),
        (("plan", "ffff"), "No campaign begins with"),
        (("draft", "stew"), "There is no experiment"),
        (("draft", "soup"), "needs --terms FILE"),
        (("draft", "soup", "--terms=/nowhere.yaml", "--goal=3"), "No such file"),
    ],
)
def test_what_is_missing_is_said(soup: Experiment, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        said(*words)
    assert not Campaign.objects.exists()
