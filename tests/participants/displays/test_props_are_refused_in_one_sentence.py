"""Wrong props say where, what, and what to write instead."""

import pytest

from participants.displays import PropsError, parse, problems

CHOICE = {"label": "Which?", "options": ["a", "b"]}


@pytest.mark.parametrize(
    ("kind", "props", "sentence"),
    [
        ("chioce", {}, "kind: must be a kind of display, not 'chioce'. Known: bar_chart, choice,"),
        ("choice", {"options": ["a"]}, "props.label: is missing. It is: The question."),
        ("choice", {**CHOICE, "label": 3}, "props.label: must be text, not 3."),
        ("choice", {**CHOICE, "multiple": 1}, "props.multiple: must be true or false, not 1."),
        ("choice", {**CHOICE, "options": "a"}, "props.options: must be a list, not 'a'."),
        ("choice", {**CHOICE, "options": []}, "props.options: must be at least 1 entries, not 0."),
        ("choice", {**CHOICE, "options": ["a", "a"]}, "props.options[0].value: must differ"),
        ("choice", {**CHOICE, "options": [{"label": "A"}]}, "props.options[0].value: is missing."),
        ("choice", {**CHOICE, "appearance": "tiles"}, "props.appearance: must be one of list, buttons, inline, not"),
        ("choice", {**CHOICE, "min_choices": 1}, "props.multiple: must be true where min_choices"),
        ("number", {"label": "n", "min": 5, "max": 1}, "props.min: must be at most max (1), not 5."),
        ("number", {"label": "n", "min": True}, "props.min: must be a number, not true."),
        ("slider", {"label": "s", "min": 1, "max": 1}, "props.max: must be more than min (1), not 1."),
        (
            "bar_chart",
            {"bars": [{"name": "x", "value": float("nan")}]},
            "props.bars[0].value: must be a number, not nan",
        ),
        ("table", {"rows": [{"name": "x"}]}, "props.rows[0].value: is missing."),
        ("image", {"src": "https://elsewhere.example/x.png", "alt": "x"}, "props.src: must be a path or a data:image"),
        ("image", {"src": "//elsewhere.example/x.png", "alt": "x"}, "props.src: must be a path or a data:image URL"),
        ("image", {"src": "x.png", "alt": ""}, "props.alt: must be at least 1 characters, not 0."),
        ("date", {"label": "d", "min": "31.5.2026"}, "props.min: must be a day such as 2026-05-31, not '31.5.2026'."),
        (
            "likert",
            {"label": "l", "scale": ["no", "yes"], "rows": [{"name": "a b", "label": "A"}]},
            "props.rows[0].name",
        ),
        (
            "survey",
            {"label": "s", "fields": [{"name": "x", "kind": "text", "props": {"body": "hi"}}]},
            "props.fields[0].kind: must be a kind that asks, not text.",
        ),
        (
            "comparison",
            {"columns": [{"displays": [{"kind": "number", "props": {"label": "n"}}]}] * 2},
            "props.columns[0].displays[0].kind: must be a kind that shows, not number.",
        ),
        (
            "jspsych",
            {"label": "j", "timeline": [{"type": "call-function", "func": "alert(1)"}]},
            "props.timeline[0].func: must not be used: a timeline is JSON, and holds no functions.",
        ),
    ],
)
def test_the_first_mistake_is_told(kind: str, props: dict[str, object], sentence: str) -> None:
    with pytest.raises(PropsError) as refused:
        parse(kind, props)

    assert str(refused.value).startswith(sentence)


def test_in_a_definition_all_mistakes_are_told_at_once() -> None:
    found = problems("choice", {"label": 3, "options": [], "colour": "red"})

    assert [problem.path for problem in found] == ["props.colour", "props.label", "props.options"]


def test_in_a_definition_text_may_be_given_per_language() -> None:
    props = {"label": {"en": "Which?", "ar": "أي؟"}, "options": [{"value": "a", "label": {"en": "A", "ar": "أ"}}]}

    assert problems("choice", props, languages=["en", "ar"]) == []
    assert problems("choice", props)[0].path == "props.label"


def test_a_mistake_beside_a_reference_is_still_found() -> None:
    found = problems("slider", {"label": "{{ case.title }}", "min": "low"})

    assert [str(problem) for problem in found] == ["props.min: must be a number, not 'low'."]
