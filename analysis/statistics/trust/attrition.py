"""Do arms lose people differently between the assignment and the first value?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.statistics.trust.findings import Finding, Row, Weight, parts, small, weighed
from analysis.statistics.trust.independence import (
    FIRST,
    Array,
    Drawn,
    Mask,
    Places,
    against_earlier,
    log_evidence,
    mean_log,
    p_of,
)

METHOD = "attrition"
TITLE = "Who was measured"
COLUMNS = ("assigned", "measured", "without a value")
HOUR: Final = 3_600.0
DEADLINES: Final = (HOUR, 24 * HOUR, 7 * 24 * HOUR)
ADVICE = (
    "Those who stayed are no longer comparable: look at what the arms ask of people (length, difficulty, payment), "
    "compare everybody assigned (what a missing value counts is then a decision to write down), and say so."
)


@dataclass(frozen=True, slots=True)
class Followed:
    """Units in the order in which they got their arms. arms: place of each. ages: seconds since then, never rising.
    waits: seconds until the first value, NaN where there is none. All of shape (n,).
    """

    arms: Places
    ages: Array
    waits: Array

    def where(self, mask: Mask) -> Followed:
        """Of these units only."""
        return Followed(self.arms[mask], self.ages[mask], self.waits[mask])


def attrition(names: Sequence[str], followed: Followed, drawn: Drawn | None, tested: Mask) -> Finding:
    """drawn: the units of the mask with the chances of their arms; None where those are not known: counts, no test.

    Whether a unit has a value an hour, a day, a week after it got its arm is settled for good once that time is over,
    so each of the three is a sequence of bets on arms, one unit after the other; their mean is what is weighed.
    """
    rows = _rows(names, followed)
    there = int(np.isfinite(followed.waits).sum())
    n_arms = len(np.unique(followed.arms[followed.arms >= 0]))
    ripe = int((followed.ages[tested] >= DEADLINES[0]).sum())
    lost = parts(1 - there / len(followed.arms)) if len(followed.arms) else ""
    if n_arms < 2:
        return _unknown("Fewer than two arms have units: nothing to compare.", rows)
    if not there:
        return _unknown("Nobody has been measured yet.", rows)
    if drawn is None:
        said = f"{lost} have no value. The chances of all arms are not stored here, so arms are counted, not tested."
        return _unknown(said, rows)
    if ripe <= FIRST:
        said = (
            f"{ripe:,} unit{'s' * (ripe != 1)} had their arm for an hour: too few to compare who has a value by then."
        )
        return _unknown(said, rows)
    return _weighed(evidence_of(followed.where(tested), drawn), rows, lost)


def evidence_of(followed: Followed, drawn: Drawn) -> float:
    """log of the evidence that arms differ in who is measured, or when: the mean over the deadlines."""
    return mean_log([_by(deadline, followed, drawn) for deadline in DEADLINES])


def _by(deadline: float, followed: Followed, drawn: Drawn) -> float:
    n = int((followed.ages >= deadline).sum())
    lost = ~(followed.waits[:n] <= deadline)
    return log_evidence(drawn.first(n), against_earlier(lost.astype(float)))


def _weighed(evidence: float, rows: tuple[Row, ...], lost: str) -> Finding:
    p = p_of(evidence)
    weight = weighed(p)
    if weight == Weight.FINE:
        said = f"{lost} of all assigned have no value, alike in all arms ({small(p)}, valid at every look)."
        return Finding("attrition", weight, TITLE, said, "", p, METHOD, COLUMNS, rows)
    said = f"The arms differ in who is measured within an hour, a day or a week ({small(p)}, valid at every look)."
    return Finding("attrition", weight, TITLE, said, ADVICE, p, METHOD, COLUMNS, rows)


def _unknown(said: str, rows: tuple[Row, ...]) -> Finding:
    return Finding("attrition", Weight.UNKNOWN, TITLE, said, "", None, METHOD, COLUMNS, rows)


def _rows(names: Sequence[str], followed: Followed) -> tuple[Row, ...]:
    rows = []
    for place, name in enumerate(names):
        own = np.isfinite(followed.waits[followed.arms == place])
        n, there = len(own), int(own.sum())
        lost = parts(1 - there / n) if n else "–"  # noqa: RUF001 - a dash
        rows.append(Row(name, (f"{n:,}", f"{there:,}", lost)))
    return tuple(rows)
