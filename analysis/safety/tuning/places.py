"""What of a setting may be tuned, and how a value is put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from analysis.learning.components import Finding
from analysis.safety.tuning.scales import Scale
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

FRACTION: Final = "safety.fraction"
PENALTY: Final = "objective.penalty"
SECTIONS: Final = ("optimiser", "model", "objective")
OF_CONSTRAINTS: Final = ("bound", "bounds", "inflation", "logits", "deltas")
PROMISE: Final = "It is part of the promise, or says which rows test it: choose it before any row is looked at."


@dataclass(frozen=True, slots=True)
class Place:
    """One thing to choose. path: as a document writes it (constraints.0.bound). Either values or a scale."""

    path: str
    values: tuple[Json, ...] = ()
    scale: Scale | None = None

    @classmethod
    def read(cls, path: str, written: Json) -> Place:
        """Of what has no faults: a list of values, or {from, to, scale, whole, start}."""
        if not isinstance(written, Mapping):
            return cls(path, tuple(cast("Sequence[Json]", written)))
        low, high = float(cast(float, written["from"])), float(cast(float, written["to"]))
        start = cast("float | None", written.get("start"))
        log, whole = written.get("scale", "linear") == "log", bool(written.get("whole", False))
        return cls(path, scale=Scale(low, high, log=log, whole=whole, start=start))


def place_faults(path: str, written: Json, sections: Sequence[str] = SECTIONS) -> Iterator[Finding]:
    """Why it cannot be tuned, or not so. sections: those of which anything may be."""
    keys = path.split(".")
    if keys[0] == "objective" and path != PENALTY:
        yield (
            (path,),
            "The objective is what choices are judged by, so only its penalty can be tuned.",
            "Write objective.penalty.",
        )
    elif path != FRACTION and keys[0] not in sections and not _is_of_a_constraint(keys):
        known = [FRACTION, *(f"{section}.…" for section in sections), "constraints.0.bound", "constraints.0.inflation"]
        yield (path,), f"“{path}” cannot be tuned. {PROMISE}", did_you_mean(path, known)
    elif isinstance(written, Mapping):
        yield from (((path, *at), message, hint) for at, message, hint in _scale_faults(written))
    if path == FRACTION and not isinstance(written, Mapping):
        wrong = [value for value in cast("Sequence[Json]", written) if not _is_share(value)]
        if wrong:
            yield (path,), f"{wrong[0]} is no share of the rows.", "Write numbers above 0 and below 1: [0.3, 0.5, 0.7]."
    elif path == FRACTION:
        yield (path,), "The shares to choose from must be a list.", "Write [0.3, 0.5, 0.7]."


def put(setting: JsonObject, path: str, value: Json) -> JsonObject:
    """The setting with that value there; what is missing on the way is made, a bare name unfolded.

    >>> put({"optimiser": "sqp"}, "optimiser.tolerance", 0.1)
    {'optimiser': {'type': 'sqp', 'tolerance': 0.1}}
    """
    return cast(JsonObject, _put(setting, path.split("."), value))


def _put(node: Json, keys: Sequence[str], value: Json) -> Json:
    if not keys:
        return value
    if isinstance(node, list | tuple):
        place = int(keys[0])
        if not 0 <= place < len(node):
            raise ValueError(f"There are {len(node)} entries; there is no number {place}.")
        return [_put(each, keys[1:], value) if i == place else each for i, each in enumerate(node)]
    known: Mapping[str, Json] = node if isinstance(node, Mapping) else {} if node is None else {"type": node}
    return {**known, keys[0]: _put(known.get(keys[0]), keys[1:], value)}


def _is_of_a_constraint(keys: Sequence[str]) -> bool:
    return len(keys) > 2 and keys[0] == "constraints" and keys[1].isdigit() and keys[2] in OF_CONSTRAINTS


def _is_share(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1


def _scale_faults(written: Mapping[str, Json]) -> Iterator[Finding]:
    low, high, start = (cast("float | None", written.get(name)) for name in ("from", "to", "start"))
    if low is None or high is None:
        return  # said by the record
    if low >= high:
        yield ("from",), f"{low:g} is not below {high:g}.", "Write the lower end as from."
    if written.get("scale") == "log" and low <= 0:
        yield ("from",), f"A logarithmic scale cannot begin at {low:g}.", "Write a number above 0, such as 1.0e-5."
    if start is not None and not low <= start <= high:
        yield ("start",), f"{start:g} is not from {low:g} to {high:g}.", "Write a number between the ends."
