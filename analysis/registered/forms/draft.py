"""The form as somebody left it: what was typed, also where it is no number, and what was said to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.registered.document import Plan

KEPT = ("level", "secondary_level", "units", "parts", "parameter")


@dataclass(frozen=True, slots=True)
class Draft:
    """plan: as far as it reads. fields: as typed. places: of each question the line it was typed in; None: none.

    is_own: whether each family is shown by itself. said, focus: after a step of editing.
    """

    plan: Plan
    errors: Sequence[object] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    places: tuple[int | None, ...] = ()
    is_own: bool = False
    is_refused: bool = False
    said: str = ""
    focus: str = ""

    def typed(self, place: int) -> Mapping[str, str]:
        """Numbers of the question that is in that line now, as they were typed."""
        before = self.places[place] if place < len(self.places) else None
        keys = ("margin", "winsor", "p")
        return {key: self.fields[name] for key in keys if (name := f"q-{before}-{key}") in self.fields}

    def by_order(self, asked: str) -> str:
        """A step of a line as a step of the question that it holds; the same where it is of none."""
        word, _, place = asked.partition(":")
        if word not in ("copy", "up", "down", "remove"):
            return asked
        known = [None if each is None else str(each) for each in self.places]
        return f"{word}:{known.index(place)}" if place in known else ""

    @property
    def texts(self) -> Mapping[str, str]:
        """Numbers of the whole plan, as typed or as they stand."""
        looks = self.plan.looks
        stand = {
            "level": f"{self.plan.level:.12g}",
            "secondary_level": "",
            "units": "" if looks.units is None else str(looks.units),
            "parts": ", ".join(f"{100 * part:.6g}" for part in looks.parts),
            "parameter": "" if looks.parameter is None else f"{looks.parameter:.12g}",
        }
        return {key: self.fields.get(key, stand[key]) for key in KEPT}
