"""A table with a row for each step, made into episodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.learning.data.samples import Array as Column
from analysis.safety.loading.csv_files import read_csv
from analysis.safety.loading.files import CsvFile, ParquetFile
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import Table, is_text, of_frame
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.terms import Array

if TYPE_CHECKING:
    from analysis.safety.reinforcement.sources.files import EpisodesFile


def of_steps(source: EpisodesFile) -> Recorded:
    """NotUsable where rows of an episode are apart, or a cell that must be a number is none."""
    table = _table(source)
    starts = _starts(table.column(source.episode, "data", "episode"), source)
    if not len(table):
        raise NotUsable([(("data",), f"{table.name} has no rows.", "")])
    try:
        episodes = Episodes(
            starts,
            _numbers(table, source.observations, "observations"),
            _numbers(table, source.actions, "actions"),
            _numbers(table, (source.reward, *source.alternates), "reward"),
            _numbers(table, (source.chance,), "chance")[:, 0],
            names=source.observations,
        )
    except NotUsable:
        raise
    except ValueError as error:
        raise NotUsable([(("data",), str(error), "")]) from error
    attributes, remarks = _attributes(table, starts, source)
    return Recorded(table.name, episodes, attributes, remarks=remarks)


def _table(source: EpisodesFile) -> Table:
    if source.path.endswith(".parquet"):
        return ParquetFile(path=source.path, sha256=source.sha256).table()
    named = CsvFile(path=source.path, sha256=source.sha256)
    if not source.names:
        return named.table()
    frame = read_csv(named.file(), source.path, header=None)
    if len(frame.columns) != len(source.names):
        said = f"{source.path} has {len(frame.columns)} columns, and {len(source.names)} are named."
        raise NotUsable([(("data", "names"), said, "Name every column, in the file's order.")])
    frame.columns = list(source.names)
    return of_frame(frame, named.file().stem)


def _starts(episode: Column, source: EpisodesFile) -> NDArray[np.intp]:
    """Where each begins, and the end."""
    changes = np.flatnonzero(episode[1:] != episode[:-1]) + 1
    starts = np.concatenate([[0], changes, [len(episode)]]).astype(np.intp)
    names = episode[starts[:-1]].tolist()
    if len(set(names)) < len(names):
        again = next(name for place, name in enumerate(names) if name in names[:place])
        said = f"The rows of episode {again} are not together."
        raise NotUsable([(("data", "episode"), said, f"Sort the file by {source.episode}, steps in their order.")])
    return starts


def _numbers(table: Table, names: tuple[str, ...], parameter: str) -> Array:
    """Shape (s, len(names))."""
    columns = [table.column(name, "data", parameter) for name in names]
    for name, column in zip(names, columns, strict=True):
        if is_text(column):
            row = next(place for place, value in enumerate(column) if value is not None)
            said = f"The column “{name}” holds texts, such as {column[row]!r:.40} in row {row + 1}."
            raise NotUsable([(("data", parameter), said, "Number its values.")])
    return np.column_stack(columns).astype(np.float64)


def _attributes(table: Table, starts: NDArray[np.intp], source: EpisodesFile) -> tuple[Table, tuple[str, ...]]:
    """Columns that keep their value through every episode; those that do not are left aside."""
    used = {*source.observations, *source.actions, source.reward, source.chance, *source.alternates}
    lengths = np.diff(starts)
    kept, moving = {}, []
    for name, column in table.columns.items():
        first = column[starts[:-1]]
        if bool(np.all(np.repeat(first, lengths) == column)):
            kept[name] = first
        elif name not in used:
            moving.append(name)
    said = f"{', '.join(moving)}: changes within an episode, so no group can be made of it." if moving else ""
    return Table(table.name, kept), (said,) if said else ()
