"""Data sets of files: tables by their columns, arrays by their names, and nothing outside the folders for data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.learning.data import folders
from analysis.learning.data.folders import allow_folders, data_file, fingerprint
from analysis.learning.data.loading import Loader
from analysis.learning.data.readers.tables import Columns, read_arrays, read_samples, read_table
from analysis.learning.estimators.learner import EstimatorLearner
from analysis.learning.estimators.wanted import InARow, Wanted
from analysis.learning.inference import predictor
from analysis.learning.models.targets import Classes, Numbers, aim_of
from analysis.learning.running import Task
from analysis.learning.training.epochs import EpochTrainer
from tests.analysis.learning.functions.listening import Listener

FRAME = pd.DataFrame({"age": [30, 60], "city": ["Bonn", "Aachen"], "person": ["a", "b"], "back": ["yes", "no"]})


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder for data, the only one."""
    before = list(folders._FOLDERS)
    allow_folders([tmp_path / "data"])
    (tmp_path / "data").mkdir()
    yield tmp_path / "data"
    allow_folders(before)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_a_table_gives_features_targets_and_what_stands_aside(data: Path, ending: str) -> None:
    path = data / f"visits.{ending}"
    match ending:
        case "csv":
            FRAME.to_csv(path, index=False)
        case "parquet":
            FRAME.to_parquet(path)
        case "jsonl":
            FRAME.to_json(path, orient="records", lines=True)

    read = read_table(data_file(path.name), Columns(targets=["back"], aside=["person"]))

    assert read.features == ("age", "city")
    assert read.all().samples.tolist() == [[30, "Bonn"], [60, "Aachen"]]
    assert read.targets.tolist() == ["yes", "no"]
    assert read.column("person").tolist() == ["a", "b"]


def test_whole_numbers_are_classes_unless_it_is_said_that_they_are_numbers(data: Path) -> None:
    FRAME.to_csv(data / "visits.csv", index=False)

    classes, numbers = (
        read_table(data_file("visits.csv"), Columns(targets=["age"], numbers=numbers)) for numbers in (False, True)
    )

    assert isinstance(aim_of(classes.targets), Classes)
    assert isinstance(aim_of(numbers.targets), Numbers)


def test_texts_go_through_a_vectoriser_and_the_model_is_kept_with_it(data: Path) -> None:
    words = {"text": ["good tea", "good cake", "bad tea", "bad cake"] * 5, "said": ["yes", "yes", "no", "no"] * 5}
    pd.DataFrame(words).to_csv(data / "said.csv", index=False)
    texts = read_table(data_file("said.csv"), Columns(targets=["said"], text="text"))
    row = InARow([("words", Wanted("TfidfVectorizer")), ("naive", Wanted("MultinomialNB"))])
    listener = Listener()

    EpochTrainer({"train": Loader(texts, 8)}, EstimatorLearner(row), seed=1).train(Task({}, seed=1), listener)

    assert predictor(listener.saved[-1].state).predict(np.array(["good", "bad cake"])).tolist() == ["yes", "no"]


def test_a_column_that_the_table_does_not_have_is_named_beside_those_it_has(data: Path) -> None:
    FRAME.to_csv(data / "visits.csv", index=False)

    with pytest.raises(ValueError, match=r"visits\.csv has no column years; it has age, city, person, back"):
        read_table(data_file("visits.csv"), Columns(targets=["back"], features=["years"]))


def test_new_samples_are_found_by_the_names_of_the_columns(data: Path) -> None:
    FRAME.to_csv(data / "new.csv", index=False)
    np.save(data / "new.npy", np.eye(2))

    assert read_samples(data / "new.csv", ["city", "age"]).tolist() == [["Bonn", 30], ["Aachen", 60]]
    assert read_samples(data / "new.npy").tolist() == [[1, 0], [0, 1]]
    with pytest.raises(ValueError, match="no column colour, which the model learnt from"):
        read_samples(data / "new.csv", ["colour"])


@pytest.mark.parametrize("mapped", [False, True])
def test_arrays_are_read_by_name_or_stay_on_disk(data: Path, mapped: bool) -> None:
    samples, targets = np.arange(6.0).reshape(3, 2), np.array([0, 1, 0])
    if mapped:
        np.savez(data / "three.npz", targets=targets)
    else:
        np.savez(data / "three.npz", samples=samples, targets=targets)
    np.save(data / "samples.npy", samples)

    read = read_arrays(data / "three.npz", "samples", "targets", mapped=mapped)

    assert read.take(np.array([2, 0])).samples.tolist() == [[4, 5], [0, 1]]
    assert isinstance(read.samples.array, np.memmap) is mapped  # type: ignore[attr-defined]  # it is Held


def test_a_pickle_in_an_array_file_is_not_read(data: Path) -> None:
    np.savez(data / "evil.npz", samples=np.array([{"a": 1}], dtype=object), targets=np.array([0]))

    with pytest.raises(ValueError, match="allow_pickle=False"):
        read_arrays(data / "evil.npz", "samples", "targets")


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "absent.csv", "."])
def test_nothing_outside_of_the_folders_can_be_reached(data: Path, path: str) -> None:
    (data.parent / "secret.csv").write_text("a\n1\n")

    with pytest.raises(FileNotFoundError, match="See DATA_FOLDERS"):
        data_file(path)


def test_a_link_out_of_the_folder_is_not_followed(data: Path) -> None:
    (data.parent / "secret.csv").write_text("a\n1\n")
    (data / "link.csv").symlink_to(data.parent / "secret.csv")

    with pytest.raises(FileNotFoundError):
        data_file("link.csv")


def test_another_content_has_another_fingerprint(data: Path) -> None:
    (data / "visits.csv").write_text("a\n1\n")
    before = fingerprint("visits.csv")
    (data / "visits.csv").write_text("a\n2\n")

    assert fingerprint("visits.csv") != before
