"""A simulated participant sees what a browser sees: every kind of question, as a form's fields."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from experiments.chance import Stream
from participants.displays import DISPLAYS
from participants.displays.base import Question
from participants.displays.samples import SAMPLES
from participants.flow.answer_model import AnswerModel
from participants.presenting import PageUrls, PageView, ShownComponent
from participants.simulation.filling import Insight, Pen, fill
from participants.simulation.forms import Form, SeenPage, read_page

KINDS = sorted(kind for kind, display in DISPLAYS.items() if display.asks)


def page_with(question: Question, *, timeout_ms: int | None = None, required: bool = True) -> SeenPage:
    shown = ShownComponent(name="q", kind=question.kind, display=question, required=required)
    view = PageView(
        title="A page",
        components=(shown,),
        nonce="the-nonce",
        action="/p/token/",
        urls=PageUrls("/o", "/h", "/w"),
        position=2,
        total=7,
        timeout_remaining_ms=timeout_ms,
        language="en",
        direction="ltr",
        study_title="Study",
        contact="",
    )
    return read_page(render_to_string("participants/page.html", {"page": view}))


def form_of(page: SeenPage) -> Form:
    assert page.questions is not None
    return page.questions


def question_of(kind: str, props: object) -> Question:
    question = DISPLAYS[kind].from_json({"kind": kind, "props": props}, name="q")
    assert isinstance(question, Question)
    return question


def sample(kind: str) -> Question:
    return question_of(kind, SAMPLES[kind].props)


def pen(question: Question, number: int, model: AnswerModel | None = None) -> Pen:
    stream = Stream(number, "test")
    return Pen(model or AnswerModel(), Insight(drawn=question.scripted(Stream(number, "drawn"))), stream)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_filled_in_is_an_answer_to_the_question(kind: str) -> None:
    question = sample(kind)
    form = form_of(page_with(question))

    for number in range(40):
        filled = fill(form, pen(question, number))
        assert question.read(filled, name="q", required=True) is not None, filled


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_questions_fields_are_posted(kind: str) -> None:
    question = sample(kind)

    filled = fill(form_of(page_with(question)), pen(question, 1))

    assert all(name == "q" or name.startswith("q.") for name in filled)


def test_the_page_tells_its_nonce_its_progress_and_its_time() -> None:
    page = page_with(sample("slider"), timeout_ms=12_000)

    assert form_of(page).nonce == "the-nonce"
    assert form_of(page).action == "/p/token/"
    assert page.progress == (2, 7)
    assert form_of(page).dataset["remaining"] == "12000"


def test_a_stated_answer_is_given_where_the_page_offers_it() -> None:
    question = question_of("choice", {"label": "Which?", "options": [{"value": "k"}, {"value": "m"}]})
    model = AnswerModel.parse({"default": {"q": {"choice": {"m": 1}}}})

    assert fill(form_of(page_with(question)), pen(question, 1, model)) == {"q": ["m"]}


def test_a_stated_answer_that_is_not_on_offer_is_not_forced() -> None:
    question = question_of("choice", {"label": "Which?", "options": [{"value": "k"}, {"value": "m"}]})
    model = AnswerModel.parse({"default": {"q": {"choice": {"z": 1}}}})

    assert fill(form_of(page_with(question)), pen(question, 1, model))["q"][0] in ("k", "m")


def test_the_stated_share_gets_a_check_right() -> None:
    question = question_of("choice", {"label": "Which?", "options": [{"value": value} for value in "klmn"]})
    model, form = AnswerModel.parse({"default": {"q": {"correct": 0.75}}}), form_of(page_with(question))

    right = sum(
        fill(form, Pen(model, Insight(correct={"q": "l"}), Stream(number, "check"))) == {"q": ["l"]}
        for number in range(2000)
    )

    assert 0.72 < right / 2000 < 0.78


def test_every_entry_of_a_ranking_gets_a_place_of_its_own() -> None:
    question = sample("ranking")

    filled = fill(form_of(page_with(question)), pen(question, 3))

    places = sorted(int(values[0]) for values in filled.values())
    assert places == list(range(1, len(places) + 1))
