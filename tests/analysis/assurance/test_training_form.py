"""The form of a training: a document while it is filled in, and what its data could show."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from experiments.models import Role
from tests.api.conftest import counts
from tests.factories import make_study, make_user

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "Fair",
    "source": "made_up",
    "label": "label",
    "regime": "binary_classification",
    "groups": "A: group = A\nB: group = B",
    "duplicates": "refuse",
    "missing": "refuse",
    "model": "logistic",
    "optimiser": "sqp",
    "fraction": "0.6",
    "reuse": "count",
    "seed": "18",
    "constraint-TOTAL_FORMS": "2",
    "constraint-INITIAL_FORMS": "1",
    "constraint-0-text": "abs((PR | [A]) - (PR | [B])) <= 0.5",
    "constraint-0-delta": "0.05",
    "constraint-0-bound": "auto",
    "constraint-1-text": "",
    "constraint-1-delta": "0.05",
    "constraint-1-bound": "auto",
}


@pytest.fixture
def researcher(client: Client) -> Client:
    user = make_user("researcher")
    make_study(slug="kitchen", members={user: Role.RESEARCHER})
    client.force_login(user)
    return client


def answered(client: Client, **typed: str) -> str:
    answer = client.post(reverse("assurance:check"), {"study": "kitchen", **TYPED, **typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_rows_that_are_left_empty_are_no_constraints(researcher: Client) -> None:
    answer = answered(researcher)

    assert "sound" in answer
    assert answer.count("text: abs(") == 1


def test_it_is_foretold_what_the_safety_set_would_say_and_nothing_is_counted(researcher: Client) -> None:
    before = counts()

    answer = answered(researcher, rehearse="1")

    assert "they could" in answer
    assert "PR | [A]" in answer
    assert "would be bounded by" in answer
    assert 'class="c-tree"' in answer
    assert counts() == before


def test_what_is_not_complete_is_not_rehearsed(researcher: Client) -> None:
    assert "not complete yet" in answered(researcher, rehearse="1", title="")
