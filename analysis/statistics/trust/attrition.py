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
    used = [(n, there) for n, there in zip(assigned, measured, strict=True) if n]
    total, stayed = sum(n for n, _ in used), sum(there for _, there in used)
    if len(used) < 2 or not total:
        said = "Fewer than two arms have units: nothing to compare."
        return Finding("attrition", Weight.UNKNOWN, TITLE, said, "", None, METHOD, COLUMNS, rows)
    rate = stayed / total
    if stayed in (0, total):
        said = "Everybody assigned was measured." if stayed else "Nobody has been measured yet."
        weight = Weight.FINE if stayed else Weight.UNKNOWN
        return Finding("attrition", weight, TITLE, said, "", None, METHOD, COLUMNS, rows)
    if min(n for n, _ in used) * min(rate, 1 - rate) < LEAST:
        said = f"{parts(1 - rate)} of all assigned have no value yet; too few to compare the arms."
        return Finding("attrition", Weight.UNKNOWN, TITLE, said, "", None, METHOD, COLUMNS, rows)
    distance = sum((there - n * rate) ** 2 / (n * rate * (1 - rate)) for n, there in used)
    p = chi_square_tail(distance, len(used) - 1)
    weight = weighed(p)
    if weight == Weight.FINE:
        said = f"{parts(1 - rate)} of all assigned have no value, alike in all arms ({small(p)})."
        return Finding("attrition", weight, TITLE, said, "", p, METHOD, COLUMNS, rows)
    said = f"The arms lose people differently between the assignment and the first value ({small(p)})."
    return Finding("attrition", weight, TITLE, said, ADVICE, p, METHOD, COLUMNS, rows)
