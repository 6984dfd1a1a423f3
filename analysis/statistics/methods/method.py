"""What a method is to its readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the methods page.

    key: what estimates name it by. title: for a heading. sentence: what it promises, for people. formula: in words and
    signs that a plain text carries. reference: author (year), where. needs: what it must be given to answer.
    """

    key: str
    title: str
    sentence: str
    formula: str
    reference: str
    needs: str
