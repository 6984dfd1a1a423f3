"""Data sets by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import (
    REQUIRED,
    Component,
    Finding,
    Flag,
    ListOf,
    Parameter,
    Real,
    Text,
    Whole,
    component,
    register,
)
from analysis.learning.data.folders import data_file, fingerprint
from experiments.types import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.learning.data.dataset import Dataset

SKLEARN = {
    "digits": "1,797 pictures of handwritten digits, 8 x 8 pixels from 0 to 16, 10 classes",
    "iris": "150 flowers with 4 measurements, 3 classes",
    "wine": "178 wines with 13 measurements, 3 classes",
    "breast_cancer": "569 tumours with 30 measurements, 2 classes",
    "diabetes": "442 patients with 10 measurements; the target is a number",
}


def _library(name: str) -> Callable[..., Dataset]:
    def read(*, flat: bool) -> Dataset:
        from analysis.learning.data.readers.library import library_set

        return library_set(name, flat=flat)

    return read


for _name, _meaning in SKLEARN.items():
    register(
        Component(
            "dataset",
            f"sklearn_{_name}",
            _library(_name),
            parameters={"flat": Parameter(Flag(), "A picture as one row of numbers.", default=True)},
            packages=("sklearn",),
            title=f"{_name.replace('_', ' ').capitalize()} (scikit-learn)",
            meaning=f"{_meaning}.",
        )
    )


@component(
    "dataset",
    "made_up",
    parameters={
        "rows": Parameter(Whole(2, 10_000_000), "How many samples.", default=1000),
        "features": Parameter(Whole(1, 10_000), "Numbers in each sample.", default=10),
        "classes": Parameter(Whole(0, 1000), "Classes; 0: the target is a number.", default=2),
        "noise": Parameter(Real(0), "Share of wrong labels, or the deviation of a number.", default=0.0),
        "seed": Parameter(Whole(0, 2**32 - 1), "The same seed makes up the same data.", default=0),
    },
    packages=("sklearn",),
)
def made_up(*, rows: int, features: int, classes: int, noise: float, seed: int) -> Dataset:
    """Made-up data.

    Clouds of points, one for each class, or a noisy linear function.
    """
    from analysis.learning.data.readers.library import made_up as make

    return make(rows, features, classes=classes, noise=noise, seed=seed)


def _missing_file(config: JsonObject) -> Iterator[Finding]:
    path = config.get("path")
    if isinstance(path, str):
        try:
            data_file(path)
        except FileNotFoundError as error:
            yield ("path",), str(error), "Put the file there, or correct the path."


def _file_identity(config: JsonObject) -> JsonObject:
    return {"sha256": fingerprint(str(config["path"]))}


PATH = Parameter(Text(300, 1), "Where it lies in the folder for data.", default=REQUIRED)
NAMES = ListOf(Text(200, 1))


@component(
    "dataset",
    "table",
    parameters={
        "path": PATH,
        "targets": Parameter(ListOf(Text(200, 1), least=1), "Columns to be predicted."),
        "features": Parameter(NAMES, "Columns to predict from; none: all others.", default=[]),
        "aside": Parameter(NAMES, "Columns that only folds go by: a person, a time.", default=[]),
        "text": Parameter(Text(200), "A column of texts, then the only feature: for TfidfVectorizer.", default=""),
        "numbers": Parameter(Flag(), "Whole-numbered targets are numbers, not classes.", default=False),
    },
    packages=("pandas",),
    check=_missing_file,
    identity=_file_identity,
)
def table(*, path: str, targets: list[str], features: list[str], aside: list[str], text: str, numbers: bool) -> Dataset:
    """A table: CSV, Parquet or JSON lines.

    The file's ending says which. Columns of text are encoded by the component `encode`.
    """
    from analysis.learning.data.readers.tables import Columns, read_table

    return read_table(data_file(path), Columns(targets, features, aside, text, numbers))


@component(
    "dataset",
    "arrays",
    parameters={
        "path": PATH,
        "samples": Parameter(Text(100, 1), "The array of samples, shape (n, …).", default="samples"),
        "targets": Parameter(Text(100, 1), "The array of targets, shape (n,) or (n, k).", default="targets"),
        "on_disk": Parameter(Flag(), "Samples stay in <samples>.npy beside it until they are read.", default=False),
    },
    check=_missing_file,
    identity=_file_identity,
)
def arrays(*, path: str, samples: str, targets: str, on_disk: bool) -> Dataset:
    """Arrays of an .npz file."""
    from analysis.learning.data.readers.tables import read_arrays

    return read_arrays(data_file(path), samples, targets, mapped=on_disk)
