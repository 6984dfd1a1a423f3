"""A better policy is ordered by hand: from an experiment's decisions to a document, a batch and a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from analysis.runs.models import Batch
from experiments.models import Role, Study
from experiments.types import JsonObject
from tests.analysis.assurance.trainings import carried_out
from tests.bandits.test_evaluation import LATER, log_of
from tests.factories import make_study, make_user
from tests.learners import make_learner

pytestmark = pytest.mark.django_db
TYPED = {
    "study": "kitchen",
    "title": "Better offer",
    "experiment": "offer",
    "features": "page = menu",
    "groups": "MENU: page = menu\nHOME: page = home",
    "split": "ordered",
    "fraction": "0.6",
    "reuse": "count",
    "caution": "1",
    "overall_delta": "0.05",
    "seed": "18",
    "constraint-TOTAL_FORMS": "2",
    "constraint-INITIAL_FORMS": "0",
    "constraint-0-text": "(J_gain_IS | [MENU]) >= 0",
    "constraint-0-delta": "0.05",
    "constraint-0-bound": "auto",
    "constraint-1-text": "(J_gain_IS | [HOME]) >= 0",
    "constraint-1-delta": "0.05",
    "constraint-1-bound": "auto",
}


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """All windows for rewards have closed."""
    with patch("django.utils.timezone.now", return_value=LATER):
        yield


@pytest.fixture
def study() -> Study:
    user = make_user("researcher")
    study = make_study(slug="kitchen", members={user: Role.RESEARCHER})
    log_of(make_learner(study, slug="offer", policy="uniform"), rounds=3, each=200, rates={"plain": 0.1, "vivid": 0.9})
    return study


@pytest.fixture
def researcher(client: Client, study: Study) -> Client:
    client.force_login(study.memberships.get().user)
    return client


def test_what_is_typed_becomes_a_training_that_passes_and_can_be_acted_by(researcher: Client) -> None:
    answer = researcher.post(reverse("assurance:new_policy"), TYPED)

    assert answer.status_code == 302, answer.content.decode()
    test = carried_out(Batch.objects.get(slug="better-offer"))
    assert test.passed, test.reason
    page = researcher.get(reverse("assurance:test", args=[test.uuid])).content.decode()
    assert "An allocation that acts by it" in page
    assert "are worth" in page
    assert cast(JsonObject, test.run.setting["data"])["features"] == [{"attribute": "page", "is": "menu"}]  # type: ignore[index,call-overload]


def test_it_is_foretold_whether_the_record_could_suffice(researcher: Client) -> None:
    answer = researcher.post(reverse("assurance:check_policy"), {**TYPED, "rehearse": "1"}).content.decode()

    assert "Could the data suffice?" in answer
    assert "J_gain_IS | [MENU]" in answer
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"features": "page"}, "Line 1, “page”, is no feature."),
        ({"features": "age from x to 9"}, "Line 1: “x” is no number."),
        ({"experiment": "secret"}, "Select a valid choice"),
        ({"constraint-0-text": "PR >= 0"}, "constraints[0].text"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_queued(researcher: Client, typed: dict[str, str], sentence: str) -> None:
    make_learner(slug="secret")
    answer = researcher.post(reverse("assurance:new_policy"), {**TYPED, **typed})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Batch.objects.exists()


def test_without_an_experiment_the_page_says_what_it_takes(client: Client) -> None:
    user = make_user("newcomer")
    make_study(slug="empty", members={user: Role.RESEARCHER})
    client.force_login(user)

    assert "No decisions to learn from" in client.get(reverse("assurance:new_policy")).content.decode()
