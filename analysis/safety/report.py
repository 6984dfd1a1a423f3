"""What a safety test found, as plain JSON: written beside the run, read by everybody who shows or asks.

Not a number, and no bound at all, are kept as texts ("nan", "inf"): JSON has no word for them, and neither ever passes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, cast

from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:  # numpy comes with these, and a web process reads reports
    from analysis.safety.terms import Outcome, Reading, Verdict
    from analysis.safety.testing.resemblance import Resemblance

VERSION = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity in the test. lower, upper: infinite where that side was not needed or nothing could be said.

    reason: why there is no bound. warning: what makes it doubtful.
    """

    quantity: str
    n: int
    estimate: float
    lower: float
    upper: float
    method: str
    exact: bool
    delta_lower: float | None = None
    delta_upper: float | None = None
    reason: str = ""
    warning: str = ""

    @classmethod
    def of(cls, reading: Reading) -> Measured:
        """Of the test's own word."""
        interval, share = reading.interval, reading.share
        return cls(
            quantity=str(reading.quantity),
            n=reading.n,
            estimate=reading.estimate,
            lower=interval.lower,
            upper=interval.upper,
            method=reading.method,
            exact=reading.exact,
            delta_lower=share.delta_lower,
            delta_upper=share.delta_upper,
            reason=reading.reason,
            warning=reading.warning,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One constraint in the test. It passed only if its upper bound is a number of at most 0."""

    text: str
    normalised: str
    delta: float
    estimate: float
    upper: float
    passed: bool
    reason: str = ""
    readings: tuple[Measured, ...] = ()
    advice: str = ""

    @classmethod
    def of(cls, verdict: Verdict) -> Found:
        """Fails closed once more: what says that it passed without a bound of at most 0 did not."""
        constraint = verdict.constraint
        return cls(
            text=constraint.text,
            normalised=constraint.normalised,
            delta=constraint.delta,
            estimate=verdict.estimate,
            upper=verdict.upper,
            passed=verdict.passed and math.isfinite(verdict.upper) and verdict.upper <= 0,
            reason=verdict.reason,
            readings=tuple(Measured.of(reading) for reading in verdict.readings),
            advice=verdict.advice,
        )

    @property
    def n(self) -> int:
        """Of the smallest quantity; 0 if nothing was read."""
        return min((reading.n for reading in self.readings), default=0)

    @property
    def methods(self) -> tuple[str, ...]:
        """The bounds' names, each once."""
        return tuple(dict.fromkeys(reading.method for reading in self.readings))

    @property
    def exact(self) -> bool:
        """Whether every bound in it is a theorem."""
        return bool(self.readings) and all(reading.exact for reading in self.readings)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows come from and how they were divided. safety: SHA-256 of the data and of which rows are held back.

    rows: of all; n_safety: of the part that was held back for the test. resemblance: by which other data with some of
    these rows are found; for the ledger, not for readers.
    """

    title: str = ""
    data: str = ""
    safety: str = ""
    rows: int = 0
    n_candidate: int = 0
    n_safety: int = 0
    split: str = ""
    seed: int = 0
    remarks: tuple[str, ...] = ()
    resemblance: Resemblance | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """Of one training: a model that passed, or No Solution Found with its reason and what would help.

    candidate: SHA-256 of what was tested (parameters and demands); empty if no test was made. uses: how many candidates
    that safety set had seen then, this one included. model: SHA-256 of the kept file; empty unless it passed.
    trained: what that model is, for readers: its weights, or its rules. meaning: what the constraints' words stand for:
    {label, classes, groups: {name: condition}}.
    """

    passed: bool
    reason: str
    regime: str
    mode: str
    origin: Origin
    constraints: tuple[Found, ...]
    candidate: str = ""
    uses: int = 0
    model: str = ""
    overall_delta: float | None = None
    objective: Mapping[str, float] = field(default_factory=dict)
    advice: tuple[str, ...] = ()
    trained: JsonObject = field(default_factory=dict)
    meaning: JsonObject = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """As it is kept."""
        plain = asdict(replace(self, origin=replace(self.origin, resemblance=None)))
        plain["origin"].pop("resemblance")
        return cast(JsonObject, {"version": VERSION, **cast("Mapping[str, Json]", _plain(plain))})

    @classmethod
    def parse(cls, written: Json) -> Report:
        """ValueError if it is none, or of a version that is not known here."""
        if not isinstance(written, Mapping) or written.get("version") != VERSION:
            raise ValueError("This is no report of a safety test that can be read here.")
        try:
            return cls(**_columns(written))  # type: ignore[arg-type]  # each is looked at where it is read
        except (TypeError, ValueError, KeyError) as error:
            raise ValueError(f"This report of a safety test cannot be read: {error}.") from error


def found_in(outcome: Outcome) -> tuple[Found, ...]:
    """What the test said of each constraint."""
    return tuple(Found.of(verdict) for verdict in outcome.verdicts)


def number(value: Json) -> float:
    """As `finite_or_text` wrote it. TypeError for anything else.

    >>> number("inf"), number(0.5)
    (inf, 0.5)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _columns(written: JsonObject) -> dict[str, object]:
    origin = cast(JsonObject, written["origin"])
    objective = cast("Mapping[str, Json]", written.get("objective") or {})
    overall = written.get("overall_delta")
    return {
        **{name: written[name] for name in ("reason", "regime", "mode", "candidate", "uses", "model")},
        "passed": written["passed"] is True,
        "origin": Origin(**{**origin, "remarks": tuple(cast("Sequence[str]", origin["remarks"]))}),  # type: ignore[arg-type]
        "constraints": tuple(_found(one) for one in cast("Sequence[JsonObject]", written["constraints"])),
        "overall_delta": None if overall is None else number(overall),
        "objective": {name: number(value) for name, value in objective.items()},
        "advice": tuple(cast("Sequence[str]", written.get("advice") or ())),
        "trained": cast(JsonObject, written.get("trained") or {}),
        "meaning": cast(JsonObject, written.get("meaning") or {}),
    }


def _found(written: JsonObject) -> Found:
    numbers = {name: number(written[name]) for name in ("delta", "estimate", "upper")}
    texts = {name: str(written.get(name, "")) for name in ("text", "normalised", "reason", "advice")}
    readings = tuple(_measured(one) for one in cast("Sequence[JsonObject]", written["readings"]))
    upper = numbers["upper"]
    passed = written["passed"] is True and math.isfinite(upper) and upper <= 0
    return Found(**texts, **numbers, passed=passed, readings=readings)  # type: ignore[arg-type]  # by name, as above


def _measured(written: JsonObject) -> Measured:
    shares = {name: written.get(name) for name in ("delta_lower", "delta_upper")}
    return Measured(
        quantity=str(written["quantity"]),
        n=int(number(written["n"])),
        method=str(written["method"]),
        reason=str(written.get("reason", "")),
        warning=str(written.get("warning", "")),
        exact=written["exact"] is True,
        **{name: number(written[name]) for name in ("estimate", "lower", "upper")},
        **{name: None if share is None else number(share) for name, share in shares.items()},  # type: ignore[arg-type]
    )


def _plain(value: object) -> Json:
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return finite_or_text(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    raise TypeError(f"{value!r} has no place in a report")
