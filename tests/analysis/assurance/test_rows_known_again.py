"""A safety set is its rows: saved otherwise, they have still been seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.assurance.models import SafetySet, SafetyTest
from analysis.learning.data.folders import allow_folders
from analysis.safety.loading import SOURCES
from experiments.models import Study
from experiments.types import Json
from tests.analysis.assurance.trainings import train
from tests.factories import make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    allow_folders([tmp_path])
    return tmp_path


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(dict(SOURCES.read({"type": "made_up", "rows": 2_000, "gap": 0.8}).table().columns))


def trained(study: Study, path: Path, **entries: Json) -> SafetyTest:
    kind = "parquet" if path.suffix == ".parquet" else "csv"
    leave_out: Json = (
        [name for name in ("score", "grade") if name in pd.read_csv(path, nrows=1)] if kind == "csv" else []
    )
    return train(study, data={"type": kind, "path": str(path)}, label="label", leave_out=leave_out, **entries)


def other_columns(frame: pd.DataFrame, folder: Path) -> Path:
    frame[frame.columns[::-1]].to_csv(folder / "other.csv", index=False)
    return folder / "other.csv"


def other_line_ends(frame: pd.DataFrame, folder: Path) -> Path:
    frame.to_csv(folder / "other.csv", index=False, lineterminator="\r\n")
    return folder / "other.csv"


def other_order(frame: pd.DataFrame, folder: Path) -> Path:
    frame.sample(frac=1, random_state=4).to_csv(folder / "other.csv", index=False)
    return folder / "other.csv"


def fewer_columns(frame: pd.DataFrame, folder: Path) -> Path:
    frame.drop(columns=["x5", "score"]).to_csv(folder / "other.csv", index=False)
    return folder / "other.csv"


def more_rows(frame: pd.DataFrame, folder: Path) -> Path:
    new = SOURCES.read({"type": "made_up", "rows": 500, "gap": 0.8, "seed": 3}).table().columns
    pd.concat([frame, pd.DataFrame(dict(new))]).to_csv(folder / "other.csv", index=False)
    return folder / "other.csv"


@pytest.mark.parametrize("saved", [other_columns, other_order, fewer_columns, more_rows])
def test_rows_that_were_tested_on_are_refused_however_they_were_saved(
    saved: Callable[[pd.DataFrame, Path], Path], frame: pd.DataFrame, folder: Path
) -> None:
    study = make_study()
    frame.to_csv(folder / "rows.csv", index=False)
    first = trained(study, folder / "rows.csv")

    again = trained(study, saved(frame, folder), safety={"reuse": "refuse"})

    assert first.uses == 1
    assert "have tested 1 other candidates before" in again.reason


def test_the_same_candidate_on_the_same_rows_out_of_another_file_is_no_second_use(
    frame: pd.DataFrame, folder: Path
) -> None:
    study = make_study()
    frame.to_csv(folder / "rows.csv", index=False)
    first = trained(study, folder / "rows.csv")

    again = trained(study, other_line_ends(frame, folder), safety={"reuse": "refuse"})

    assert again.passed
    assert again.data_sha256 != first.data_sha256  # the pin is of the file
    assert again.use == first.use
    assert SafetySet.objects.get().n_uses == 1


def test_fresh_rows_are_fresh(frame: pd.DataFrame, folder: Path) -> None:
    study = make_study()
    frame.to_csv(folder / "rows.csv", index=False)
    trained(study, folder / "rows.csv")
    fresh = SOURCES.read({"type": "made_up", "rows": 2_000, "gap": 0.8, "seed": 3}).table().columns
    pd.DataFrame(dict(fresh)).to_csv(folder / "fresh.csv", index=False)

    assert trained(study, folder / "fresh.csv", safety={"reuse": "refuse"}).uses == 1
