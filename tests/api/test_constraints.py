"""Constraints over the API: what may be said, what one means, and where a wrong one is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experiments.models import Role
from experiments.types import JsonObject
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

CHECK = "/safety/constraints/check/"
GAP = "abs((PR | [M]) - (PR | [F])) <= 0.15"


def asked(text: str, **more: object) -> JsonObject:
    return {"text": text, **more}  # type: ignore[dict-item]  # JSON, whatever a test sends


def test_a_constraint_is_answered_with_its_tree_and_what_it_needs(api: Program) -> None:
    before = counts()

    answer = api.post(CHECK, asked(GAP, groups=["M", "F"])).json()

    assert answer["in_order"]
    assert answer["problem"] is None
    assert answer["normalised"] == "abs((PR | [M]) - (PR | [F]))-(0.15)"
    assert answer["counts"] == {"nodes": 6, "leaves": 2, "bounds": 4}
    assert [(one["quantity"], one["delta_lower"], one["bound"]) for one in answer["quantities"]] == [
        ("PR | [M]", 0.0125, "betting"),
        ("PR | [F]", 0.0125, "betting"),
    ]
    assert answer["tree"]["children"][0]["operator"] == "abs"
    assert counts() == before


def test_a_wrong_one_is_answered_with_the_column_and_a_way_on(api: Program) -> None:
    answer = api.post(CHECK, asked("(PR | [X]) <= 0.5", groups=["M", "F"]))

    assert answer.status_code == 200
    assert answer.json()["problem"] == {
        "column": 8,
        "end": 8,
        "message": "There is no group 'X'.",
        "hint": "There are M, F. Declare it: groups: {X: {column: …, equals: …}}.",
        "pointed": "(PR | [X]) <= 0.5\n       ^",
    }
    assert answer.json()["tree"] is None


def test_the_tree_comes_as_a_picture_if_one_is_wanted(api: Program) -> None:
    assert api.post(CHECK, asked(GAP, picture=True)).json()["svg"].startswith("<svg")
    assert api.post(CHECK, asked(GAP)).json()["svg"] is None


def test_what_else_must_be_declared_is_said(api: Program) -> None:
    text = "Mean_Squared_Error <= 2"

    undeclared = api.post(CHECK, asked(text, regime="regression")).json()
    declared = api.post(CHECK, asked(text, regime="regression", ranges={"Mean_Squared_Error": [0, 9]})).json()

    assert "none is declared" in undeclared["remarks"][0]
    assert declared["remarks"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(GAP, delta=0), 422),
        (asked(GAP, delta=1.5), 422),
        (asked(GAP, bound="nothing"), 422),
        (asked(GAP, ranges={"PR": [1, 0]}), 422),
        (asked(GAP, regime="nothing"), 422),
        (asked(GAP, mode="nothing"), 422),
        (asked("x" * 5_000), 422),
        (asked(GAP, classes=1), 422),
        (asked(GAP, more=1), 422),
        ({}, 422),
        ([], 422),
    ],
)
def test_what_is_not_the_text_s_fault_is_refused(api: Program, body: object, status: int) -> None:
    answer = api.post(CHECK, body)

    assert answer.status_code == status, answer.json()
    assert answer["Content-Type"] == "application/problem+json"


def test_the_measures_of_a_regime_are_listed(api: Program) -> None:
    answer = api.get("/safety/measures/?regime=multiclass_classification").json()
    found = {one["name"]: one for one in answer["results"]}

    assert found["CM"]["example"] == "CM_[0,1]"
    assert found["PR"]["range"] == [0.0, 1.0]
    assert all(one["meaning"] for one in found.values())
    assert api.get("/safety/measures/?regime=nothing").status_code == 422


def test_every_member_may_ask(member: Callable[[str], Program]) -> None:
    assert member(Role.VIEWER).post(CHECK, asked(GAP)).status_code == 200


def test_it_costs_what_was_reviewed(api: Program) -> None:
    with CaptureQueriesContext(connection) as queries:
        api.post(CHECK, asked(GAP))
    with CaptureQueriesContext(connection) as listed:
        api.get("/safety/measures/")

    assert len(queries) == reviewed("api:check a constraint")
    assert len(listed) == reviewed("api:measures of constraints")
