"""Tables of files: CSV, Parquet, JSON lines. Columns by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.learning.data.dataset import Dataset, dataset
from analysis.learning.data.samples import Array

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table are. features: all that are left, if none are named. aside: neither features nor
    target, but what folds go by: a person, a time. text: the only feature, a column of texts: samples of
    shape (). numbers: the targets are numbers, though they may be whole.
    """

    targets: Sequence[str]
    features: Sequence[str] = ()
    aside: Sequence[str] = ()
    text: str = ""
    numbers: bool = False


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path)


def _parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path)


def _json_lines(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_json(path, lines=True)


FORMATS: Mapping[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".jsonl": _json_lines,
}


def read_table(path: Path, columns: Columns) -> Dataset:
    """By the file's ending. Numbers where all features are numbers, else objects, to be encoded.

    ValueError for an unknown ending, or a column that the table does not have.
    """
    if path.suffix not in FORMATS:
        raise ValueError(f"A table ends in {', '.join(FORMATS)}, not {path.suffix!r}.")
    frame = FORMATS[path.suffix](path)
    wanted = [*columns.targets, *columns.features, *columns.aside, *([columns.text] if columns.text else [])]
    if missing := [name for name in wanted if name not in frame.columns]:
        raise ValueError(
            f"{path.name} has no column {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}."
        )
    taken = {*columns.targets, *columns.aside}
    features = (
        [columns.text]
        if columns.text
        else list(columns.features) or [str(name) for name in frame.columns if name not in taken]
    )
    targets, samples = _array(frame[list(columns.targets)]), _array(frame[features])
    targets = targets.astype(np.float64) if columns.numbers else targets
    return dataset(
        samples[:, 0] if columns.text else samples,
        targets[:, 0] if len(columns.targets) == 1 else targets,
        columns={name: _array(frame[[name]])[:, 0] for name in columns.aside},
        features=features,
        name=path.stem,
    )


def _array(frame: pd.DataFrame) -> Array:
    """Numbers as they are, texts as texts of their length; a mixture as objects."""
    is_number = [frame[name].dtype.kind in "biuf" for name in frame.columns]
    if not any(is_number):
        return frame.to_numpy(dtype=str)
    return frame.to_numpy() if all(is_number) else frame.to_numpy(dtype=object)


def read_samples(path: Path, features: Sequence[str] = ()) -> Array:
    """What is to be predicted: a table (these columns, in this order), or an array in .npy or .npz (its first).

    ValueError for an unknown ending, or a column that the table does not have.
    """
    if path.suffix in (".npy", ".npz"):
        held = np.load(path, allow_pickle=False)
        return np.asarray(held if isinstance(held, np.ndarray) else held[held.files[0]])
    if path.suffix not in FORMATS:
        raise ValueError(f"Samples are read from {', '.join(FORMATS)}, .npy or .npz, not {path.suffix!r}.")
    frame = FORMATS[path.suffix](path)
    if missing := [name for name in features if name not in frame.columns]:
        raise ValueError(f"{path.name} has no column {', '.join(missing)}, which the model learnt from.")
    return _array(frame[list(features)] if features else frame)


def read_arrays(path: Path, samples: str, targets: str, *, mapped: bool = False) -> Dataset:
    """Of an .npz file, by the names in it. mapped: samples of an .npy file beside it stay on disk until they are read.

    Objects are refused: they would be pickles.
    """
    with np.load(path, allow_pickle=False) as held:
        if missing := [name for name in (samples, targets) if name not in held and not (mapped and name == samples)]:
            raise ValueError(f"{path.name} has no array {', '.join(missing)}; it has {', '.join(held)}.")
        if mapped:
            beside = np.load(path.with_name(f"{samples}.npy"), mmap_mode="r", allow_pickle=False)
            return dataset(beside, held[targets], name=path.stem)
        return dataset(held[samples], held[targets], name=path.stem)
