"""Any method over the API: for everybody signed in, of no study, and nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any, cast

import pytest
from django.core.management import call_command

from analysis.statistics.methods import METHODS
from analysis.toolbox.api.shapes import described
from analysis.toolbox.computing.answering import example_answer
from experiments.models import Role
from tests.analysis.toolbox.tables import doors
from tests.api.conftest import Program, counts
from tests.factories import make_user
from tests.proof import PROOF

TABLE = {"columns": {"score": [1, 2, 3, 4, 5, 6], "arm": ["a", "a", "a", "b", "b", "b"]}}
ROLES = {"roles": {"value": "score", "group": "arm"}}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.RESEARCHER, Role.OWNER])
def test_every_role_may_ask_and_nothing_is_stored(member: Callable[[str], Program], role: str) -> None:
    program = member(role)
    before = counts()
    found = program.post("/methods/welch/", {**TABLE, **ROLES})

    assert found.json()["lines"][0]["estimate"]["value"] == 3
    assert found.json()["sentence"].startswith("“b” against “a”: 3, with 95 % confidence between")
    assert counts() == before


@pytest.mark.django_db
def test_a_user_of_no_study_may_ask_too() -> None:
    from tests.api.conftest import program

    assert program(make_user("guest")).post("/methods/welch/", {**TABLE, **ROLES}).status_code == 200


def test_methods_are_found_by_words_and_described(api: Program) -> None:
    found = api.get("/methods/?search=kappa").json()["results"]
    assert [each["key"] for each in found][:1] == ["cohen-kappa"]
    shown = api.get("/methods/cohen-kappa/").json()
    assert [each["name"] for each in shown["shapes"][0]["columns"]] == ["first", "second"]
    assert api.post("/methods/cohen-kappa/", shown["example"]).status_code == 200
    assert api.get("/methods/power/").json()["why_not"].startswith("It reads no data")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a word for a number": ({"columns": {"value": [1, "x"], "group": ["a", "b"]}}, "columns.value[1]"),
    "true for a number": ({"columns": {"value": [1, True], "group": ["a", "b"]}}, "columns.value[1]"),
    "a list for a number": ({"columns": {"value": [1, [2]], "group": ["a", "b"]}}, "columns.value[1]"),
    "an object for a name": ({"columns": {"value": [1, 2], "group": ["a", {}]}}, "columns.group[1]"),
    "columns of two lengths": ({"columns": {"value": [1, 2], "group": ["a"]}}, ""),
    "a column that is not there": ({**TABLE, "roles": {"value": "colour"}}, ""),
    "a role that there is not": ({**TABLE, "roles": {"colour": "score"}}, ""),
    "a number for a column": ({**TABLE, "roles": {"value": 1}}, ""),
    "no column said": (TABLE, ""),
    "a level above 1": ({**TABLE, **ROLES, "settings": {"level": 5}}, "settings.level"),
    "a level that is next to nothing": ({**TABLE, **ROLES, "settings": {"level": 1e-300}}, "settings.level"),
    "an unknown setting": ({**TABLE, **ROLES, "settings": {"colour": 1}}, "settings.colour"),
    "a list for a setting": ({**TABLE, **ROLES, "settings": {"level": [1]}}, "settings.level"),
    "too many rows": ({"columns": {"value": [1] * 20_001, "group": ["a"] * 20_001}}, ""),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_what_does_not_fit_is_named_by_its_place(api: Program, case: tuple[dict[str, Any], str]) -> None:
    body, path = case
    found = api.post("/methods/welch/", body)

    assert found.status_code == 422, found.content
    assert found.json()["errors"][0]["path"] == path
    assert found.json()["errors"][0]["message"].endswith(".")


def test_all_doors_say_the_same_of_every_example(api: Program) -> None:
    """What a direct call, the command and the API say, to the last digit."""
    for method, _ in doors()[:: 1 if PROOF else 4]:
        direct = json.loads(json.dumps(example_answer(method).as_json()))
        sent = api.post(f"/methods/{method.key}/", described(method)["example"])
        assert sent.status_code == 200, sent.content
        assert sent.json() == direct, method.key


@pytest.mark.parametrize("key", ["welch", "graph", "adaptive-betting"])
def test_the_command_says_what_the_api_says(api: Program, key: str) -> None:
    out = StringIO()
    call_command("statistics", key, "--example", "--json", stdout=out)

    assert json.loads(out.getvalue()) == api.post(f"/methods/{key}/", described(METHODS[key])["example"]).json()


def test_without_an_answer_the_sentence_says_why(api: Program) -> None:
    found = api.post("/methods/welch/", {"columns": {"value": [1], "group": ["a"]}}).json()

    assert found["lines"] == []
    assert found["why_not"] == found["sentence"] == "One group alone has nothing to be compared with."


def test_a_method_that_is_none_or_has_no_door_is_unknown(api: Program) -> None:
    for key, said in (("welsh", "There is no method “welsh”."), ("power", "It reads no data")):
        found = api.post(f"/methods/{key}/", TABLE)
        assert found.status_code == 404
        assert found.json()["detail"].startswith(said)


def test_a_prior_too_narrow_to_be_computed_with_is_a_sentence(api: Program) -> None:
    shown = cast("dict[str, Any]", described(METHODS["bayes-effect"])["example"])
    shown["settings"] = {**shown["settings"], "prior_sd": 1e-300}

    found = api.post("/methods/bayes-effect/", shown)

    assert found.status_code == 200
    assert "too large or too small" in found.json()["why_not"]


def test_no_confidence_is_rounded_to_certainty(api: Program) -> None:
    found = api.post("/methods/welch/", {**TABLE, **ROLES, "settings": {"level": 1e-6}}).json()

    assert "with 99.9999 % confidence" in found["sentence"]
