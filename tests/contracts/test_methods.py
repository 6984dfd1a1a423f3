"""Every method of the registry answers by its name: its own example through all doors alike, and never nonsense."""

from __future__ import annotations

import json
from math import isnan
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analysis.statistics.estimates.means import difference
from analysis.statistics.methods import METHODS, Method
from analysis.statistics.methods.door import Door, Shape
from analysis.statistics.moments import Moments
from analysis.toolbox.computing.answered import Answered
from analysis.toolbox.computing.answering import WAYS, answer, example_answer
from analysis.toolbox.computing.calling import example_roles, example_settings
from analysis.toolbox.computing.problems import BadInput
from analysis.toolbox.computing.table import Table, from_csv, to_csv
from tests.analysis.toolbox.tables import WITHOUT_A_DOOR, Columns, doors, spoilt
from tests.proof import PROOF

KEYS = [method.key for method, _ in doors()]
SLOW = {"tukey", "games-howell", "mixed", "boschloo"}  # asked of fewer spoilt tables


def test_methods_without_a_door_are_few_and_say_where_they_are() -> None:
    assert set(METHODS) - set(KEYS) == set(WITHOUT_A_DOOR)
    assert set(WAYS) == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_its_example_is_answered_and_a_file_says_the_same(key: str) -> None:
    method, door = METHODS[key], door_of(METHODS[key])
    shape = door.shapes[0]
    found = example_answer(method)

    assert not found.why_not
    assert found.sentence.endswith(".")
    if key in SLOW and not PROOF:
        return
    table = from_csv(to_csv(shape.example.columns))
    again = answer(method, table, example_roles(shape), example_settings(door, shape))
    assert again.as_json() == found.as_json()


@pytest.mark.parametrize("key", KEYS)
def test_spoilt_data_get_a_sentence_and_never_a_figure_that_is_none(key: str) -> None:
    method, door = METHODS[key], door_of(METHODS[key])
    for shape in door.shapes:
        for kind, columns in spoilt(shape):
            if key in SLOW and kind in ("tiny", "all alone", "zeros"):
                continue
            found = said_of(method, columns, shape)
            assert found.sentence.endswith("."), kind
            assert "array" not in found.sentence, kind
            assert "nan" not in found.sentence.split(), kind
            assert kind not in ("empty", "not a number") or not any(line.estimate for line in found.lines), kind


def said_of(method: Method, columns: Columns, shape: Shape) -> Answered:
    """The answer; a refusal as one that has only its sentence."""
    try:
        found = answer(method, Table(columns), example_roles(shape), example_settings(door_of(method), shape))
    except BadInput as refused:
        return Answered(method, (), (), " ".join(each.sentence for each in refused.problems), {}, {}, 0)
    json.dumps(found.as_json(), allow_nan=False)
    return found


def test_an_answer_is_that_of_the_formula_itself() -> None:
    columns = door_of(METHODS["welch"]).shapes[0].example.columns
    ratings = np.array(columns["rating"], dtype=float)
    vivid = np.array([menu == "vivid" for menu in columns["menu"]])
    found = example_answer(METHODS["welch"]).lines[0].estimate

    assert found == difference(Moments.of(ratings[~vivid]), Moments.of(ratings[vivid]))


def test_no_answer_is_a_sentence_and_exit_code_1(tmp_path: Any) -> None:
    path = tmp_path / "one.csv"
    path.write_text("rating,menu\n3,plain\n")

    with pytest.raises(CommandError, match="One group alone has nothing to be compared with") as refused:
        call_command("statistics", "welch", "--csv", str(path), "--value", "rating", "--group", "menu")

    assert refused.value.returncode == 1


def test_a_cell_that_does_not_fit_is_named_by_its_place(tmp_path: Any) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("rating;menu\n3,5;plain\nmuch;vivid\ninf;vivid\n")

    with pytest.raises(CommandError) as refused:
        call_command("statistics", "welch", "--csv", str(path), "--value", "rating", "--group", "menu")

    assert str(refused.value) == (
        "Row 2 of “rating”: “much” is no number.\nRow 3 of “rating”: “inf” is no finite number."
    )


def test_rows_with_an_empty_cell_are_left_out_and_that_is_said() -> None:
    table = from_csv("value,group\n1,a\n,a\n2,a\n3,b\n5,b\n")
    found = answer(METHODS["welch"], table, {}, {})

    assert found.n == 4
    assert found.remarks[0] == "Of 5 rows one was left out: a cell of it is empty."


def test_a_question_without_a_p_value_still_counts() -> None:
    found = answer(METHODS["bonferroni"], from_csv("p\n0.01\nNA\n0.02\n"), {}, {})

    assert [line.figures["adjusted"] for line in found.lines[1:]] == [0.03, 1.0, 0.06]


def test_in_sums_and_in_values_is_the_same() -> None:
    values = example_answer(METHODS["welch"]).lines[0].estimate
    columns = door_of(METHODS["welch"]).shapes[0].example.columns
    ratings, menus = np.array(columns["rating"], dtype=float), np.array(columns["menu"])
    arms = [ratings[menus == menu] for menu in ("plain", "vivid")]
    sums = Table(
        {
            "group": ["plain", "vivid"],
            "mean": [float(arm.mean()) for arm in arms],
            "sd": [float(arm.std(ddof=1)) for arm in arms],
            "n": [len(arm) for arm in arms],
        }
    )
    found = answer(METHODS["welch"], sums, {}, {}).lines[0].estimate

    assert values is not None
    assert found is not None
    assert not isnan(found.value)
    assert (found.value, found.low, found.p_value) == pytest.approx(
        (values.value, values.low, values.p_value), rel=1e-10
    )


def test_a_third_group_is_not_dropped_in_silence() -> None:
    table = from_csv("value,group\n1,a\n2,a\n3,b\n4,b\n5,c\n6,c\n")

    assert "there are 3: “a”, “b”, “c”" in answer(METHODS["welch"], table, {}, {}).why_not
    named = answer(METHODS["welch"], table, {}, {"control": "a", "treatment": "c"})
    assert named.lines[0].name == "“c” against “a”"


def door_of(method: Method) -> Door:
    assert isinstance(method.door, Door)
    return method.door
