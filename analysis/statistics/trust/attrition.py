"""Do arms lose people differently between the assignment and the first value?"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.statistics.sample_ratio import chi_square_tail
from analysis.statistics.trust.findings import Finding, Row, Weight, parts, small, weighed

METHOD = "attrition"
TITLE = "Who was measured"
COLUMNS = ("assigned", "measured", "lost")
LEAST = 5.0
ADVICE = (
    "Who is still under way counts as lost: wait for them first. Those who stayed are no longer comparable: look at "
    "what the arms ask of people (length, difficulty, payment), compare everybody assigned (what a missing value "
    "counts is then a decision to write down), and say so."
)


def attrition(arms: Sequence[str], assigned: Sequence[int], measured: Sequence[int]) -> Finding:
    """One chi-square of homogeneity, for the look at hand; with fewer than five expected in a cell nothing is claimed.

    ValueError if more are measured than were assigned.
    """
    if any(not 0 <= there <= n for there, n in zip(measured, assigned, strict=True)):
        raise ValueError(f"measured must be from 0 to assigned, not {list(measured)} of {list(assigned)}.")
    rows = tuple(
        Row(arm, (f"{n:,}", f"{there:,}", parts(1 - there / n) if n else "–"))  # noqa: RUF001 - a dash
        for arm, n, there in zip(arms, assigned, measured, strict=True)
    )
    weight, said, p = _weighed([(n, there) for n, there in zip(assigned, measured, strict=True) if n])
    advice = ADVICE if p is not None and weight != Weight.FINE else ""
    return Finding("attrition", weight, TITLE, said, advice, p, METHOD, COLUMNS, rows)


def _weighed(used: Sequence[tuple[int, int]]) -> tuple[Weight, str, float | None]:
    """How grave it is, in words, and the p-value if arms could be compared. used: (assigned, measured) by arm."""
    total, stayed = sum(n for n, _ in used), sum(there for _, there in used)
    if len(used) < 2 or not total:
        return Weight.UNKNOWN, "Fewer than two arms have units: nothing to compare.", None
    if not stayed:
        return Weight.UNKNOWN, "Nobody has been measured yet.", None
    if stayed == total:
        return Weight.FINE, "Everybody assigned was measured.", None
    rate = stayed / total
    if min(n for n, _ in used) * min(rate, 1 - rate) < LEAST:
        said = f"{parts(1 - rate)} of all assigned have no value yet; too few to compare the arms."
        return Weight.UNKNOWN, said, None
    p = chi_square_tail(sum((there - n * rate) ** 2 / (n * rate * (1 - rate)) for n, there in used), len(used) - 1)
    if weighed(p) == Weight.FINE:
        return Weight.FINE, f"{parts(1 - rate)} of all assigned have no value, alike in all arms ({small(p)}).", p
    said = f"The arms lose people differently between the assignment and the first value ({small(p)})."
    return weighed(p), said, p
