"""What people type becomes an answer; what is right is decided on the server."""

import pytest

from experiments.types import Json
from participants.displays import AnswerError, Question, parse


def question(kind: str, **props: object) -> Question:
    made = parse(kind, {"label": "?", **props}, name="q")
    assert isinstance(made, Question)
    return made


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("12.50", 12.5),
        ("12,5", 12.5),
        (" 1 200 ", 1200),
        ("\u0661\u0662\u066b\u0665", 12.5),
        ("\u22123", -3),
    ],
)
def test_a_number_may_be_typed_as_people_do(typed: str, number: float) -> None:
    assert question("number").read({"q": [typed]}, name="q", required=True) == number


@pytest.mark.parametrize("typed", ["inf", "nan", "1e999", "12_000", "0x10", "1,2,3", "--1", "9" * 60])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError, match="enter a number"):
        question("number").read({"q": [typed]}, name="q", required=True)


def test_steps_are_counted_in_decimals() -> None:
    asked = question("number", min=0, step=0.1)

    assert asked.read({"q": ["0.3"]}, name="q", required=True) == 0.3
    with pytest.raises(AnswerError, match=r"steps of 0\.1"):
        asked.read({"q": ["0.35"]}, name="q", required=True)


def test_an_option_keeps_the_type_of_its_value() -> None:
    asked = question("choice", options=[{"value": True, "label": "Yes"}, {"value": False, "label": "No"}, 3])

    assert asked.read({"q": ["true"]}, name="q", required=True) is True
    assert asked.read({"q": ["3"]}, name="q", required=True) == 3


def test_several_choices_are_counted() -> None:
    asked = question("choice", options=["a", "b", "c"], multiple=True, min_choices=2, max_choices=2)

    assert asked.read({"q": ["c", "a"]}, name="q", required=True) == ["a", "c"]
    with pytest.raises(AnswerError, match="at least 2"):
        asked.read({"q": ["c"]}, name="q", required=True)
    with pytest.raises(AnswerError, match="at most 2"):
        asked.read({"q": ["a", "b", "c"]}, name="q", required=True)


def test_the_extra_option_brings_its_words() -> None:
    asked = question("choice", options=["a"], other="Else")
    answer = asked.read({"q": ["other"], "q.other": ["a bicycle"]}, name="q", required=True)

    assert asked.measurements(answer) == {"": "other", "other": "a bicycle"}


def test_a_choice_between_two_remembers_the_side() -> None:
    asked = question("pairwise", a={"value": 1, "label": "A"}, b={"value": 2, "label": "B"}, left="b")
    answer = asked.read({"q": ["1"]}, name="q", required=True)

    assert answer == {"value": 1, "left": 2}
    assert asked.measurements(answer) == {"": 1, "side": "right"}


def test_sides_are_drawn_about_equally_often() -> None:
    props = {"label": "?", "a": {"value": 1, "label": "A"}, "b": {"value": 2, "label": "B"}}
    left = [parse("pairwise", props, name="q", seed=seed).left for seed in range(400)]  # type: ignore[attr-defined]  # of this kind

    assert 150 < left.count("a") < 250
    assert left.count("a") + left.count("b") == 400


@pytest.mark.parametrize(
    ("kind", "props", "answer", "correct", "right"),
    [
        ("choice", {"options": ["a", "b"]}, "a", "a", True),
        ("choice", {"options": ["a", "b"]}, "a", "b", False),
        ("choice", {"options": ["a", "b", "c"]}, "a", ["a", "c"], True),
        ("choice", {"options": ["a", "b"], "multiple": True}, ["b", "a"], ["a", "b"], True),
        ("choice", {"options": ["a", "b"], "multiple": True}, ["b"], ["a", "b"], False),
        ("number", {}, 5, {"low": 4, "high": 6}, True),
        ("number", {}, 7, {"low": 4, "high": 6}, False),
        ("free_text", {}, " Purple  ELEPHANT", "purple elephant", True),
        ("likert", {"scale": ["no", "yes"], "rows": [{"name": "r", "label": "R"}]}, {"r": 2}, {"r": 2}, True),
        (
            "pairwise",
            {"a": {"value": 1, "label": "A"}, "b": {"value": 2, "label": "B"}},
            {"value": 2, "left": 1},
            2,
            True,
        ),
        ("ranking", {"options": ["a", "b"]}, ["b", "a"], ["b", "a"], True),
        ("jspsych", {"timeline": [{"type": "preload"}]}, [{"correct": True}, {"correct": False}, {}], 0.5, True),
        ("jspsych", {"timeline": [{"type": "preload"}]}, [{"correct": True}, {"correct": False}, {}], 0.6, False),
    ],
)
def test_an_answer_is_scored(kind: str, props: dict[str, object], answer: Json, correct: Json, right: bool) -> None:
    assert question(kind, **props).score(answer, correct) is right


def test_a_form_tells_all_that_is_missing_at_once() -> None:
    fields = [
        {"name": "age", "kind": "number", "props": {"label": "Age", "min": 18}},
        {"name": "why", "kind": "free_text", "props": {"label": "Why"}},
        {"name": "more", "kind": "free_text", "required": False, "props": {"label": "More"}},
    ]

    with pytest.raises(AnswerError) as refused:
        question("survey", fields=fields).read({"q.age": ["17"]}, name="q", required=True)

    assert [problem.name for problem in refused.value.problems] == ["q.age", "q.why"]


def test_the_recorded_columns_of_a_task_become_measurements() -> None:
    trials: Json = [{"rt": None, "correct": True}, {"rt": 431, "correct": False, "stimulus": "x"}]
    timeline = [{"type": "html-keyboard-response"}]

    assert question("jspsych", timeline=timeline).measurements(trials) == {"0": trials[0], "1": trials[1]}  # type: ignore[index]  # a list
    assert question("jspsych", timeline=timeline, record=["rt"]).measurements(trials) == {"1": 431}
    assert question("jspsych", timeline=timeline, record=["rt", "correct"]).measurements(trials) == {
        "0.correct": True,
        "1.rt": 431,
        "1.correct": False,
    }
