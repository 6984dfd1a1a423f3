"""Answers as tables that people take away: CSV for programs, LaTeX (booktabs) for papers."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Final

from analysis.exports.csv_format import guarded
from experiments.types import Json

SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\N{MINUS SIGN}": "$-$",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    **{chr(code): " " for code in (*range(32), 127)},
}
"""After the end of a row a bracket or a star would be read as belonging to it."""


def as_csv(rows: Sequence[Mapping[str, Json]]) -> str:
    """A text that a spreadsheet would run as a formula has an apostrophe before it."""
    text = StringIO()
    writer = csv.writer(text)
    if rows:
        writer.writerow(rows[0])
    writer.writerows([[_cell(value) for value in row.values()] for row in rows])
    return text.getvalue()


def _cell(value: Json) -> Json:
    return guarded(value) if isinstance(value, str) else value


def escaped(words: str) -> str:
    r"""As LaTeX shows it, whatever is in it.

    >>> escaped("50 % of {a_b}")
    '50 \\% of \\{a\\_b\\}'
    """
    return "".join(SPECIAL.get(letter, letter) for letter in words)


def as_latex(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, numbers: int) -> str:
    """A table for `booktabs`. numbers: how many of the last columns are numbers, which stand at the right."""
    columns = "l" * (len(head) - numbers) + "r" * numbers
    lines = [" & ".join(map(escaped, row)) + r" \\" for row in rows]
    return "\n".join(
        [
            "% \\usepackage{booktabs}",
            r"\begin{table}",
            rf"  \caption{{{escaped(caption)}}}",
            rf"  \begin{{tabular}}{{{columns}}}",
            r"    \toprule",
            f"    {' & '.join(map(escaped, head))} \\\\",
            r"    \midrule",
            *(f"    {line}" for line in lines),
            r"    \bottomrule",
            r"  \end{tabular}",
            r"\end{table}",
            "",
        ]
    )
