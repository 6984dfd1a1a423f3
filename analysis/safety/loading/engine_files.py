"""The Seldonian Engine's files: a CSV of numbers without names, and a JSON file that names its columns.

What the engine reads rightly is read alike. What it mis-reads (columns shifted by a missing name, a column of gaps for
one name too many, groups not coded 0 and 1, two labels) is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, cast

from analysis.learning.components import Finding, Text
from analysis.learning.data.folders import data_file, fingerprint
from analysis.learning.members import takes
from analysis.safety.loading.csv_files import read_csv
from analysis.safety.loading.files import FileSource
from analysis.safety.loading.refusal import NotUsable, refuse_if
from analysis.safety.loading.sources import SOURCES
from analysis.safety.loading.table import Table, of_frame
from analysis.safety.terms import Regime
from experiments.problems import did_you_mean
from experiments.types import JsonObject

PATH: Final = ("data", "metadata")
SUB_REGIMES: Final = {
    "regression": Regime.REGRESSION,
    "classification": Regime.BINARY,
    "binary_classification": Regime.BINARY,
    "multiclass_classification": Regime.MULTICLASS,
}
LISTS: Final = ("all_col_names", "label_col_names", "sensitive_col_names", "feature_col_names")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the JSON file says. sensitive: the columns that are groups, coded 0 and 1."""

    regime: Regime
    names: tuple[str, ...]
    label: str
    sensitive: tuple[str, ...] = ()
    features: tuple[str, ...] = ()

    def declared(self) -> JsonObject:
        """The same as a document says it beside `data`."""
        return {
            "label": self.label,
            "groups": {name: name for name in self.sensitive},
            "features": list(
                self.features or (name for name in self.names if name not in {self.label, *self.sensitive})
            ),
            "regime": str(self.regime),
        }


@SOURCES.register
@dataclass(frozen=True)
class EngineFiles(FileSource):
    """The Seldonian Engine's CSV (no names in it) with its metadata file.

    Label, groups, features and regime are those of the metadata, unless the document names others.
    """

    name: ClassVar[str] = "engine"
    example: ClassVar[JsonObject] = {"type": "engine", "path": "loans.csv", "metadata": "loans.json"}

    metadata: str = takes(Text(1_000), "The engine's metadata file, within the folders for data.", "")

    def disagreements(self) -> Iterator[Finding]:
        yield from super().disagreements()
        if self.path and not self.metadata:
            yield (), "The parameter “metadata” is missing.", "Add metadata: the JSON file that names the columns."

    def read_metadata(self) -> Metadata:
        """NotUsable if it is not what the engine reads."""
        return metadata_of(data_file(self.metadata))

    def declares(self) -> JsonObject:
        return self.read_metadata().declared()

    def table(self) -> Table:
        file, metadata = self.file(), self.read_metadata()
        frame = read_csv(file, self.path, header=None)
        if frame.shape[1] != len(metadata.names):
            said = f"{self.metadata} names {len(metadata.names)} columns; {self.path} has {frame.shape[1]}."
            raise NotUsable([(PATH, said, "Name every column once, in order: else all of them would be shifted.")])
        frame.columns = list(metadata.names)
        if texts := [name for name in metadata.names if frame[name].dtype.kind not in "biuf"]:
            said = f"The column “{texts[0]}” of {self.path} holds texts."
            raise NotUsable([(("data", "path"), said, "The engine's files hold numbers, and no line of names.")])
        return of_frame(frame, file.stem, label=metadata.label)

    def identity(self) -> JsonObject:
        return {**super().identity(), "metadata": fingerprint(self.metadata)}


def metadata_of(file: Path) -> Metadata:
    """NotUsable, with everything that is wrong with it."""
    try:
        written = json.loads(file.read_text())
    except (ValueError, OSError) as error:
        raise NotUsable([(PATH, f"{file.name} cannot be read: {error}.", "It must be a JSON object.")]) from error
    if not isinstance(written, Mapping):
        raise NotUsable([(PATH, f"{file.name} is no JSON object.", "")])
    refuse_if(_faults(cast(JsonObject, written)))
    lists = {key: _names(written.get(key)) for key in LISTS}
    return Metadata(
        regime=SUB_REGIMES[str(written["sub_regime"])],
        names=lists["all_col_names"],
        label=lists["label_col_names"][0],
        sensitive=lists["sensitive_col_names"],
        features=lists["feature_col_names"],
    )


def _faults(written: JsonObject) -> Iterator[Finding]:
    for key in ("regime", "sub_regime", "all_col_names", "label_col_names"):
        if key not in written:
            yield PATH, f"The metadata has no “{key}”.", "The engine asks for it."
    if "regime" in written and written["regime"] != "supervised_learning":
        said = f"Rows of a table belong to regime supervised_learning, not to {written['regime']!r:.60}."
        yield PATH, said, "Episodes are read by data: {type: episodes}."
    if "sub_regime" in written and written["sub_regime"] not in SUB_REGIMES:
        yield (
            PATH,
            f"There is no sub_regime {written['sub_regime']!r:.60}.",
            did_you_mean(written["sub_regime"], SUB_REGIMES),
        )
    for key in LISTS:
        yield from _name_faults(key, written.get(key, []))
    yield from _place_faults(written)


def _name_faults(key: str, value: object) -> Iterator[Finding]:
    names = _names(value)
    if not isinstance(value, str | list) or not all(names):
        yield PATH, f"“{key}” must be a list of names.", ""
    elif len(set(names)) < len(names):
        yield PATH, f"“{key}” names a column twice.", ""
    if key == "label_col_names" and len(names) != 1:
        yield PATH, f"There must be one label, not {len(names)}.", "Train one model for each."


def _place_faults(written: JsonObject) -> Iterator[Finding]:
    known = _names(written.get("all_col_names"))
    for key in LISTS[1:]:
        for name in _names(written.get(key)):
            if name not in known:
                yield PATH, f"“{key}” names “{name}”, which is no column.", did_you_mean(name, known)
    label = _names(written.get("label_col_names"))
    if set(label) & set(_names(written.get("feature_col_names"))):
        yield PATH, f"The label “{label[0]}” is among the features.", "A model that sees it would predict nothing."


def _names(value: object) -> tuple[str, ...]:
    """One name may stand without a list; what is no name becomes an empty one."""
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(name if isinstance(name, str) else "" for name in given)


__all__ = ["EngineFiles", "Metadata", "metadata_of"]
