"""What looks odd in values and times: not a test of a theory, but where to look before believing a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.trust.findings import Finding, Row, Weight, parts, small, weighed

Array = NDArray[np.float64]
DAY = 86_400.0
METHOD = "anomalies"
LEAST = 20
FAR = 20.0
AT_AN_END = 0.5
BURST = 10
FASTEST = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of each unit, shape (n,), NaN where there is none; low, high: as declared."""

    name: str
    values: Array
    low: float | None = None
    high: float | None = None


def of_values(measures: Sequence[Measured]) -> list[Finding]:
    """Measures that never differ, pile up at an end of their range, or hold values far from all others."""
    found = []
    for measure in measures:
        values = measure.values[np.isfinite(measure.values)]
        if len(values) >= LEAST:
            found += [
                each for each in (_same(measure, values) or _piled(measure, values), _far(measure, values)) if each
            ]
    return found or [Finding("values", Weight.FINE, "Values", "No measure looks odd.", method=METHOD)]


def _same(measure: Measured, values: Array) -> Finding | None:
    if np.ptp(values) > 0:
        return None
    said = f"All {len(values):,} units have the same value of “{measure.name}”: {values[0]:g}."
    return Finding(
        "constant", Weight.WARN, "Values", said, "Look whether the page or app really records it.", None, METHOD
    )


def _piled(measure: Measured, values: Array) -> Finding | None:
    for end, word in ((measure.high, "highest"), (measure.low, "lowest")):
        share = float((values == end).mean()) if end is not None else 0.0
        is_yes_no = measure.low == 0 and measure.high == 1
        if share > AT_AN_END and not is_yes_no:
            said = f"{parts(share)} of units have the {word} value of “{measure.name}” that there is ({end:g})."
            advice = "A difference cannot show where there is no room: ask harder, or declare a wider range next time."
            return Finding("ceiling", Weight.NOTE, "Values", said, advice, None, METHOD)
    return None


def _far(measure: Measured, values: Array) -> Finding | None:
    """Beyond 20 times the median absolute deviation from the median."""
    middle = float(np.median(values))
    spread = float(np.median(np.abs(values - middle)))
    n = int((np.abs(values - middle) > FAR * spread).sum()) if spread > 0 else 0
    if not n:
        return None
    said = f"{n:,} unit{'s' * (n > 1)} of “{measure.name}” lie more than {FAR:g} usual deviations from the median."
    advice = "Look at them before the answers are known; winsorise only if the plan said so."
    return Finding("outliers", Weight.NOTE, "Values", said, advice, None, METHOD)


def of_copies(measures: Sequence[Measured]) -> Finding:
    """Units whose whole record is another's, to the last digit: sent twice, copied, or a script."""
    table = np.column_stack([measure.values for measure in measures]) if measures else np.empty((0, 0))
    table = table[_different(table) >= 3] if table.size else table
    if len(table) < LEAST:
        said = "Too few units with three different values or more to look for copies."
        return Finding("copies", Weight.UNKNOWN, "Copies", said, method=METHOD)
    counts = np.unique(_marks(table), return_counts=True)[1]
    n = int(counts[counts > 1].sum() - (counts > 1).sum())
    if not n:
        said = f"No two of {len(table):,} units have the same record."
        return Finding("copies", Weight.FINE, "Copies", said, method=METHOD)
    share = n / len(table)
    said = f"{n:,} unit{'s' * (n > 1)} ({parts(share)}) repeat another's whole record to the last digit."
    advice = "Look whether something was sent twice under two names, or people work from a script."
    return Finding("copies", Weight.WARN if share > 0.05 else Weight.NOTE, "Copies", said, advice, None, METHOD)


def _different(table: Array) -> NDArray[np.int64]:
    """How many different values each row has."""
    ordered = np.sort(table, axis=1)
    found: NDArray[np.int64] = np.isfinite(ordered[:, :1]).sum(axis=1) + (np.diff(ordered, axis=1) > 0).sum(axis=1)
    return found


