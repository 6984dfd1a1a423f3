"""Sums of units by arm and version that add up: blocks to groups of blocks, and those to an experiment."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.results.columns import ARM, OPEN, VERSION, Array, Columns, Mask
from analysis.results.keeping.known import Known
from analysis.results.keeping.needs import Need
from analysis.statistics.moments import Moments, computable
from analysis.statistics.sequential.bounded_evidence import STAKES, BoundedEvidence
from analysis.statistics.words import NoAnswer

ASSIGNED, MEASURED, UNDER_WAY, FIRST = 0, 1, 2, 3
PLAIN: Final = 6
"""Of a need's value: n, mean, scatter, how many are neither 0 nor 1, cannot be counted with, changed since."""
STEPS: Final = len(STAKES)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a need's sums lie in a row, and how many there are."""

    start: int
    ends: tuple[float, float] | None
    beside: int

    @property
    def evidence(self) -> int:
        """Where the evidence begins."""
        return self.start + PLAIN

    @property
    def second(self) -> int:
        """Where the second set of variables begins."""
        return self.evidence + (1 + 2 * STEPS if self.ends else 0)

    @property
    def end(self) -> int:
        """The first place after it."""
        return self.second + (1 + self.beside + self.beside**2 if self.beside else 0)

    @property
    def moments(self) -> list[tuple[int, int]]:
        """Of each set of variables where it begins, and of how many it is."""
        return [(self.start, 1), *([(self.second, self.beside)] if self.beside else [])]


@dataclass(frozen=True, slots=True)
class Kept:
    """needs: in the order of their keys. groups: shape (g, 2), arm and version by key. table: shape (g, width)."""

    needs: tuple[Need, ...]
    groups: NDArray[np.int64]
    table: Array

    @classmethod
    def of(cls, columns: Columns, needs: Sequence[Need]) -> Kept:
        """Of the units of a block."""
        labels = np.column_stack([np.nan_to_num(columns.column(name)) for name in (ARM, VERSION)]).astype(np.int64)
        groups, own = np.unique(labels, axis=0, return_inverse=True)
        places = _places(needs)
        table = np.zeros((len(groups), places[-1].end if places else FIRST))
        measured, is_open = columns.measured(), columns.column(OPEN) == 1
        masks = [own.ravel() == number for number in range(len(groups))]
        for row, mask in zip(table, masks, strict=True):
            row[ASSIGNED], row[MEASURED], row[UNDER_WAY] = mask.sum(), (mask & measured).sum(), (mask & is_open).sum()
        for need, place in zip(needs, places, strict=True):
            values, beside = need.values(columns)
            changed = need.changed(columns)
            for row, mask in zip(table, masks, strict=True):
                _add_up(row, place, values[mask], beside[mask])
                row[place.start + 5] = (changed & mask).sum()
        return cls(tuple(needs), groups, table)

    def known(self, need: Need, arms: Collection[int] | None, versions: Collection[int] | None = None) -> Known:
        """Of the units in these arms that came under these versions; None for all. ValueError if it is not kept."""
        place = _places(self.needs)[self.needs.index(need)]
        rows = self.table[self._where(arms, versions)]
        moments = [_together(rows[:, None, :], start, p) for start, p in place.moments]
        whole = rows.sum(axis=0)
        evidence = None
        if place.ends is not None:
            total, up, down = np.split(whole[place.evidence : place.second], [1, 1 + STEPS])
            evidence = BoundedEvidence(*place.ends, int(whole[place.start]), float(total[0]), up, down)
        odd, bad, changed = (int(each) for each in whole[place.start + 3 : place.start + PLAIN])
        return Known(moments[0], odd, bad, evidence, moments[1] if place.beside else None, changed)

    def n_units(self, arms: Collection[int] | None = None, *, is_measured: bool = False) -> int:
        """How many units were given one of these arms; is_measured: of how many anything was measured."""
        return int(self.table[self._where(arms, None), MEASURED if is_measured else ASSIGNED].sum())

    @property
    def n_open(self) -> int:
        """Of how many units the part is not over."""
        return int(self.table[:, UNDER_WAY].sum())

    @property
    def versions(self) -> list[int]:
        """Under which units came."""
        return sorted({int(each) for each in self.groups[:, 1] if each})

    def _where(self, arms: Collection[int] | None, versions: Collection[int] | None) -> Mask:
        kept: Mask = np.ones(len(self.groups), dtype=bool)
        for column, wanted in enumerate((arms, versions)):
            if wanted is not None:
                kept &= np.isin(self.groups[:, column], list(wanted))
        return kept

    def to_bytes(self) -> bytes:
        """Header as JSON in one line, then groups and table as they lie in memory, little-endian."""
        head = json.dumps({"needs": [each.key for each in self.needs], "shape": self.table.shape}).encode() + b"\n"
        return head + self.groups.astype("<i8").tobytes() + np.ascontiguousarray(self.table, dtype="<f8").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes | memoryview) -> Kept:
        """What `to_bytes` wrote."""
        whole = bytes(content)
        end = whole.index(b"\n") + 1
        header = json.loads(whole[:end])
        n, width = header["shape"]
        needs = tuple(Need.parse(key) for key in header["needs"])
        groups = np.frombuffer(whole, dtype="<i8", count=2 * n, offset=end).reshape(n, 2).astype(np.int64)
        table = np.frombuffer(whole, dtype="<f8", count=n * width, offset=end + 16 * n)
        return cls(needs, groups, table.reshape(n, width).astype(np.float64))


