"""A study file loses nothing on its way out and back in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.problems import StudyFileError
from experiments.types import Json
from experiments.yaml_file import MAX_BYTES, dump, load

AWKWARD = [
    "no",
    "yes",
    "on",
    "~",
    "null",
    "1e5",
    "0123",
    "12:30",
    "2026-01-01",
    "<<",
    "=",
    "&a",
    "*a",
    "!a",
    "|",
    "-",
    "?",
]
SPACED = [
    " a",
    "a ",
    "a\n",
    "\n a",
    "a\n\n b: c\n",
    "x: y",
    "- a",
    "#a",
    "a #b",
    "\t",
    "a\tb\nc",
    "a \nb",
    "\n",
    " \n",
    "",
]
ODD = ["\x85", "\u2028\n", "\ufeff", "\r\n", "\x00", "é\n", "\U0001f697\n"]
texts = st.one_of(st.text(max_size=30), st.sampled_from([*AWKWARD, *SPACED, *ODD]))
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
documents = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=20,
)


@given(documents)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_dumped_is_loaded_again(document: Json) -> None:
    assert load(dump(document))[0] == document


@given(documents)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_true_and_one_stay_different(document: Json) -> None:
    assert repr(load(dump(document))[0]) == repr(document)


def test_several_lines_are_written_as_a_block() -> None:
    assert dump({"body": "# Hello\n\nTwo lines.\n"}) == "body: |\n  # Hello\n\n  Two lines.\n"


def test_keys_keep_their_order() -> None:
    document, _ = load("b: 1\na: 2\n")

    assert list(document) == ["b", "a"]  # type: ignore[arg-type]  # a mapping, as the line above says


def test_words_that_older_yaml_takes_for_truth_values_stay_words() -> None:
    assert load("[no, yes, on, off, 12:30, 2026-01-01, 0123]")[0] == [
        "no",
        "yes",
        "on",
        "off",
        "12:30",
        "2026-01-01",
        "0123",
    ]


def test_an_anchor_is_written_out_and_a_merge_is_overridden() -> None:
    assert load("a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\n")[0] == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 1, "c": 2},
        "e": {"b": 1, "c": 3},
    }


def test_each_value_knows_its_line() -> None:
    _, positions = load("a:\n  - x\n  - b: 1\n")

    assert positions.of(("a", 1, "b")) == (3, 5)
    assert positions.of(("a", 1, "nothing")) == (3, 5)


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    return "\n".join(lines)


REFUSED = [
    ("a: 1\nb: 2\na: 3\n", 3, "a", "stands twice"),
    ("a: {b: 1, b: 2}\n", 1, "a.b", "stands twice"),
    ("a: !!python/object/apply:os.system [ls]\n", 1, "a", "not allowed"),
    ("a: !secret x\n", 1, "a", "not allowed"),
    ("? [a, b]\n: 1\n", 1, "the file", "key must be a text"),
    ("a: [1, 2\nb: 3\n", 2, "the file", "not valid YAML"),
    ("title: Trust: a study\n", 1, "the file", "not valid YAML"),
    ("a:\n\t- b\n", 2, "the file", "not valid YAML"),
    ("a: 1\n---\nb: 2\n", 2, "the file", "not valid YAML"),
    ("", 1, "the file", "empty"),
    ("a: *nothing\n", 1, "the file", "not valid YAML"),
    ("a: 1e999\n", 1, "a", "no number"),
    ("a:\n  b: 1" + "0" * 5000, 2, "a.b", "no number"),
    ("a: &a [*a]\n", 1, "a", "Aliases expand"),
    ("a: " + "[" * 200 + "]" * 200, 1, "the file", "nested deeper"),
    ("[" * 100_000, 1, "the file", "nested deeper"),
    (bomb(), 6, "a5", "Aliases expand"),
    ("a: b\n" + "#" * MAX_BYTES, 1, "the file", "bytes"),
    (b"a: 1\nb: \xff\n", 2, "the file", "not UTF-8"),
    ("a: \x01\n", 1, "the file", "characters"),
    ("a: 1\n<<: 3\n", 2, "the file", "needs a mapping"),
]


@pytest.mark.parametrize(("text", "line", "path", "message"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_a_line_and_a_fix(
    text: str | bytes, line: int, path: str, message: str
) -> None:
    with pytest.raises(StudyFileError) as refused:
        load(text)

    problem = refused.value.problems[0]
    assert (problem.line, problem.path.startswith(path)) == (line, True), problem
    assert message in problem.message
    assert problem.hint


def test_all_repeated_keys_are_named_at_once() -> None:
    with pytest.raises(StudyFileError) as refused:
        load("a: 1\na: 2\nb: 1\nb: 2\n")

    assert [problem.line for problem in refused.value.problems] == [2, 4]
