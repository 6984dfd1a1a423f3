"""Data sets that come in a wheel: nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import numpy as np

from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.data.samples import Array
from analysis.learning.members import takes
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.sources import SOURCES, Source
from analysis.safety.loading.table import Table, of_frame
from experiments.types import JsonObject

__all__ = ["Arrests", "LibrarySource", "MadeUp"]


@SOURCES.register
@dataclass(frozen=True)
class Arrests(Source):
    """5,226 people arrested in Toronto for possessing a little marijuana, 1997 to 2002: who was released?

    Columns: released (Yes or No), colour (Black or White), year, age, sex (Female or Male), employed and citizen (Yes
    or No), checks (in how many police databases the name was found, 0 to 6). From the Toronto Star's analysis,
    published by Michael Friendly and in John Fox's textbooks; read from the wheel of scikit-lego.
    """

    name: ClassVar[str] = "arrests"
    example: ClassVar[JsonObject] = {"type": "arrests"}

    def table(self) -> Table:
        import pandas as pd

        frame = pd.read_csv(BytesIO(self._content()), compression="zip")
        remarks = ("Its columns are coarse: rows of different people can be equal in all of them.",)
        return of_frame(frame, "arrests", label="released", remarks=remarks)

    def identity(self) -> JsonObject:
        return {"sha256": sha256(self._content()).hexdigest()}

    @staticmethod
    def _content() -> bytes:
        """The package is not imported: only its file is read."""
        found = find_spec("sklego")
        if found is None or found.origin is None:
            hint = "Install what requirements.txt asks for."
            raise NotUsable([(("data", "type"), "The arrests come with scikit-lego, which is not installed.", hint)])
        return (Path(found.origin).parent / "data" / "arrests.zip").read_bytes()


class LibrarySource(Source):
    """Of scikit-learn. label: what its target column is called here. wanted: which loader."""

    label: ClassVar[str]
    loader: ClassVar[str]

    def table(self) -> Table:
        import sklearn.datasets

        loaded = getattr(sklearn.datasets, self.loader)()
        columns = {
            _word(name): loaded.data[:, place].astype(np.float64) for place, name in enumerate(loaded.feature_names)
        }
        target: Array = loaded.target
        if target.dtype.kind in "iu":
            names = np.array([str(name) for name in loaded.target_names], dtype=object)
            target = names[target]
        return Table(self.name, {**columns, self.label: target}, self.label)

    def identity(self) -> JsonObject:
        return {"scikit-learn": version("scikit-learn")}


def _word(name: str) -> str:
    """`mean radius` as a name that needs no quotes: mean_radius."""
    return "".join(letter if letter.isalnum() else "_" for letter in str(name).replace("(cm)", "").strip())


@SOURCES.register
@dataclass(frozen=True)
class BreastCancer(LibrarySource):
    """569 tumours with 30 measurements: malignant or benign."""

    name: ClassVar[str] = "breast_cancer"
    example: ClassVar[JsonObject] = {"type": "breast_cancer"}
    label: ClassVar[str] = "diagnosis"
    loader: ClassVar[str] = "load_breast_cancer"


@SOURCES.register
@dataclass(frozen=True)
class Diabetes(LibrarySource):
    """442 patients with 10 measurements, sex among them: how far the disease went within a year, a number."""

    name: ClassVar[str] = "diabetes"
    example: ClassVar[JsonObject] = {"type": "diabetes"}
    label: ClassVar[str] = "progression"
    loader: ClassVar[str] = "load_diabetes"


@SOURCES.register
@dataclass(frozen=True)
class Iris(LibrarySource):
    """150 flowers with 4 measurements: which of 3 species."""

    name: ClassVar[str] = "iris"
    example: ClassVar[JsonObject] = {"type": "iris"}
    label: ClassVar[str] = "species"
    loader: ClassVar[str] = "load_iris"


@SOURCES.register
@dataclass(frozen=True)
class Wine(LibrarySource):
    """178 wines with 13 measurements: which of 3 growers."""

    name: ClassVar[str] = "wine"
    example: ClassVar[JsonObject] = {"type": "wine"}
    label: ClassVar[str] = "grower"
    loader: ClassVar[str] = "load_wine"


@SOURCES.register
@dataclass(frozen=True)
class Digits(LibrarySource):
    """1,797 pictures of handwritten digits, 8 x 8 pixels: which of 10."""

    name: ClassVar[str] = "digits"
    example: ClassVar[JsonObject] = {"type": "digits"}
    label: ClassVar[str] = "digit"
    loader: ClassVar[str] = "load_digits"


@SOURCES.register
@dataclass(frozen=True)
class MadeUp(Source):
    """Applicants from a formula, of two groups whose labels differ: to try things out, and to know the truth.

    Columns: x1 … xd, normal; group (A or B); label (0 or 1), score (a number from -3 to 3) and grade (0, 1 or 2), which
    all follow the same hidden sum of the x, raised by `gap` in group A.
    """

    name: ClassVar[str] = "made_up"
    example: ClassVar[JsonObject] = {"type": "made_up", "rows": 2_000, "gap": 0.8}

    rows: int = takes(Whole(1, 10_000_000), "How many.", 2_000)
    features: int = takes(Whole(1, 10_000), "How many columns of numbers.", 5)
    share: float = takes(Real(0, 1, above=True, below=True), "Share of group A.", 0.5)
    gap: float = takes(Real(-5, 5), "By how much group A is ahead, in standard deviations of x1.", 0.8)
    seed: int = takes(Whole(0), "Of the rows alone.", 18)
    label: str = takes(OneOf("label", "score", "grade"), "What is usually predicted.", "label")

    def table(self) -> Table:
        rng = np.random.default_rng(self.seed)
        x = rng.normal(size=(self.rows, self.features))
        in_a = rng.random(self.rows) < self.share
        x[:, 0] += self.gap * in_a
        hidden = x @ (1.0 / np.arange(1, self.features + 1))
        label = rng.random(self.rows) < 1 / (1 + np.exp(-hidden))
        score = np.clip(hidden + rng.normal(scale=0.5, size=self.rows), -3, 3)
        columns: dict[str, Array] = {f"x{place + 1}": x[:, place].copy() for place in range(self.features)}
        columns["group"] = np.where(in_a, "A", "B").astype(object)
        columns["label"] = label.astype(np.int64)
        columns["score"] = score
        columns["grade"] = np.digitize(score, (-0.7, 0.7)).astype(np.int64)
        return Table("made_up", columns, self.label)

    def identity(self) -> JsonObject:
        return {"version": 1}
