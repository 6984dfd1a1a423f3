"""What no test can be trusted with is refused before anything is computed: with the place, the reason, a way on."""

import numpy as np
import pandas as pd
import pytest

from analysis.safety.loading import faults, load
from experiments.types import JsonObject
from tests.analysis.safety.loading.tables import GROUPS, Folder, applicants, refusal


def test_a_value_that_is_missing(folder: Folder) -> None:
    frame = applicants()
    frame.loc[[3, 7], "income"] = np.nan

    assert "“income” has no value in 2 rows, first in row 4" in refusal(folder.setting(frame))


def test_an_infinite_value(folder: Folder) -> None:
    frame = applicants()
    frame.loc[5, "income"] = np.inf

    assert "“income” is infinite in row 6" in refusal(folder.setting(frame))


def test_a_missing_value_in_the_column_of_a_group(folder: Folder) -> None:
    frame = applicants()
    frame.loc[2, "sex"] = None

    assert "“sex” has no value in row 3" in refusal(folder.setting(frame))


def test_a_group_of_nobody(folder: Folder) -> None:
    groups: JsonObject = {**GROUPS, "OLD": {"column": "age", "above": 99}}

    assert "groups.OLD: The group OLD is empty" in refusal(folder.setting(applicants(), groups=groups))


def test_a_group_of_two(folder: Folder) -> None:
    groups: JsonObject = {"RICH": {"column": "income", "at_least": 1_058}}

    assert "The group RICH has 2 rows. Nothing can be shown of fewer than 5" in refusal(
        folder.setting(applicants(), groups=groups)
    )


def test_a_value_that_a_group_names_and_no_row_has(folder: Folder) -> None:
    groups: JsonObject = {"M": {"column": "sex", "equals": "male"}}

    assert "groups.M.equals: No row has “sex” equal to 'male'. It holds “Female”, “Male”" in refusal(
        folder.setting(applicants(), groups=groups)
    )


@pytest.mark.parametrize("codes", [(1, 2), (-1, 1), (0, 2)])
def test_a_group_coded_otherwise_than_0_and_1(folder: Folder, codes: tuple[int, int]) -> None:
    frame = applicants().assign(man=lambda one: np.where(one["sex"] == "Male", *codes))

    assert "“man” is not coded 0 and 1" in refusal(folder.setting(frame, groups={"M": "man"}))


@pytest.mark.parametrize("codes", [(1, 2), (1, -1), ("yes", "no")])
def test_a_label_coded_otherwise_than_0_and_1(folder: Folder, codes: tuple[object, object]) -> None:
    frame = applicants()
    frame["paid"] = frame["paid"].map({1: codes[0], 0: codes[1]})

    assert "label: The label “paid” is not coded 0 and 1" in refusal(folder.setting(frame))


def test_a_label_of_three_values_for_two_classes(folder: Folder) -> None:
    assert "“job” has 3 values" in refusal(folder.setting(applicants(), label="job"))


def test_classes_that_are_not_numbered_from_0(folder: Folder) -> None:
    frame = applicants().assign(grade=lambda one: one["age"] % 3 + 1)

    assert "“grade” is not coded 0 to 2" in refusal(
        folder.setting(frame, label="grade", regime="multiclass_classification")
    )


@pytest.mark.parametrize("regime", ["binary_classification", "multiclass_classification", "regression"])
def test_a_label_that_is_the_same_in_every_row(folder: Folder, regime: str) -> None:
    said = refusal(folder.setting(applicants().assign(paid=1), regime=regime))

    assert "same label" in said or "has 1 values" in said


def test_rows_that_come_twice(folder: Folder) -> None:
    frame = applicants()
    twice = pd.concat([frame, frame.iloc[[0, 1]]])

    assert "2 of 62 rows equal an earlier one in every column, first row 61" in refusal(folder.setting(twice))


def test_a_person_who_comes_twice(folder: Folder) -> None:
    frame = applicants().assign(person=lambda one: one.index % 50)

    assert "unit: 10 values of “person” have more than one row" in refusal(folder.setting(frame, unit="person"))


def test_lines_with_more_fields_than_names(folder: Folder) -> None:
    (folder.path / "a.csv").write_text("income,paid\n" + "".join(f"{n},{n % 2},{n % 3}\n" for n in range(9)))

    assert "every column would be shifted" in refusal(folder.about("a.csv"))


