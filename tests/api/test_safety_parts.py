"""What a training under constraints may be made of, asked over the API and on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.safety.parts import SECTIONS, parts
from experiments.models import Role
from tests.api.conftest import Program
from tests.query_counts import reviewed


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("safety_parts", *arguments, stdout=out)
    return out.getvalue()


def test_every_part_says_what_it_is_and_shows_an_example_of_its_own_name() -> None:
    for part in parts():
        assert part.title, part.name
        assert part.example["type"] == part.name
        assert all(parameter.meaning for parameter in part.parameters.values()), part.name
    assert {part.section for part in parts()} == set(SECTIONS)


@pytest.mark.django_db
def test_one_is_found_by_section_and_name(api: Program) -> None:
    answer = api.get("/safety/parts/?section=model&name=tree").json()

    assert [part["name"] for part in answer["results"]] == ["tree"]
    assert answer["results"][0]["parameters"]["depth"]["default"] == 3


@pytest.mark.django_db
def test_a_word_that_is_none_is_answered_by_the_nearest(api: Program, member: Callable[[str], Program]) -> None:
    assert "Did you mean “model”?" in api.get("/safety/parts/?section=modell").json()["detail"]
    assert member(Role.VIEWER).get("/safety/parts/?section=model&name=tree").status_code == 200


@pytest.mark.django_db
def test_it_costs_what_was_reviewed(api: Program) -> None:
    with CaptureQueriesContext(connection) as queries:
        api.get("/safety/parts/")

    assert len(queries) == reviewed("api:parts of trainings under constraints")


def test_the_command_lists_sections_and_teaches_one_type() -> None:
    assert "tree " in said("model")
    assert "depth: a whole number from 1 to 12. Default: 3." in said("model", "tree")
    assert [part["name"] for part in json.loads(said("bound", "betting", "--json"))] == ["betting"]
    with pytest.raises(CommandError, match="Did you mean “tree”"):
        said("model", "tre")
