"""Labels, groups and features of a table, as a document declares them."""

import numpy as np
import pytest

from analysis.safety.loading import load
from analysis.safety.terms import Regime
from experiments.types import JsonObject
from tests.analysis.safety.loading.tables import Folder, applicants


def test_a_model_sees_neither_the_label_nor_what_groups_are_made_of(folder: Folder) -> None:
    loaded = load(folder.setting(applicants()))

    assert loaded.features == ("income", "age", "job")
    assert loaded.encoding().features == ("income", "age", "job=nurse", "job=smith")
    assert loaded.samples().features.shape == (60, 4)


def test_groups_hold_the_rows_that_fulfil_their_conditions(folder: Folder) -> None:
    frame = applicants()
    groups: JsonObject = {
        "OLD": {"column": "age", "at_least": 60},
        "MEN": {"all": [{"column": "sex", "equals": "Male"}, {"not": {"column": "age", "at_least": 60}}]},
        "CARE": {"column": "job", "among": ["nurse", "smith"]},
        "SEX": {"column": "sex", "each": True},
    }
    loaded = load(folder.setting(frame, groups=groups))

    assert list(loaded.groups) == ["OLD", "MEN", "CARE", "SEX_Female", "SEX_Male"]
    np.testing.assert_array_equal(loaded.groups["OLD"], frame["age"] >= 60)
    np.testing.assert_array_equal(loaded.groups["MEN"], (frame["sex"] == "Male") & (frame["age"] < 60))
    np.testing.assert_array_equal(loaded.groups["CARE"], frame["job"] != "clerk")


def test_the_positive_class_is_the_one_that_was_named(folder: Folder) -> None:
    frame = applicants()
    frame["paid"] = np.where(frame["paid"] == 1, "No", "Yes")  # the alphabet would say otherwise
    loaded = load(folder.setting(frame, positive="No"))

    np.testing.assert_array_equal(loaded.labels == 1, frame["paid"] == "No")
    assert loaded.classes == ("Yes", "No")


def test_classes_are_numbered_in_the_order_that_was_named(folder: Folder) -> None:
    frame = applicants()
    setting = folder.setting(
        frame, label="job", regime="multiclass_classification", classes=["smith", "clerk", "nurse"], features=["income"]
    )
    loaded = load(setting)

    assert loaded.classes == ("smith", "clerk", "nurse")
    np.testing.assert_array_equal(loaded.labels == 0, frame["job"] == "smith")
    assert "0 is smith, 1 is clerk, 2 is nurse" in " ".join(loaded.remarks)


def test_what_a_category_means_is_learnt_from_the_candidate_rows_alone(folder: Folder) -> None:
    frame = applicants()
    candidate = np.flatnonzero(frame["job"] != "smith")
    loaded = load(folder.setting(frame))
    encoding = loaded.encoding(candidate)

    assert encoding.features == ("income", "age", "job=nurse")
    smiths = loaded.samples(encoding).features[frame["job"] == "smith"]
    assert not smiths[:, 2].any()


def test_the_same_rows_have_one_fingerprint_whatever_file_they_come_in(folder: Folder) -> None:
    frame = applicants()
    of_csv = load(folder.setting(frame))
    frame.to_parquet(folder.path / "a.parquet")
    frame.to_json(folder.path / "a.jsonl", orient="records", lines=True)
    of_parquet = load(folder.about("a.csv", data={"type": "parquet", "path": "a.parquet"}))
    of_lines = load(folder.about("a.csv", data={"type": "json_lines", "path": "a.jsonl"}))
    other = load(folder.setting(frame.assign(income=frame["income"] + 1)))

    assert of_csv.fingerprint == of_parquet.fingerprint == of_lines.fingerprint
    assert other.fingerprint != of_csv.fingerprint


def test_arrays_are_columns_named_after_their_array(folder: Folder) -> None:
    rng = np.random.default_rng(18)
    groups = np.stack([np.arange(40) % 2, np.arange(40) % 2 == 0], axis=1).astype(int)
    np.savez(
        folder.path / "a.npz", X=rng.normal(size=(40, 3)), y=(np.arange(40) % 3 == 0), S=groups, S_cols=["M", "F"],
        theta=np.zeros(4),
    )  # fmt: skip
    loaded = load({"data": {"type": "arrays", "path": "a.npz"}, "label": "y", "groups": {"M": "M", "F": "F"}})

    assert loaded.features == ("X1", "X2", "X3")
    assert loaded.groups["M"].sum() == 20


@pytest.mark.parametrize(
    ("name", "rows", "regime", "more"),
    [
        ("arrests", 5_226, Regime.BINARY, {"positive": "Yes", "duplicates": "allow"}),
        ("breast_cancer", 569, Regime.BINARY, {"positive": "malignant"}),
        ("diabetes", 442, Regime.REGRESSION, {"groups": {"F": {"column": "sex", "above": 0}}}),
        ("iris", 150, Regime.MULTICLASS, {"duplicates": "allow"}),
        ("wine", 178, Regime.MULTICLASS, {}),
        ("made_up", 2_000, Regime.BINARY, {"groups": {"G": {"column": "group", "each": True}}}),
    ],
)
def test_data_sets_of_wheels_need_no_file_and_know_their_label(
    name: str, rows: int, regime: Regime, more: JsonObject
) -> None:
    loaded = load({"data": name, "regime": str(regime), **more})

    assert len(loaded) == rows
    assert np.isfinite(loaded.samples().features).all()


def test_rows_with_gaps_are_dropped_only_if_that_is_declared_and_it_is_said(folder: Folder) -> None:
    frame = applicants()
    frame.loc[3, "income"] = np.nan
    loaded = load(folder.setting(frame, missing="drop"))

    assert len(loaded) == 59
    assert "1 of 60 rows lacked a value" in loaded.remarks[0]
