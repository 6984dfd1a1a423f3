"""What every kind of display promises, held against each member of the registry."""

import json

import jsonschema
import pytest
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from experiments.chance import Stream
from participants.displays import DISPLAYS, AnswerError, Display, PropsError, Question, json_schema, parse, problems
from participants.displays.pairwise import Pairwise
from participants.displays.samples import SAMPLES
from participants.rendering import render_display

KINDS = sorted(DISPLAYS)
QUESTIONS = sorted(kind for kind, member in DISPLAYS.items() if member.asks)


def sample(kind: str) -> Display:
    return parse(kind, SAMPLES[kind].props, name="q", seed=7)


def question(kind: str) -> Question:
    found = sample(kind)
    assert isinstance(found, Question)
    return found


def test_every_kind_has_a_sample() -> None:
    assert sorted(SAMPLES) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_json_goes_both_ways_without_loss(kind: str) -> None:
    display = parse(kind, SAMPLES[kind].props)

    again = Display.from_json(json.loads(json.dumps(display.to_json())))

    assert again == display


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_accepts_the_sample_and_refuses_an_unknown_prop(kind: str) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(kind))

    assert not list(validator.iter_errors(SAMPLES[kind].props))
    assert list(validator.iter_errors({**SAMPLES[kind].props, "colour": "red"}))


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_prop_is_refused_with_its_path_and_the_known_ones(kind: str) -> None:
    with pytest.raises(PropsError, match=r"^props\.colour: is not known here\. Known: ") as refused:
        parse(kind, {**SAMPLES[kind].props, "colour": "red"})

    assert refused.value.path == "props.colour"


@pytest.mark.parametrize("kind", KINDS)
def test_props_may_be_references_in_a_definition_but_not_on_a_page(kind: str) -> None:
    props = dict.fromkeys(SAMPLES[kind].props, "{{ case.anything }}")

    assert not problems(kind, props)


@pytest.mark.parametrize("kind", KINDS)
def test_chance_is_settled_by_the_seed_alone(kind: str) -> None:
    once, again = sample(kind), sample(kind)

    assert once == again
    assert once.arranged(7) == once, "arranging what is arranged changes nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_a_template_a_summary_and_the_files_it_names(kind: str) -> None:
    display = sample(kind)

    get_template(display.template)
    assert 3 < len(display.summary()) < 200
    assert "\n" not in display.summary()
    assert render_display(display, name="q") == render_display(display, name="q")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_answer_survives_the_form(kind: str) -> None:
    asked, answer = question(kind), SAMPLES[kind].answer
    if isinstance(asked, Pairwise):
        answer = {"value": "model-1", "left": asked.sides[0].value}  # whichever side was drawn

    posted = asked.post(answer, name="q")

    assert asked.read(posted, name="q", required=True) == answer
    assert all(name == "q" or name.startswith("q.") for name in posted)


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_bad_post_is_refused_in_a_sentence_that_names_a_field(kind: str) -> None:
    asked = question(kind)

    for posted in SAMPLES[kind].refused:
        with pytest.raises(AnswerError) as refused:
            asked.read(posted, name="q", required=True)
        assert all(str(problem).endswith((".", ").")) for problem in refused.value.problems), posted
        assert all(problem.name.split(".")[0] == "q" for problem in refused.value.problems), posted


@pytest.mark.parametrize("kind", QUESTIONS)
@given(data=st.data())
def test_whatever_is_posted_ends_in_an_answer_or_a_sentence(kind: str, data: st.DataObject) -> None:
    asked = question(kind)
    names = list(asked.post(SAMPLES[kind].answer, name="q"))
    values = st.lists(
        st.text(max_size=40) | st.sampled_from(["1", "2", "a", "b", "other", "{}", "[{}]", "-0", "1e400"])
    )
    posted = data.draw(st.dictionaries(st.sampled_from([*names, "q", "q.other"]), values))

    required = data.draw(st.booleans())

    try:
        answer = asked.read(posted, name="q", required=required)
    except AnswerError:
        return

    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert asked.read(asked.post(answer, name="q"), name="q", required=required) == answer


@pytest.mark.parametrize("kind", QUESTIONS)
def test_no_answer_is_none_where_none_is_required(kind: str) -> None:
    assert question(kind).read({}, name="q", required=False) is None
    assert question(kind).post(None, name="q") == {}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_scripted_answers_are_plausible_and_repeatable(kind: str) -> None:
    asked = question(kind)

    for seed in range(200):
        posted = asked.scripted(Stream(seed))
        assert posted == asked.scripted(Stream(seed))
        assert asked.read(posted, name="q", required=True) is not None
    assert kind == "jspsych" or len({json.dumps(asked.scripted(Stream(seed))) for seed in range(50)}) > 1


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_preference_forces_the_scripted_answer(kind: str) -> None:
    asked, answer = question(kind), SAMPLES[kind].answer

    assert asked.scripted(Stream(1), preference=answer) == {
        **(asked.scripted(Stream(1)) if kind == "survey" else {}),
        **asked.post(answer, name="q"),
    }


@pytest.mark.parametrize("kind", QUESTIONS)
def test_measurements_are_json_under_short_names(kind: str) -> None:
    found = question(kind).measurements(SAMPLES[kind].answer)

    assert found
    assert all(len(name) <= 200 for name in found)
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("kind", QUESTIONS)
def test_what_was_answered_is_shown_again(kind: str) -> None:
    asked = question(kind)
    empty = render_display(asked, name="q")

    assert render_display(asked, name="q", posted=asked.post(SAMPLES[kind].answer, name="q")) != empty


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_refusal_stands_beside_its_field(kind: str) -> None:
    asked = question(kind)
    with pytest.raises(AnswerError) as refused:
        asked.read({}, name="q", required=True)

    html = render_display(asked, name="q", errors={problem.name: "Aha!" for problem in refused.value.problems})

    assert html.count("Aha!") == len(refused.value.problems)
