"""Whatever an experiment lacks and whatever is typed: figures or a sentence, at every door of the plan."""

from __future__ import annotations

import json
from io import StringIO
from math import isfinite

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from experiments.models import Experiment, Role
from experiments.types import Json
from tests.factories import make_experiment, make_study, make_user
from tests.proof import PROOF

pytestmark = pytest.mark.django_db

ODD: dict[str, dict[str, str]] = {
    "an effect of nothing": {"effect": "0"},
    "certainty": {"power": "1"},
    "no error": {"level": "0"},
    "nobody stays": {"drop_out": "1"},
    "clusters of one": {"trials": "1", "icc": "1"},
    "no end": {"effect": "inf", "mean": "-inf"},
    "no number": {"sd": "nan", "budget": "NaN"},
    "a long number": {"effect": "9" * 400},
    "words": {"people": "many"},
    "less money than one person": {"budget": "1", "reward": "5"},
    "no money at all": {"budget": "3", "fixed": "5", "reward": "1"},
    "people for one arm": {"people": "1"},
    "a tiny effect at any time": {"effect": "0.00001", "watch": "anytime"},
    "wildly unsure": {"believed_sd": "1e11"},
    "a mean at its end": {"mean": "100", "effect": "1"},
    "a spread beyond the range": {"sd": "1e11"},
    "everything at once": {"people": "10000000", "trials": "10000", "looks": "50", "watch": "pocock", "batch": "10000"},
}


@pytest.fixture
def experiment(client: Client) -> Experiment:
    user = make_user()
    client.force_login(user)
    return make_experiment(make_study(members={user: Role.ANALYST}), slug="lunch")


def planned(slug: str, typed: dict[str, str]) -> str:
    out = StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in typed.items()]
    try:
        call_command("plan", slug, *options, "--json", stdout=out, stderr=StringIO())
    except CommandError as error:
        return str(error)
    said = json.loads(out.getvalue(), parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert 0 <= said["power"] <= 1
    assert said["values"] >= 2
    return str(said["sentence"])


def on_the_page(client: Client, slug: str, typed: dict[str, str]) -> str:
    answer = client.get(reverse("plan", args=[slug]), typed)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert not [word for word in (" nan ", ">nan<", " inf ", ">inf<", "Traceback") if word in shown]
    return shown


@pytest.mark.parametrize("what", ODD)
def test_whatever_is_typed_is_answered_or_refused_in_a_sentence(
    client: Client, experiment: Experiment, what: str
) -> None:
    said, shown = planned("lunch", ODD[what]), on_the_page(client, "lunch", ODD[what])

    assert said.endswith((".", "%."))
    assert ("No plan." in shown) == (not said.endswith("%."))


BARE: dict[str, dict[str, list[Json]]] = {
    "no measure": {"measures": []},
    "a text": {"measures": [{"name": "said", "kind": "text", "role": "primary"}]},
    "two hundred arms": {
        "factors": [{"name": "offer", "levels": [f"offer {place}" for place in range(200)]}],
        "arms": [],
    },
    "arms that nobody gets": {
        "factors": [],
        "arms": [{"name": "a", "quota": 0}, {"name": "b", "quota": 0}],
    },
}


@pytest.mark.parametrize("what", BARE)
def test_whatever_is_lacking_is_said(client: Client, experiment: Experiment, what: str) -> None:
    make_experiment(experiment.study, slug="bare", status="draft", **BARE[what])
    said = planned("bare", {})

    assert said.endswith(("say which one decides.", "%."))
    assert ("Nothing to plan yet" in on_the_page(client, "bare", {})) == (not said.endswith("%."))


@pytest.mark.parametrize(
    "sums", ["null", "[]", "{}", '{"without": {}, "with": {}}', "no JSON", '{"without": 1}', "[1e999]"]
)
def test_pieces_that_are_none_are_said(client: Client, experiment: Experiment, sums: str) -> None:
    for piece in ("0", "many", "9" * 40) if PROOF else ("many",):
        typed = {"people": "20", "watch": "once", "sums": sums, "piece": piece}
        assert client.get(reverse("plan_simulation", args=["lunch"]), typed).status_code == 200


def test_what_is_archived_can_still_be_planned_again(client: Client, experiment: Experiment) -> None:
    make_experiment(experiment.study, slug="old", status="archived")

    assert planned("old", {"watch": "once"}).endswith("%.")
    assert "The plan" in on_the_page(client, "old", {"watch": "once"})


def test_figures_are_finite(experiment: Experiment) -> None:
    out = StringIO()
    call_command("plan", "lunch", "--json", stdout=out)

    def finite(found: object) -> bool:
        if isinstance(found, dict):
            return all(map(finite, found.values()))
        return all(map(finite, found)) if isinstance(found, list) else not isinstance(found, float) or isfinite(found)

    assert finite(json.loads(out.getvalue()))
