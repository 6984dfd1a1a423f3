"""What a method is to its readers."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.statistics.methods.door import Door, NoDoor


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the methods page.

    key: what estimates name it by. title: for a heading. sentence: what it promises, for people. formula: in words and
    signs that a plain text carries. reference: author (year), where. needs: what it must be given to answer. door: how
    it is asked by name, with any table (docs/toolbox.md).
    """

    key: str
    title: str
    sentence: str
    formula: str
    reference: str
    needs: str
    door: Door | NoDoor
