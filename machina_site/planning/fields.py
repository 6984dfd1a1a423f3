"""The fields of the page: what is moved by a slider, what is assumed, what is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, inf, log10

from analysis.planning.wanted import Facts, Wanted

MOVED = ("effect", "power", "people", "drop_out", "budget")
ASSUMED = ("mean", "sd", "correlation", "trials", "icc", "believed_sd")
LOOKED = ("watch", "looks", "level", "batch")
PAID = ("reward", "bonus", "fee", "fixed", "partial_pay", "a_day", "minutes")
WORDS = {
    "once": "Once, at the end",
    "obrien_fleming": "Several planned looks, strict early (O'Brien-Fleming)",
    "pocock": "Several planned looks, equally strict (Pocock)",
    "anytime": "Whenever you like",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One of them. end: of the slider, 0 for none. options: (word, text, chosen) of a choice."""

    name: str
    title: str
    value: str
    low: float
    high: float
    end: float = 0.0
    step: str = "any"
    options: tuple[tuple[str, str, bool], ...] = ()

    @property
    def end_text(self) -> str:
        """As HTML wants it."""
        return f"{self.end:.12g}"

    @property
    def start(self) -> str:
        """Of the slider."""
        return "0.5" if self.name == "power" else "0"

    @property
    def slider_step(self) -> str:
        """A round number: about a hundredth of the slider."""
        if self.name in ("power", "drop_out"):
            return "0.01"
        unit = 10 ** floor(log10(self.end / 50)) if self.end > 0 else 1.0
        return "1" if self.step == "1" else f"{unit:.12g}"


def fields_of(names: Sequence[str], wanted: Wanted, facts: Facts) -> list[Field]:
    """In that order, without those that this experiment has no use for."""
    return [_field(name, wanted, facts) for name in names if name not in _idle(facts)]


def _idle(facts: Facts) -> set[str]:
    idle = set() if facts.within else {"correlation"}
    if facts.kind == "yes_no":
        idle.add("sd")
    if not facts.learns:
        idle.add("batch")
    return idle


def _field(name: str, wanted: Wanted, facts: Facts) -> Field:
    declared = next(one for one in Wanted.declared() if one.name == name)
    given, title = getattr(wanted, name), declared.metadata["title"]
    if options := declared.metadata.get("options"):
        words = tuple((word, WORDS[word], word == given) for word in options)
        return Field(name, title, str(given), 0, 0, options=words)
    step = "1" if declared.metadata["whole"] else "any"
    low, high = declared.metadata["low"], declared.metadata["high"]
    return Field(name, title, f"{given:.10g}", low, high, _end(name, wanted, facts), step)


def _end(name: str, wanted: Wanted, facts: Facts) -> float:
    """Where a slider ends: beyond what is wanted now."""
    if name == "effect":
        room = facts.high - wanted.mean if facts.sign > 0 else wanted.mean - facts.low
        return min(room, max(3 * facts.usual_effect, 1.5 * wanted.effect)) if room < inf else 3 * facts.usual_effect
    ends = {
        "power": 0.99,
        "drop_out": 0.6,
        "people": max(2_000, 2 * wanted.people),
        "budget": max(2_000.0, 2 * wanted.budget),
    }
    return float(ends.get(name, 0.0))