def _marks(table: Array) -> NDArray[np.uint64]:
    """One number for each row: equal rows have equal ones, others with chance 2^-64."""
    bits = np.ascontiguousarray(np.where(np.isfinite(table), table + 0.0, -1e308)).view(np.uint64)
    odd = np.random.default_rng(0).integers(0, 2**63, table.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    mixed = (bits ^ (bits >> np.uint64(31))) * odd
    found: NDArray[np.uint64] = (mixed ^ (mixed >> np.uint64(29))).sum(axis=1, dtype=np.uint64)
    return found


def of_days(at: Array) -> Finding:
    """Days with far more or fewer newcomers than the others. at: seconds since 1970, of each assignment."""
    if len(at) < LEAST:
        return Finding("days", Weight.UNKNOWN, "Days", "Too few units to compare days.", method=METHOD)
    days = np.floor(at / DAY).astype(int)
    first, last = int(days.min()), int(days.max())
    counts = np.bincount(days - first)
    whole = counts[1:-1]
    if len(whole) < 3:
        n = int((counts > 0).sum())
        said = f"Units came on {n} day{'s' * (n > 1)}: too few whole days to compare."
        return Finding("days", Weight.UNKNOWN, "Days", said, method=METHOD)
    usual = float(np.median(whole))
    odd = [place + 1 for place, n in enumerate(whole) if abs(n - usual) > 5 * np.sqrt(usual + 1) + 0.5 * usual]
    rows = tuple(Row(_day(first + place), (f"{counts[place]:,}",)) for place in odd[:10])
    if not odd:
        said = f"Over {last - first + 1} days newcomers came evenly, about {usual:g} a day."
        return Finding("days", Weight.FINE, "Days", said, method=METHOD)
    said = f"On {len(odd)} day{'s' * (len(odd) > 1)} far more or fewer came than usual (about {usual:g})."
    advice = "Look what happened then (a post, an outage, a platform): who came on those days may be others."
    return Finding("days", Weight.NOTE, "Days", said, advice, None, METHOD, ("units",), rows)


def _day(number: int) -> str:
    return str(np.datetime64(number, "D"))


def of_bursts(at: Array) -> Finding:
    """Many newcomers within one second."""
    seconds, counts = np.unique(np.floor(at), return_counts=True)
    most = int(counts.max()) if len(counts) else 0
    if most < BURST or most < 10 * float(np.median(counts)):
        return Finding("bursts", Weight.FINE, "Bursts", "Nobody came in swarms.", method=METHOD)
    when = str(np.datetime64(int(seconds[int(counts.argmax())]), "s")).replace("T", " ")
    said = f"{most:,} units came within one second ({when} UTC)."
    return Finding("bursts", Weight.WARN, "Bursts", said, "Look whether a script or an import made them.", None, METHOD)


def of_durations(arms: Sequence[str], seconds: Mapping[str, Array]) -> Finding:
    """seconds: by arm, from the assignment to the first value. Below 0 is impossible, below 2 no person."""
    rows, before, fast, n = [], 0, 0, 0
    for arm in arms:
        own = seconds.get(arm, np.empty(0))
        own = own[np.isfinite(own)]
        before, fast, n = before + int((own < 0).sum()), fast + int(((own >= 0) & (own < FASTEST)).sum()), n + len(own)
        middle = f"{np.median(own):,.0f} s" if len(own) else "–"  # noqa: RUF001 - a dash
        rows.append(Row(arm, (f"{int((own < 0).sum()):,}", f"{int(((own >= 0) & (own < FASTEST)).sum()):,}", middle)))
    columns = ("before the arm", "within 2 s", "median")
    if not n:
        said = "Nobody has a first value yet."
        return Finding("durations", Weight.UNKNOWN, "Durations", said, "", None, METHOD, columns, tuple(rows))
    if before:
        said = f"{before:,} unit{'s' * (before > 1)} have a value from before they were given an arm."
        advice = "Such a value cannot be the arm's doing: correct the clock of whoever sends it, or leave it out."
        return Finding("durations", Weight.WARN, "Durations", said, advice, None, METHOD, columns, tuple(rows))
    if fast > 0.01 * n:
        said = f"{fast:,} unit{'s' * (fast > 1)} ({parts(fast / n)}) had their first value within two seconds."
        advice = "No person reads that fast: look for scripts, unless the value is recorded as the page opens."
        return Finding("durations", Weight.NOTE, "Durations", said, advice, None, METHOD, columns, tuple(rows))
    said = "First values come in a time in which people can give them."
    return Finding("durations", Weight.FINE, "Durations", said, "", None, METHOD, columns, tuple(rows))


@dataclass(frozen=True, slots=True)
class Halves:
    """The effect in the first and in the second half of the units, each with its standard error. place: how often their
    number had doubled by then.
    """

    place: int
    early: tuple[float, float]
    late: tuple[float, float]

    @property
    def p_value(self) -> float:
        """Of "both are the same", of this look alone; 1 where nothing varies."""
        from scipy.stats import norm

        error = float(np.hypot(self.early[1], self.late[1]))
        return float(2 * norm.sf(abs(self.early[0] - self.late[0]) / error)) if error > 0 else 1.0


def of_novelty(looks: Sequence[Halves], name: str, *, among: int = 1) -> Finding | None:
    """Whether an effect in the first half of the units is another than in the second. among: questions asked so.

    Look i costs a share 1 / ((i + 1)(i + 2)) of the level; the shares of all looks add up to 1, so the whole errs no
    more than one look would (as far as means are nearly normal).
    """
    if not looks:
        return None
    p, look = min((min(1.0, look.p_value * (look.place + 1) * (look.place + 2) * among), look.place) for look in looks)
    weight = weighed(p)
    if weight == Weight.FINE:
        return None
    seen = next(each for each in looks if each.place == look)
    halves = f"the first half of the units shows {seen.early[0]:+.4g}, the second {seen.late[0]:+.4g}"
    said = f"{name}: {halves} ({small(p)}, all looks counted)."
    advice = "An effect that wears off, or other people later on: look at the curve over time before you generalise."
    return Finding("novelty", Weight.WARN, "First and later units", said, advice, p, METHOD)
