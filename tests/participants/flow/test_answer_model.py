"""Simulated answers follow the probabilities that a file states."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from experiments.chance import Stream
from experiments.problems import StudyFileError
from experiments.types import Json
from experiments.yaml_file import load
from participants.flow.answer_model import AnswerModel
from participants.flow.answer_ways import Drawn

DEMO = Path(__file__).parents[3] / "examples" / "trust_in_explanations" / "answers.yaml"
N = 4000


def model(text: str) -> AnswerModel:
    return AnswerModel.parse(*load(text))


def draws(made: AnswerModel, component: str, *, arm: str = "x", correct: Json = None) -> list[Json]:
    stream = Stream(1, component)
    options: list[Json] = ["k", "m"]
    return [made.draw(arm, component, stream, correct=correct, options=options).value for _ in range(N)]


def share(values: list[Json], wanted: Json) -> float:
    return sum(value == wanted for value in values) / len(values)


def test_choices_come_with_their_probabilities() -> None:
    values = draws(model("default: {q: {choice: {k: 0.7, m: 0.3}}}"), "q")

    assert share(values, "k") == pytest.approx(0.7, abs=0.03)
    assert set(values) == {"k", "m"}


def test_what_probabilities_leave_open_is_left_open() -> None:
    made = model("default: {q: {choice: {k: 0.4}}}")
    stream = Stream(1)

    open_draws = sum(not made.draw("x", "q", stream).has_answer for _ in range(N))

    assert open_draws / N == pytest.approx(0.6, abs=0.03)


def test_the_right_answer_comes_with_its_probability_whichever_it_is() -> None:
    made = model("default: {q: {correct: 0.8}}")

    assert share(draws(made, "q", correct="m"), "m") == pytest.approx(0.8, abs=0.03)
    assert share(draws(made, "q", correct="k"), "k") == pytest.approx(0.8, abs=0.03)


def test_without_a_right_answer_nothing_is_said() -> None:
    assert model("default: {q: {correct: 0.8}}").draw("x", "q", Stream(1)) == Drawn()


def test_an_arm_overrides_the_default_and_only_there() -> None:
    made = model("default: {q: {choice: {k: 1}}}\narms: {real: {q: {choice: {m: 1}}}}")

    assert set(draws(made, "q", arm="real")) == {"m"}
    assert set(draws(made, "q", arm="other")) == {"k"}


def test_numbers_keep_to_their_range_and_steps() -> None:
    values = draws(model("default: {q: {number: {mean: 50, sd: 40, low: 5, high: 96, step: 10}}}"), "q")

    assert set(values) == {5, 15, 25, 35, 45, 55, 65, 75, 85, 95}


def test_numbers_have_their_mean_and_spread() -> None:
    values = [float(str(value)) for value in draws(model("default: {q: {number: {mean: 3, sd: 2}}}"), "q")]

    mean = sum(values) / N
    assert mean == pytest.approx(3, abs=0.12)
    assert sum((value - mean) ** 2 for value in values) / N == pytest.approx(4, rel=0.1)


def test_a_range_far_from_the_mean_gives_its_nearer_end() -> None:
    made = model("default: {q: {number: {mean: 0, sd: 0, low: 5, high: 9}}}")

    assert made.draw("x", "q", Stream(1)).value == 5


def test_keys_that_read_as_numbers_are_numbers() -> None:
    assert Counter(map(type, draws(model('default: {q: {choice: {1: 0.5, "18-29": 0.5}}}'), "q"))).keys() == {int, str}


def test_the_parts_of_a_form_or_grid_are_put_together() -> None:
    made = model("default: {form.age: {choice: {a: 1}}, form.sex: {choice: {b: 1}}, other.x: {choice: {c: 1}}}")

    assert made.draw("x", "form", Stream(1)) == Drawn({"age": "a", "sex": "b"}, True)
    assert made.draw("x", "nothing", Stream(1)) == Drawn()


def test_a_page_has_its_own_duration_or_the_usual_one() -> None:
    made = model("default: {duration: {number: {mean: 4, sd: 0}}, duration.quiz: {number: {mean: 9, sd: 0}}}")

    assert (made.seconds("x", "look", Stream(1)), made.seconds("x", "quiz", Stream(1))) == (4, 9)
    assert AnswerModel().seconds("x", "look", Stream(1)) is None


MISTAKES = [
    ("defaults: {}", "defaults", "“default”"),
    ("default: {q: 3}", "default.q", "key: value"),
    ("default: {q: {}}", "default.q", "Write choice"),
    ("default: {q: {chioce: {a: 1}}}", "default.q", "Write choice"),
    ("default: {q: {choice: {}}}", "default.q.choice", "value: probability"),
    ("default: {q: {choice: {a: 0.7, b: 0.7}}}", "default.q.choice", "up to 1"),
    ("default: {q: {choice: {a: 1.5}}}", "default.q.choice.a", "from 0 to 1"),
    ("default: {q: {correct: often}}", "default.q.correct", "a number"),
    ("default: {q: {number: {mean: 1}}}", "default.q.number.sd", "sd: a number"),
    ("default: {q: {number: {mean: 1, sd: -1}}}", "default.q.number", "0 or more"),
    ("default: {q: {number: {mean: 1, sd: 1, low: 3, high: 2}}}", "default.q.number", "Swap"),
    ("default: {q: {number: {mean: 1, sd: 1, hihg: 2}}}", "default.q.number.hihg", "“high”"),
    ("default: {q: {text: hello}}", "default.q.text", "Write text"),
    ("arms: [a]", "arms", "key: value"),
]


@pytest.mark.parametrize(("text", "path", "hint"), MISTAKES)
def test_a_mistake_in_the_file_is_named_with_a_way_on(text: str, path: str, hint: str) -> None:
    with pytest.raises(StudyFileError) as refused:
        model(text)

    named = [problem for problem in refused.value.problems if problem.path == path]
    assert named, refused.value
    assert hint in named[0].hint
    assert named[0].line == 1


def test_the_demo_states_that_real_explanations_help_and_made_up_ones_only_seem_to() -> None:
    made = AnswerModel.parse(*load(DEMO.read_text(encoding="utf-8")))

    def right(arm: str) -> float:
        return share(draws(made, "trusted", arm=arm, correct="k"), "k")

    def sure(arm: str) -> float:
        return sum(float(str(value)) for value in draws(made, "confidence", arm=arm)) / N

    assert right("attributions") - right("random") > 0.1
    assert sure("random") - sure("none") > 5
