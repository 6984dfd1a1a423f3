"""A report in words, for terminals and pages. What is approximate, and what is not a number, is said."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.safety.report import Found, Measured, Report

PASSED = "Passed"
NOT_FOUND = "No Solution Found"


def headline(report: Report) -> str:
    """One line."""
    if report.passed:
        n = len(report.constraints)
        held = "the constraint is" if n == 1 else f"all {n} constraints are"
        return f"{PASSED}: {held} shown to hold on {report.origin.n_safety:,} rows that the search never saw."
    return f"{NOT_FOUND}. {report.reason}".strip()


def lines(report: Report) -> Iterator[str]:
    """Everything, a line each."""
    yield headline(report)
    origin = report.origin
    if origin.rows:
        yield (
            f"{origin.title}: {origin.rows:,} rows, {origin.n_candidate:,} to search and {origin.n_safety:,} to test "
            f"({origin.split}, seed {origin.seed})."
        )
    for found in report.constraints:
        yield from of_constraint(found)
    if report.uses:
        yield use(report)
    yield from (f"Note: {remark}" for remark in origin.remarks)
    yield from report.advice


def of_constraint(found: Found) -> Iterator[str]:
    """The verdict, and what it was made of."""
    mark = "passed" if found.passed else "NOT passed"
    yield f"  {mark}  {found.text}"
    doubt = f"{100 * (1 - found.delta):g} % sure"
    yield f"          g = {figure(found.estimate)}, {doubt}: at most {figure(found.upper)}  (wanted: at most 0)"
    for reading in found.readings:
        yield f"          {of_reading(reading)}"
        yield from (f"            ! {said}" for said in (reading.reason, reading.warning) if said)
    yield from (f"          {said}" for said in (found.reason, found.advice) if said)


def of_reading(reading: Measured) -> str:
    """A quantity.

    >>> of_reading(Measured("PR | [M]", 310, 0.41, 0.37, float("inf"), "betting", True, 0.01))
    'PR | [M]: 0.41 in 310 rows, at least 0.37 (betting)'
    """
    sides = [
        f"{word} {figure(value)}"
        for word, value, share in (
            ("at least", reading.lower, reading.delta_lower),
            ("at most", reading.upper, reading.delta_upper),
        )
        if share is not None
    ]
    method = reading.method if reading.exact else f"{reading.method}, approximate"
    return f"{reading.quantity}: {figure(reading.estimate)} in {reading.n:,} rows, {' and '.join(sides)} ({method})"


def use(report: Report) -> str:
    """How often the safety set was looked into."""
    if report.uses == 1:
        return "It is the first candidate that was tested on these rows."
    return (
        f"It is candidate {report.uses} that was tested on these rows: each verdict holds by itself; that none of "
        f"them errs is as sure as {report.uses} doubts together."
    )


def figure(value: float) -> str:
    """Four digits; in words where there is no number.

    >>> figure(0.123456), figure(float("inf")), figure(float("nan"))
    ('0.1235', 'no bound', 'no number')
    """
    if math.isnan(value):
        return "no number"
    return "no bound" if math.isinf(value) else f"{value:.4g}"
