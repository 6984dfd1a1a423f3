"""A log of what was once chosen and earned, as a world."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np

from bandits.policies.simulation.arrays import Array, Choices, Rng
from bandits.policies.simulation.delays import Delay
from bandits.policies.simulation.worlds import Running, Sight


class LogError(ValueError):
    """The log cannot be read; the sentence names the line."""


@dataclass(frozen=True)
class Columns:
    """What the columns of a log are called. propensity: empty if every arm had the same chance."""

    arm: str = "arm"
    reward: str = "reward"
    propensity: str = ""
    features: tuple[str, ...] = ()

    @property
    def needed(self) -> list[str]:
        """All of them."""
        return [self.arm, self.reward, *([self.propensity] if self.propensity else []), *self.features]


@dataclass(frozen=True, eq=False)
class Log:
    """chosen: places in ``names``. propensity: of the chosen arm; ones where the log does not say."""

    names: tuple[str, ...]
    chosen: Choices
    reward: Array
    propensity: Array
    features: Array

    def __post_init__(self) -> None:
        if len(self.names) < 2:
            raise LogError(f"The log needs two arms or more; it has {len(self.names)}.")

    @property
    def means(self) -> Array:
        """Each arm's mean reward, weighted by one over the propensity."""
        weight = 1 / self.propensity
        return np.bincount(self.chosen, weight * self.reward) / np.bincount(self.chosen, weight)


def read_log(lines: Iterable[str], columns: Columns) -> Log:
    """A log from CSV with a header. LogError, with the line's number, for what cannot be one."""
    rows = csv.DictReader(lines, strict=True)
    missing = [name for name in columns.needed if name not in (rows.fieldnames or ())]
    if missing:
        there = ", ".join(rows.fieldnames or ()) or "none: the file is empty"
        raise LogError(f"Line 1: there is no column “{missing[0]}”. The columns are: {there}.")
    read: list[tuple[str, list[float]]] = []
    try:
        for row in rows:
            read.append(_row(row, columns, rows.line_num))
    except csv.Error as error:
        raise LogError(f"Line {rows.line_num}: {error}.") from error
    if not read:
        raise LogError("Line 2: the log has a header and no rows.")
    names = tuple(sorted({arm for arm, _ in read}))
    place = {name: i for i, name in enumerate(names)}
    numbers = np.array([row for _, row in read], dtype=float)
    return Log(names, np.array([place[arm] for arm, _ in read]), numbers[:, 0], numbers[:, 1], numbers[:, 2:])


def _row(row: Mapping[str | None, object], columns: Columns, line: int) -> tuple[str, list[float]]:
    if None in row or any(row[name] is None for name in columns.needed):
        raise LogError(f"Line {line}: it has another number of fields than the header.")
    arm = str(row[columns.arm]).strip()
    if not arm:
        raise LogError(f"Line {line}: “{columns.arm}” is empty.")
    propensity = _number(row, columns.propensity, line) if columns.propensity else 1.0
    if not 0 < propensity <= 1:
        raise LogError(f"Line {line}: “{columns.propensity}” is a chance above 0 and at most 1, not {propensity:g}.")
    features = [_number(row, name, line) for name in columns.features]
    return arm, [_number(row, columns.reward, line), propensity, *features]


def _number(row: Mapping[str | None, object], name: str, line: int) -> float:
    try:
        number = float(str(row[name]))
    except ValueError:
        number = inf
    if not isfinite(number):
        raise LogError(f"Line {line}: “{name}” is a number, not {row[name]!r}.")
    return number


@dataclass(frozen=True)
class LogWorld:
    """Arms whose rewards are drawn, with replacement, from those that the log has of each arm."""

    log: Log
    delay: Delay = field(default_factory=Delay)
    costs: tuple[float, ...] = ()
    budget: float = inf

    dimension = 1
    has_arm_features = False

    @property
    def names(self) -> tuple[str, ...]:
        """The arms of the log."""
        return self.log.names

    def begin(self, runs: int, rng: Rng) -> Running:
        """So many runs of it."""
        return _Resampled(self.log, runs, rng)


class _Resampled:
    def __init__(self, log: Log, runs: int, rng: Rng) -> None:
        order = np.argsort(log.chosen, kind="stable")
        self._rewards = log.reward[order]
        self._weights = [1 / log.propensity[log.chosen == arm] for arm in range(len(log.names))]
        self._counts = np.bincount(log.chosen)
        self._starts = np.cumsum(self._counts) - self._counts
        self._ends = np.concatenate([np.cumsum(one) / one.sum() for one in self._weights])
        self._sight = Sight(np.tile(log.means, (runs, 1)), np.ones((runs, 1)))
        self._luck = rng.spawn(1)[0]

    def sight(self, t: int) -> Sight:
        return self._sight

    def reward(self, means: Array, chosen: Choices) -> Array:
        """A row of the arm, the likelier the smaller its propensity was."""
        luck = self._luck.random(len(chosen))
        found = np.empty(len(chosen))
        for arm, (start, count) in enumerate(zip(self._starts.tolist(), self._counts.tolist(), strict=True)):
            rows = np.flatnonzero(chosen == arm)
            places = np.searchsorted(self._ends[start : start + count], luck[rows], side="right")
            found[rows] = self._rewards[start + np.minimum(places, count - 1)]
        return found