def added(parts: Sequence[Kept], needs: Sequence[Need]) -> Kept:
    """Of all parts together: to the bit the same for the same parts in the same order."""
    places = _places(needs)
    if not parts:
        return Kept(tuple(needs), np.empty((0, 2), dtype=np.int64), np.zeros((0, places[-1].end if places else FIRST)))
    groups = np.unique(np.concatenate([part.groups for part in parts]), axis=0)
    at = {(int(arm), int(version)): number for number, (arm, version) in enumerate(groups)}
    stack = np.zeros((len(parts), len(groups), parts[0].table.shape[1]))
    for number, part in enumerate(parts):
        stack[number, [at[int(arm), int(version)] for arm, version in part.groups]] = part.table
    table = stack.sum(axis=0)
    for start, p in (each for place in places for each in place.moments):
        _, table[:, start + 1 : start + 1 + p], scatter = _moved(stack, start, p)
        table[:, start + 1 + p : start + 1 + p + p * p] = scatter.reshape(len(groups), p * p)
    return Kept(tuple(needs), groups, table)


def _places(needs: Sequence[Need]) -> list[Place]:
    found, start = [], FIRST
    for need in needs:
        found.append(Place(start, need.ends, need.beside))
        start = found[-1].end
    return found


def _add_up(row: Array, place: Place, values: Array, beside: Array) -> None:
    own, complete = values[~np.isnan(values)], beside[~np.isnan(beside).any(axis=1)]
    is_odd = (own != 0) & (own != 1)
    row[place.start + 3] = is_odd.sum()
    try:
        computable(beside[~np.isnan(beside)])
        _put(row, place.start, Moments.of(own))
        if place.beside:
            _put(row, place.second, Moments.of(*complete.T))
        if place.ends is not None:
            _put_evidence(row, place, own, is_yes_no=not is_odd.any())
    except NoAnswer:
        row[place.start : place.end] = 0.0
        row[place.start], row[place.start + 4] = len(own), max(len(own), 1)


def _put(row: Array, start: int, moments: Moments) -> None:
    p = len(moments.mean)
    row[start], row[start + 1 : start + 1 + p] = moments.n, moments.mean
    row[start + 1 + p : start + 1 + p + p * p] = moments.scatter.ravel()


def _put_evidence(row: Array, place: Place, own: Array, *, is_yes_no: bool) -> None:
    if place.ends == (0.0, 1.0) and is_yes_no:
        found = BoundedEvidence.of_counts(int(own.sum()), len(own))
    else:
        found = BoundedEvidence.of(own, *(place.ends or (0.0, 1.0)))
    row[place.evidence : place.second] = np.concatenate([[found.total], found.up, found.down])


def _moved(stack: Array, start: int, p: int) -> tuple[Array, Array, Array]:
    """Of parts, shape (k, g, width): n, shape (g,), mean, shape (g, p), and scatter, shape (g, p, p), of all together.

    Chan, Golub and LeVeque (1983): around the mean of the largest part, so that large offsets cost no digits.
    """
    n, means = stack[:, :, start], stack[:, :, start + 1 : start + 1 + p]
    scatters = stack[:, :, start + 1 + p : start + 1 + p + p * p].reshape(*n.shape, p, p)
    largest = means[n.argmax(axis=0), np.arange(n.shape[1])]
    total = np.maximum(n.sum(axis=0), 1.0)[:, None]
    mean = largest + (n[:, :, None] * (means - largest)).sum(axis=0) / total
    gaps = np.where(n[:, :, None] > 0, means - mean, 0.0)
    scatter = scatters.sum(axis=0) + np.einsum("kg,kgi,kgj->gij", n, gaps, gaps)
    return n.sum(axis=0), mean, scatter


def _together(rows: Array, start: int, p: int) -> Moments:
    """rows: shape (k, 1, width)."""
    if not len(rows):
        return Moments.none(p)
    n, mean, scatter = _moved(rows, start, p)
    return Moments(int(n[0]), mean[0], scatter[0])
