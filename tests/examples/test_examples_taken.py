"""Every example study can be taken part in to the end, in every arm, as its answer model says."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from django.test import Client
from django.urls import reverse

from experiments.chance import Stream
from experiments.models import Measurement
from experiments.types import Json, JsonObject
from experiments.yaml_file import load
from participants.capability import token_of
from participants.flow.answer_model import AnswerModel
from participants.flow.references import look_up
from participants.models import Session
from participants.reads import current_page
from tests.factories import answer
from tests.studies import NOON, enter_session, running_example

ANSWERS = Path(__file__).parents[2] / "examples" / "trust_in_explanations" / "answers.yaml"
FITTING: dict[str, dict[str, Json]] = {
    "screening.yaml": {"age": 30, "age_group": "younger", "reads_phone": True},
}

pytestmark = pytest.mark.django_db


def taken(session: Session, client: Client, fixed: dict[str, Json], model: AnswerModel | None = None) -> Session:
    """To the end, each page opened in a browser's way first."""
    for number in range(40):
        if not session.is_under_way:
            return session
        html = client.get(reverse("participants:page", args=[token_of(session.uuid)])).content.decode()
        assert "{{" not in html
        given = fixed | (stated(session, model) if model else {})
        session = answer(session, now=NOON + timedelta(seconds=10 * number), **given)
    raise AssertionError("forty pages and no end")


def stated(session: Session, model: AnswerModel) -> dict[str, Json]:
    """What the answer model says about the current page."""
    arm = session.assignment.arm.name if session.assignment else ""
    drawn = {
        component.name: model.draw(
            arm,
            component.name,
            Stream(session.seed, session.position, component.name),
            correct=component.correct,
            options=[option.value for option in getattr(question, "options", ())],
        )
        for component, question in current_page(session).questions()
    }
    return {name: each.value for name, each in drawn.items() if each.has_answer}


@pytest.mark.parametrize("file", ["minimal.yaml", "stroop.yaml", "screening.yaml"])
def test_an_example_can_be_taken_to_the_end(file: str, client: Client) -> None:
    experiment = running_example(file)

    for _ in range(4):
        session = taken(enter_session(experiment), client, FITTING.get(file, {}))
        assert session.status == Session.Status.COMPLETED

    named = set(experiment.measures.values_list("name", flat=True))
    assert set(Measurement.objects.values_list("measure__name", flat=True)) == named


def test_who_does_not_fit_is_let_go_before_an_arm_is_given(client: Client) -> None:
    experiment = running_example("screening.yaml")

    session = taken(enter_session(experiment), client, {"age": 17, "age_group": "younger", "reads_phone": True})

    assert session.status == Session.Status.SCREENED_OUT
    assert session.assignment is None


def test_the_demo_can_be_taken_in_every_arm_and_language_and_measures_what_it_says(client: Client) -> None:
    experiment = running_example("trust_in_explanations/study.yaml")
    model = AnswerModel.parse(*load(ANSWERS.read_text(encoding="utf-8")))

    sessions = [taken(enter_session(experiment, language="en"), client, {}, model) for _ in range(5)]
    sessions.append(taken(enter_session(experiment, language="de"), client, {}, model))

    assert {session.status for session in sessions} == {Session.Status.COMPLETED}
    arms = Counter(session.assignment.arm.name for session in sessions if session.assignment)
    assert arms == {"none": 2, "attributions": 2, "random": 2}
    found = Counter(Measurement.objects.values_list("measure__name", flat=True))
    assert found["trusted"] == found["confidence"] == 6 * 8
    assert found["judged"] == 6 * 3
    contexts = Measurement.objects.filter(measure__name="trusted").values_list("context", flat=True)
    levels = Counter(look_up("within.features", cast(JsonObject, context)) for context in contexts)
    assert levels == {3: 24, 7: 24}


def test_the_pages_of_the_demo_show_bars_only_with_an_explanation(client: Client) -> None:
    experiment = running_example("trust_in_explanations/study.yaml")

    for _ in range(3):
        session = enter_session(experiment)
        for number in range(3):
            session = answer(session, now=NOON + timedelta(seconds=number), quiz="less")
        html = client.get(reverse("participants:page", args=[token_of(session.uuid)])).content.decode()
        assert session.assignment is not None
        has_bars = re.search("raises the estimate", html) is not None
        assert has_bars == (session.assignment.arm.name != "none")
        assert "Model K" in html
        assert "Which model would you trust for this car?" in html
