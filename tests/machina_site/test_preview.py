"""Previews: what is typed, as participants would see it; nothing is stored."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from experiments.models import Event, Experiment, Step
from experiments.types import Json
from participants.models import Session
from tests.factories import make_experiment, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    return make_experiment(make_study(languages=["en", "de"]), status="draft")


@pytest.fixture
def researcher(client: Client, experiment: Experiment) -> Client:
    user = make_user()
    experiment.study.memberships.create(user=user, role="researcher")
    client.force_login(user)
    return client


def shown(client: Client, experiment: Experiment, step: Step | None = None, **fields: str) -> tuple[int, str]:
    """The preview of a form with these fields."""
    defaults = {"name": "typed", "stage": "main", "position": "9", "attempts": "1", "on_fail": "continue"}
    given = {**defaults, "preview_step": str(step.pk) if step else "", **fields}
    answer = client.post(reverse("preview_step", args=[experiment.pk]), given)
    return answer.status_code, answer.content.decode()


def test_what_is_typed_is_shown_with_the_arm_and_language_chosen(researcher: Client, experiment: Experiment) -> None:
    text = "- kind: text\n  props: {body: {en: 'You are in **{{ arm.frame }}**.', de: 'Du bist in {{ arm.frame }}.'}}"

    english = shown(researcher, experiment, components=text, preview_arm="vivid")
    german = shown(researcher, experiment, components=text, preview_arm="plain", preview_language="de")

    assert english[0] == 200
    assert "You are in <strong>vivid</strong>." in english[1]
    assert "Du bist in plain." in german[1]


def test_a_preview_has_no_form_and_stores_nothing(researcher: Client, experiment: Experiment) -> None:
    before = (Step.objects.count(), Event.objects.count())

    status, page = shown(researcher, experiment, components="- {kind: free_text, name: a, props: {label: Why?}}")

    assert status == 200
    assert "Why?" in page
    assert "<form" not in page
    assert (Step.objects.count(), Event.objects.count()) == before
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("components", "sentence"),
    [
        ("- kind: txt", "There is no component kind “txt”"),
        ("- kind: text\n  props: {body: '{{ arm.colour }}'}", "arm.colour"),
        ("- kind: [", "not valid YAML"),
        ("", "components"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence(
    researcher: Client, experiment: Experiment, components: str, sentence: str
) -> None:
    status, text = shown(researcher, experiment, components=components)

    assert status == 422
    assert sentence.lower() in text.lower()


def test_an_existing_step_is_previewed_in_its_place(researcher: Client, experiment: Experiment) -> None:
    step = experiment.steps.get(name="rating")

    status, page = shown(
        researcher, experiment, step, name="renamed", components="- {kind: text, props: {body: Second}}"
    )

    assert status == 200
    assert "Page 2 of 3" in page


def test_a_viewer_sees_the_step_as_it_is_saved(client: Client, experiment: Experiment) -> None:
    user = make_user()
    experiment.study.memberships.create(user=user, role="viewer")
    client.force_login(user)
    step = experiment.steps.get(name="rating")

    answer = client.post(reverse("preview_step", args=[experiment.pk]), {"preview_step": step.pk})

    assert answer.status_code == 200
    assert "How good is it?" in answer.content.decode()


def test_a_repetition_can_be_chosen(researcher: Client) -> None:
    cases: list[Json] = [{"id": "a", "word": "first"}, {"id": "b", "word": "second"}]
    steps: list[Json] = [
        {
            "name": "each",
            "repeat": {"over": "cases"},
            "components": [{"kind": "text", "props": {"body": "The {{ case.word }} one"}}],
        }
    ]
    experiment = make_experiment(status="draft", stimuli={"cases": cases}, steps=steps)
    researcher.force_login(make_user(is_superuser=True))
    typed = {"name": "each", "repeat": "over: cases", "components": steps_yaml(), "preview_repetition": "2"}

    assert "The second one" in shown(researcher, experiment, experiment.steps.get(), **typed)[1]


def steps_yaml() -> str:
    return "- {kind: text, props: {body: 'The {{ case.word }} one'}}"


def test_the_walk_through_leads_to_every_page(researcher: Client, experiment: Experiment) -> None:
    page = researcher.get(reverse("walk_through", args=[experiment.pk]), {"page": "2"}).content.decode()
    frame = researcher.get(reverse("walk_page", args=[experiment.pk]), {"page": "2"}).content.decode()

    assert "Page 3 of 3" in page
    assert "You may stop at any time." in page
    assert "Anything else?" in frame
    assert not Session.objects.exists()


def test_previews_of_a_foreign_study_do_not_exist(researcher: Client) -> None:
    foreign = make_experiment()

    for name in ("walk_through", "walk_page"):
        assert researcher.get(reverse(name, args=[foreign.pk])).status_code == 404
    assert shown(researcher, foreign, components="- {kind: text, props: {body: x}}")[0] == 404
