"""One pass over the log: what the policy would do at each decision, what it learns from it, and the sums of it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.betting import Floats
from analysis.statistics.off_policy import Log, Sums, Terms, measure
from analysis.statistics.reward_models import ArmMeans
from bandits.evaluation.logging_chances import LoggingChances, context_of, vector
from bandits.evaluation.question import FROZEN, REPLAY
from bandits.evaluation.reading import Row, Source, Summary
from bandits.evaluation.rejection import Accepted, accept
from bandits.evaluation.targets import Target
from bandits.policies.adaptive import Reward
from experiments.errors import BadValue

MOST_TABLES = 500
OTHERS = "(others)"


@dataclass(frozen=True)
class Setting:
    """What a pass is given. arms: names by primary key; version_id: whose reward counts; seed: of the replay's
    draws."""

    source: Source
    summary: Summary
    chances: LoggingChances
    terms: Terms
    arms: dict[int, str]
    version_id: int
    seed: int


class Walk:
    """What is known on the way. A policy that learns gets a new table at most 500 times."""

    def __init__(self, setting: Setting, target: Target, segments: Sequence[str]) -> None:
        self._setting, self._target, self._segments = setting, target, set(segments)
        self._names = list(setting.arms.values())
        self._places = {pk: place for place, pk in enumerate(setting.arms)}
        self._learning = setting.source.question.learning if target.learns else ""
        self._each = max(setting.summary.usable // MOST_TABLES, 1)
        self._rng = np.random.Generator(np.random.Philox(key=setting.seed))
        self._table: Floats | None = None
        self._waiting: list[Reward] = []
        self._unlearnt = 0
        self._means: dict[str, ArmMeans] = {}
        self.sums: dict[str, list[Sums]] = {}
        self._why_not: dict[int, str] = {}
        self.left_out = {"halted": 0, "foreign": 0}
        self.accepted = Accepted.none()

    def go(self) -> None:
        """From the first decision to the last."""
        source, summary = self._setting.source, self._setting.summary
        single = self._target.looks or self._setting.chances.needs_context
        for rows in whole_blocks(source.chunks(summary, single=single)):
            usable = [row for row in rows if self._is_usable(row)]
            before = [row for row in usable if not row.counts]
            self._wait_for(before, [row.n for row in before])
            if counting := [row for row in usable if row.counts]:
                self._measure(counting)

    def _is_usable(self, row: Row) -> bool:
        why = self._why_not.get(row.state)
        if why is None:
            why = self._why_not[row.state] = self._reason(row.state)
        if why and row.counts:
            self.left_out[why] += row.n
        return not why

    def _reason(self, state: int) -> str:
        """Why decisions of that state are left out; "" if they are not."""
        if self._setting.chances.is_halted(state):
            return "halted"
        return "foreign" if self._setting.chances.is_foreign(state, self._setting.version_id) else ""

    def _measure(self, rows: Sequence[Row]) -> None:
        """Whole blocks: what the policy learns from one, it knows in a later one at the earliest."""
        tables = self._setting.chances.table(rows)
        numbers = numbered(rows)
        targets = np.empty((len(rows), len(self._names)))
        for part in parts(numbers):
            block = rows[part]
            self._learn_what_waits()
            targets[part] = self._targets(block)
            if self._learning:
                self._learn_from(block, targets[part], None if tables is None else tables[part])
        self._add(rows, numbers, targets, tables)

    def _targets(self, rows: Sequence[Row]) -> Floats:
        if self._target.looks:
            contexts = {row.features: context_of(row) for row in rows}
            known = {key: vector(self._target.chances(context), self._names) for key, context in contexts.items()}
            return np.stack([known[row.features] for row in rows])
        if self._table is None:
            self._table = vector(self._target.chances({}), self._names)
        return self._table

    def _learn_from(self, rows: Sequence[Row], targets: Floats, tables: Floats | None) -> None:
        if self._learning == FROZEN:
            return
        taken = [row.n for row in rows]
        if self._learning == REPLAY:
            own = targets[np.arange(len(rows)), [self._places[row.arm_id] for row in rows]]
            taken = accept(rows, own, self._most(targets, tables), self._rng)
            self.accepted = self.accepted.plus(rows, taken)
        self._wait_for(rows, taken)

    def _most(self, targets: Floats, tables: Floats | None) -> Floats:
        """The largest ratio of chances there can be: the same for the whole log where its policy has a floor.

        Then decisions are kept at an even rate, and the policy's own road is a thinned log. With a ratio for each row,
        the road runs on while the policy agrees with the log and waits while it does not.
        """
        least = self._setting.chances.least
        if tables is None or (self._looks and not least):
            raise BadValue(
                "Replay needs the chances of every arm in the log, and they are not known.",
                hint="Give the running policy a floor, or let the policy learn along the log.",
            )
        if least:
            return np.full(len(targets), 1 / least)
        ratios = np.divide(targets, tables, out=np.zeros_like(targets), where=tables > 0)
        most: Floats = ratios.max(axis=1)
        return most

    @property
    def _looks(self) -> bool:
        return self._target.looks or self._setting.chances.looks

    def _wait_for(self, rows: Sequence[Row], taken: Sequence[int]) -> None:
        if not self._learning:
            return
        for row, n in zip(rows, taken, strict=True):
            if n:
                arm = self._setting.arms[row.arm_id]
                features = self._target.features(arm, context_of(row)) if self._target.looks else ()
                self._waiting += [Reward(arm, row.value, row.propensity, features)] * n
            self._unlearnt += row.n if row.counts else self._each

    def _learn_what_waits(self) -> None:
        """Not after every decision: a new table takes its time."""
        if self._waiting and self._unlearnt >= self._each:
            self._target = self._target.after(self._waiting)
            self._waiting, self._unlearnt, self._table = [], 0, None

    def _add(self, rows: Sequence[Row], numbers: NDArray[np.intp], targets: Floats, tables: Floats | None) -> None:
        """The sums of each segment, with the mean reward of each of its arms so far as the model."""
        names = np.array([self._segment(row) for row in rows])
        log = Log(
            np.array([self._places[row.arm_id] for row in rows], dtype=np.intp),
            np.array([row.value for row in rows]),
            np.array([row.propensity for row in rows]),
            tables,
            counts=np.array([row.n for row in rows], dtype=np.float64),
            blocks=numbers,
        )
        terms = self._setting.terms
        for name in sorted(set(names.tolist())):
            kept = np.flatnonzero(names == name)
            means = self._means.get(name) or ArmMeans.start(len(self._names), terms.middle)
            part, self._means[name] = means.along(log.at(kept))
            self.sums.setdefault(name, []).append(measure(part, targets[kept], terms))

    def _segment(self, row: Row) -> str:
        if not self._segments:
            return ""
        return row.segment if row.segment in self._segments else OTHERS


def whole_blocks(chunks: Iterable[Sequence[Row]]) -> Iterator[list[Row]]:
    """The same rows, cut where a block ends."""
    held: list[Row] = []
    for chunk in chunks:
        held += chunk
        last = _block(held[-1])
        cut = len(held)
        while cut and _block(held[cut - 1]) == last:
            cut -= 1
        if cut:
            yield held[:cut]
            held = held[cut:]
    if held:
        yield held


def numbered(rows: Sequence[Row]) -> NDArray[np.intp]:
    """The number of each row's block, ascending."""
    keys = [_block(row) for row in rows]
    changes = [0, *(int(one != other) for one, other in pairwise(keys))]
    found: NDArray[np.intp] = np.cumsum(changes, dtype=np.intp)
    return found


def parts(numbers: NDArray[np.intp]) -> Iterator[slice]:
    """Where each block lies."""
    ends = [*(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
    start = 0
    for end in ends:
        yield slice(start, end)
        start = end


def _block(row: Row) -> tuple[bool, int, int]:
    return row.counts, row.state, row.bucket
