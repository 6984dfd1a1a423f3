"""The section `tuning` of a document: what is chosen, by which search, on how many trials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from analysis.learning.components import (
    Anything,
    Either,
    Finding,
    Flag,
    ListOf,
    MappingOf,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Record,
    Whole,
)
from analysis.safety.tuning.places import FRACTION, SECTIONS, Place, place_faults, put
from experiments.types import Json, JsonObject

SCALE: Final = Record(
    {
        "from": Parameter(Real(), "The lower end."),
        "to": Parameter(Real(), "The upper end."),
        "scale": Parameter(OneOf("linear", "log"), "log: each order of magnitude alike.", "linear"),
        "whole": Parameter(Flag(), "Whether only whole numbers are tried.", False),
        "start": Parameter(Nullable(Real()), "What is tried first; null: the middle.", None),
    }
)
TUNING: Final = Record(
    {
        "over": Parameter(
            MappingOf(Either(ListOf(Anything(), least=1, most=100), SCALE)),
            "What is chosen: objective.penalty: {from: 1.0e-5, to: 1, scale: log}, safety.fraction: [0.3, 0.5, 0.7].",
        ),
        "by": Parameter(
            OneOf("random", "cma_es"),
            "How numbers between two ends are sought; lists are gone through.",
            "random",
        ),
        "samples": Parameter(Whole(1, 10_000), "How many numbers (of each combination of lists) are tried.", 12),
        "trials": Parameter(Whole(2, 10_000), "In how many trial worlds each choice is tried.", 20),
        "confidence": Parameter(
            Real(0, 1, above=True, below=True), "Choices that pass as often, this surely, differ by objective.", 0.9
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The section, read. fractions: of the safety set, falling; empty: that is not tuned."""

    places: tuple[Place, ...]
    fractions: tuple[float, ...]
    by: str
    samples: int
    trials: int
    confidence: float

    @classmethod
    def of(cls, setting: JsonObject) -> Tuning | None:
        """None: nothing is tuned. Only for what has no faults."""
        written = setting.get("tuning")
        if not isinstance(written, Mapping):
            return None
        read = cast("dict[str, Any]", TUNING.read(written))
        over = {path: Place.read(path, value) for path, value in cast(JsonObject, written["over"]).items()}
        fractions = over.pop(FRACTION, Place(FRACTION)).values
        falling = tuple(sorted((float(cast(float, value)) for value in fractions), reverse=True))
        return cls(tuple(over.values()), falling, read["by"], read["samples"], read["trials"], read["confidence"])

    @property
    def tries(self) -> int:
        """How many choices are tried, at most."""
        lists = 1
        for place in self.places:
            lists *= max(len(place.values), 1)
        scaled = any(place.scale for place in self.places)
        stages = len(self.fractions) * (len(self.fractions) + 1) // 2
        return (stages if len(self.fractions) > 1 else 0) + (lists * (self.samples if scaled else 1))


def beginning(setting: JsonObject) -> JsonObject:
    """Without the section, and with the largest share of the safety set that may be chosen.

    setting: one that leaves no model, objective or optimiser out (`setting.explicit`).
    """
    rest = {name: value for name, value in setting.items() if name != "tuning"}
    tuning = Tuning.of(setting)
    return put(rest, FRACTION, tuning.fractions[0]) if tuning and tuning.fractions else rest


def tuning_faults(
    setting: JsonObject, faults: Callable[[JsonObject], list[Finding]], sections: Sequence[str] = SECTIONS
) -> Iterator[Finding]:
    """faults: of a setting without tuning; every value that may be chosen is put there and looked at.

    setting: as in `beginning`. sections: those of which anything may be tuned.
    """
    written = setting.get("tuning")
    if written is None:
        return
    found = list(TUNING.faults(written))
    over = cast(JsonObject, cast(JsonObject, written).get("over", {})) if not found else {}
    found += [finding for path, value in over.items() for finding in _under_over(place_faults(path, value, sections))]
    if not found and not over:
        found.append((("over",), "Nothing is chosen.", "Write over: {objective.penalty: [0, 0.001, 0.1]}."))
    yield from ((("tuning", *path), message, hint) for path, message, hint in found)
    if found:
        return
    rest = {name: value for name, value in setting.items() if name != "tuning"}
    known = {(path, message) for path, message, _ in faults(rest)}
    for path, value in over.items():
        yield from _value_faults(rest, path, value, lambda each: [f for f in faults(each) if f[:2] not in known])


def _value_faults(
    rest: JsonObject, path: str, written: Json, faults: Callable[[JsonObject], list[Finding]]
) -> Iterator[Finding]:
    place = Place.read(path, written)
    for value in place.values or ((place.scale.at(0), place.scale.at(1)) if place.scale else ()):
        try:
            found = faults(put(rest, path, _whole(place, value)))
        except ValueError as error:
            yield ("tuning", "over", path), str(error), "Count constraints from 0."
            return
        for _, message, hint in found[:1]:
            yield ("tuning", "over", path), f"{value}: {message}", hint


def written_value(place: Place, value: float) -> Json:
    """A number of a scale as a document writes it."""
    return _whole(place, value)


def _whole(place: Place, value: Json) -> Json:
    return int(cast(float, value)) if place.scale and place.scale.whole else value


def _under_over(findings: Iterator[Finding]) -> Iterator[Finding]:
    return ((("over", *path), message, hint) for path, message, hint in findings)