def test_lines_with_different_numbers_of_fields(folder: Folder) -> None:
    (folder.path / "a.csv").write_text("income,paid\n1,0\n2,1,5\n")

    assert "line 3" in refusal(folder.about("a.csv"))


def test_a_line_with_fewer_fields_than_names_is_no_row_with_a_gap(folder: Folder) -> None:
    lines = applicants().to_csv(index=False).splitlines()
    lines[7] = lines[7].partition(",")[2]
    (folder.path / "a.csv").write_text("\n".join(lines))

    assert "Line 8 of a.csv has 4 of 5 fields" in refusal(folder.about("a.csv", missing="drop"))


def test_a_gap_at_the_end_of_a_line_is_a_gap(folder: Folder) -> None:
    frame = applicants().assign(note=None)

    assert len(load(folder.setting(frame, leave_out=["note"])).table) == len(frame)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "data.path: a.csv is empty"),
        (b"income;paid\n1;0\n2;1\n", "The fields of a.csv are separated by semicolons"),
        (b"income\tpaid\n1\t0\n", "separated by tabs"),
        ("größe,paid\n1,0\n".encode("latin-1"), "a.csv is not text in UTF-8"),
    ],
)
def test_what_is_no_csv_file_is_called_what_it_is(folder: Folder, content: bytes, said: str) -> None:
    (folder.path / "a.csv").write_bytes(content)

    assert said in refusal(folder.about("a.csv"))


@pytest.mark.parametrize("column", ["income", "age"])
def test_a_text_among_numbers_makes_no_category_of_each_number(folder: Folder, column: str) -> None:
    frame = applicants().astype({column: object})
    frame.loc[[4, 9], column] = "thirty"

    assert f"“{column}” holds numbers, but “thirty” in 2 rows, first in row 5" in refusal(folder.setting(frame))


def test_categories_some_of_which_are_numbers_are_categories(folder: Folder) -> None:
    floors = np.array(["1", "2", "ground"])[np.arange(60) % 3]

    assert "floor" in load(folder.setting(applicants().assign(floor=floors))).features


def test_a_file_without_a_line_of_names(folder: Folder) -> None:
    (folder.path / "a.csv").write_text("1,0\n2,1\n")

    assert "holds numbers where names of columns should be" in refusal(folder.about("a.csv"))


def test_a_file_that_is_not_the_pinned_one(folder: Folder) -> None:
    setting = folder.setting(applicants(), data={"type": "csv", "path": "applicants.csv", "sha256": "0" * 64})

    assert "data.sha256: applicants.csv is not the file that was pinned" in refusal(setting)


def test_a_text_where_a_number_is_compared(folder: Folder) -> None:
    assert "“job” holds texts, which are not above anything" in refusal(
        folder.setting(applicants(), groups={"G": {"column": "job", "above": 3}})
    )


def test_the_label_among_the_features(folder: Folder) -> None:
    assert "“paid” cannot be a feature" in refusal(folder.setting(applicants(), features=["income", "paid"]))


def test_a_column_that_is_none_with_the_nearest_name(folder: Folder) -> None:
    assert "features: applicants has no column “incom”. Did you mean “income”?" in refusal(
        folder.setting(applicants(), features=["incom"])
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"groups": {"1st": {"column": "a", "above": 1}}}, "cannot be named in a constraint"),
        ({"groups": {"G": {"column": "a"}}}, "says nothing of it"),
        ({"groups": {"G": {"colum": "a", "above": 1}}}, "A condition has no “colum”."),
        ({"groups": {"G": {"column": "a", "above": "b"}}}, "is no number"),
        ({"groups": {"G": {"any": []}}}, "takes a list of conditions"),
        ({"data": {"type": "csw"}}, "There is no type “csw”."),
        ({"data": {"type": "csv"}}, "The parameter “path” is missing."),
        ({"data": {"type": "csv", "path": "nowhere.csv"}}, "There is no data file"),
        ({"missing": "guess"}, "“guess” cannot stand here."),
    ],
)
def test_what_a_document_says_wrongly_is_found_without_reading_a_row(
    folder: Folder, more: JsonObject, said: str
) -> None:
    found = faults({"data": "made_up", **more})

    assert any(said in message for _, message, _ in found), found
