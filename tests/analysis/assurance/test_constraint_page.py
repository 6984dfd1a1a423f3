"""Constraints while they are written: read, drawn and explained; nothing is stored."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from experiments.models import Role
from tests.api.conftest import counts
from tests.factories import make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db

GAP = "abs((PR | [M]) - (PR | [F])) <= 0.15"
TYPED = {"text": GAP, "regime": "binary_classification", "delta": "0.05", "groups": "M, F"}


@pytest.fixture
def viewer(client: Client) -> Client:
    user = make_user("viewer")
    make_study(members={user: Role.VIEWER})
    client.force_login(user)
    return client


def asked(client: Client, name: str, **typed: str) -> str:
    answer = client.post(reverse(f"assurance:{name}"), {**TYPED, **typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_begins_with_an_example_that_is_in_order(viewer: Client) -> None:
    page = viewer.get(reverse("assurance:constraints")).content.decode()

    assert "In order." in page
    assert 'class="c-tree"' in page
    assert 'data-insert="PR"' in page


def test_what_is_typed_is_answered_with_its_tree_and_what_it_spends(viewer: Client) -> None:
    before = counts()

    answer = asked(viewer, "check_constraint")

    assert "absolute value" in answer
    assert "lower \u03b4 0.0125" in answer
    assert "hx-swap-oob" not in answer
    assert counts() == before


def test_a_mistake_is_marked_where_it_is(viewer: Client) -> None:
    answer = asked(viewer, "check_constraint", text="(PR | [X]) < 0.5 & <script>")

    assert "(PR | [X]) <mark>&lt;</mark> 0.5 &amp; &lt;script&gt;" in answer
    assert "Column 12." in answer
    assert "write <code>&lt;=</code>" in answer


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ({"text": "(PR | [X]) <= 0.5"}, "There is no group &#x27;X&#x27;. There are M, F."),
        ({"text": "(PR | [OLD]) <= 0.5", "groups": "M: sex = Male\nOLD: age > 60"}, "In order."),
        ({"text": "(PR | [X]) <= 0.5", "groups": ""}, "In order."),
        ({"text": ""}, "Nothing is written yet."),
        ({"delta": "2"}, "delta is 2.0"),
        ({"delta": "a"}, "Delta: Enter a number."),
        ({"regime": "nothing"}, "What is predicted: Select a valid choice."),
        ({"text": "Mean_Squared_Error <= 2", "regime": "regression"}, "none is declared"),
        ({"text": "PR_[3] <= 0.5", "regime": "multiclass_classification", "classes": "3"}, "There is no class 3"),
        ({"text": "PR <= 1.5"}, "holds whatever the model does"),
    ],
)
def test_everything_that_can_be_said_is_said(viewer: Client, typed: dict[str, str], part: str) -> None:
    assert part in asked(viewer, "check_constraint", **typed)


def test_a_declared_range_is_the_measure_s_that_has_none_of_its_own(viewer: Client) -> None:
    typed = {"text": "Mean_Squared_Error <= 2", "regime": "regression", "low": "0", "high": "9"}

    assert "needs a range" not in asked(viewer, "check_constraint", **typed)
    assert "range of Mean_Squared_Error is 9 to 0" in asked(
        viewer, "check_constraint", **{**typed, "low": "9", "high": "0"}
    )


def test_the_measures_of_another_regime_come_with_the_answer(viewer: Client) -> None:
    answer = viewer.post(reverse("assurance:check_constraint") + "?words", {**TYPED, "regime": "regression"})

    assert b'data-insert="Mean_Squared_Error"' in answer.content
    assert b"hx-swap-oob" in answer.content


def test_below_another_form_s_field_it_is_said_in_short(viewer: Client) -> None:
    answer = asked(viewer, "beside_constraint")

    assert "In order." in answer
    assert "<details" in answer


def test_the_tree_is_a_file(viewer: Client) -> None:
    url = reverse("assurance:draw_constraint")

    drawn = viewer.post(url, TYPED)
    refused = viewer.post(url, {**TYPED, "text": "PR <"})

    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<svg")
    assert refused.status_code == 422


@pytest.mark.parametrize("name", ["check_constraint", "beside_constraint", "draw_constraint"])
def test_only_the_staff_may_ask(client: Client, name: str) -> None:
    assert client.post(reverse(f"assurance:{name}"), TYPED).status_code == 302
    assert client.get(reverse("assurance:constraints")).status_code == 302


def test_it_costs_what_was_reviewed(viewer: Client) -> None:
    viewer.get(reverse("assurance:constraints"))
    with CaptureQueriesContext(connection) as page:
        viewer.get(reverse("assurance:constraints"))
    with CaptureQueriesContext(connection) as answer:
        asked(viewer, "check_constraint")

    assert len(page) == reviewed("write a constraint")
    assert len(answer) == reviewed("write a constraint, read")
