"""Episodes of files. CSV and Parquet: a row for each step. JSON lines: an object for each episode. Never a pickle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from analysis.learning.components import Finding, ListOf, Text
from analysis.learning.data.folders import fingerprint
from analysis.learning.members import takes
from analysis.safety.reinforcement.source import EPISODES, EpisodeSource, Recorded
from experiments.types import JsonObject

NAMES = ListOf(Text(200, 1))
LONG = (".csv", ".parquet")
LINES = ".jsonl"


@EPISODES.register
@dataclass(frozen=True)
class EpisodesFile(EpisodeSource):
    """Episodes of a file: what was seen, done (with what chance) and earned at every step.

    A .csv or .parquet file has a row for each step, in their order, the rows of an episode together. A .jsonl file has
    an object for each episode: observations, actions, rewards, chances, maybe alternates (a list of rewards for each
    step); what else it holds belongs to the whole episode. A CSV file of the Seldonian Engine has no line of names:
    give them in `names`.
    """

    name: ClassVar[str] = "episodes"
    example: ClassVar[JsonObject] = {"type": "episodes", "path": "walks.csv", "observations": ["state"]}

    path: str = takes(Text(1_000), "The file, within the folders for data (DATA_FOLDERS).", "")
    sha256: str = takes(Text(64), "The SHA-256 that the file must have; empty: any.", "")
    names: tuple[str, ...] = takes(NAMES, "Names of all columns, if the file's first line has none.", (), [])
    episode: str = takes(Text(200, 1), "The column that tells episodes apart.", "episode")
    observations: tuple[str, ...] = takes(NAMES, "Columns of what was seen.", ("observation",), ["observation"])
    actions: tuple[str, ...] = takes(NAMES, "Columns of what was done.", ("action",), ["action"])
    reward: str = takes(Text(200, 1), "The column of the primary reward.", "reward")
    alternates: tuple[str, ...] = takes(NAMES, "Columns of alternate rewards, in the order of their numbers.", (), [])
    chance: str = takes(Text(200, 1), "The column of the chance (or density) of what was done.", "chance")

    def disagreements(self) -> Iterator[Finding]:
        if not self.path:
            yield (), "The parameter “path” is missing.", "Add path: the file, within the folders for data."
        elif not self.path.endswith((*LONG, LINES)):
            yield ("path",), f"Episodes are read from {', '.join(LONG)} and {LINES}.", "What is in the file?"
        elif self.names and not self.path.endswith(".csv"):
            yield ("names",), "Only a CSV file may lack names.", "Leave it out."
        elif not self.observations or not self.actions:
            yield ("observations",), "Something must have been seen and done.", "Name at least one column of each."

    def recorded(self) -> Recorded:
        from analysis.safety.reinforcement.sources.lines import of_lines
        from analysis.safety.reinforcement.sources.steps import of_steps

        if self.path.endswith(LINES):
            return of_lines(self._file(), self.path)
        return of_steps(self)

    def identity(self) -> JsonObject:
        return {"sha256": fingerprint(self.path)}

    def _file(self) -> Path:
        from analysis.safety.loading.files import CsvFile

        return CsvFile(path=self.path, sha256=self.sha256).file()
