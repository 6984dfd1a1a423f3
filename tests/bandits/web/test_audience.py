"""Targeting in an app: rules look at what the project knows of the request, and say why."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django.fixtures import Settings

from bandits.models import Decision
from experiments.models import Assignment
from experiments.types import Json
from tests.bandits.web.conftest import make_trial

pytestmark = pytest.mark.django_db

GERMANS: Json = {"where": {"country": {"$in": ["DE", "AT"]}}}


@pytest.fixture(autouse=True)
def known(settings: Settings) -> None:
    settings.BANDITS = {"CONTEXT": "tests.bandits.web.people.known_about"}


@pytest.mark.parametrize("policy", ["thompson_bernoulli", "hash", "simple"])
def test_those_inside_take_part_and_the_others_get_the_control_and_no_cookie(policy: str) -> None:
    make_trial(allocation={"policy": policy, "audience": GERMANS})
    inside = Client(headers={"x-country": "DE"}).get("/inline/")
    outside = Client(headers={"x-country": "US"}).get("/inline/")

    assert inside.json()["how"] == "new"
    assert (outside.json()["how"], outside.json()["color"]) == ("control", "green")
    assert outside.json()["why"] == "Not in the audience: country is one of DE, AT: no, it is US."
    assert not outside.cookies
    assert Decision.objects.count() + Assignment.objects.count() == 1


def explained(*arguments: str) -> tuple[dict[str, Json], bool]:
    out = StringIO()
    try:
        call_command("explain_arm", *arguments, "--json", stdout=out)
    except SystemExit as ended:
        return json.loads(out.getvalue()), ended.code == 0
    return json.loads(out.getvalue()), True


def test_a_command_says_who_is_let_in_and_why_and_records_nothing() -> None:
    make_trial(allocation={"policy": "thompson_bernoulli", "audience": GERMANS})
    inside, is_in = explained("color", "--context", '{"country": "DE"}')
    outside, is_also_in = explained("color", "--context", '{"country": "US"}')

    assert (is_in, is_also_in) == (True, False)
    assert inside["steps"] == [{"holds": True, "sentence": "country is one of DE, AT: yes, it is DE"}]
    assert inside["chances"] == {"green": 0.5, "red": 0.5}
    assert outside["inside"] is False
    assert not Decision.objects.exists()


def test_for_a_hash_it_names_the_arm_that_a_key_will_get() -> None:
    make_trial(allocation={"policy": "hash", "method": "growthbook_v2", "key": "exp-a"})
    out = StringIO()
    call_command("explain_arm", "color", "--key", "u3", stdout=out)

    assert out.getvalue().strip().endswith("= red")


def test_what_cannot_be_explained_is_said() -> None:
    make_trial(status="paused")
    with pytest.raises(CommandError, match="paused"):
        call_command("explain_arm", "color")
    with pytest.raises(CommandError, match="no experiment"):
        call_command("explain_arm", "colr")
    with pytest.raises(CommandError, match="no JSON"):
        call_command("explain_arm", "color", context="{")
