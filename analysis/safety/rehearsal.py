"""Before a training: what would be tested on how many rows, and whether these could suffice. No use of a safety set.

Of the rows that are held back nothing is looked at but how many there are of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import cast

import numpy as np

from analysis.safety.carrying_out import Stage, demands_of, staged
from analysis.safety.terms import Array, Demand, Evidence, Quantity, Share, Subject
from analysis.safety.wording import figure
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Expected:
    """One quantity. n: rows that will test it. estimate: of the plain model, on the candidate rows."""

    quantity: str
    n: int
    n_candidate: int
    estimate: float
    method: str
    exact: bool
    delta_lower: float | None
    delta_upper: float | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One constraint. refusals: why it could not pass, whatever the model."""

    text: str
    normalised: str
    delta: float
    quantities: tuple[Expected, ...]

    @property
    def refusals(self) -> tuple[str, ...]:
        return tuple(f"{one.quantity}: {one.refusal}" for one in self.quantities if one.refusal)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a training would be."""

    title: str
    rows: int
    n_candidate: int
    n_safety: int
    split: str
    seed: int
    groups: Mapping[str, int]
    constraints: tuple[Asked, ...]
    remarks: tuple[str, ...] = ()

    @property
    def could_pass(self) -> bool:
        """Whether nothing speaks against it yet."""
        return not any(one.refusals for one in self.constraints)

    def as_json(self) -> JsonObject:
        """For scripts."""
        return {**cast(JsonObject, _plain(asdict(self))), "could_pass": self.could_pass}

    def lines(self) -> Iterator[str]:
        """For people."""
        yield (
            f"{self.title}: {self.rows:,} rows, {self.n_candidate:,} to search and {self.n_safety:,} to test "
            f"({self.split}, seed {self.seed})."
        )
        if self.groups:
            yield "Groups: " + ", ".join(f"{name} {n:,}" for name, n in self.groups.items()) + "."
        for one in self.constraints:
            yield f"  {one.text}  (delta {one.delta:g})"
            yield from (f"      {_line(each)}" for each in one.quantities)
        yield from (f"Note: {remark}" for remark in self.remarks)
        yield "These data could suffice." if self.could_pass else "No model can pass on these data."
        yield "Nothing was computed, and the safety set was not looked into."


def rehearse(setting: JsonObject) -> Rehearsal:
    """Read and divide the data, fit the plain model to the candidate rows. ValueError as `carry_out` raises it."""
    stage = staged(setting)
    rng, rows = np.random.default_rng(0), stage.parts.candidate
    subject = stage.prepared.subject.prepared(rows, rng=rng)
    theta = subject.start(rows, rng=rng)
    demands = demands_of(stage, number=1)
    origin = stage.origin
    described = stage.prepared.described or {}
    return Rehearsal(
        title=origin.title,
        rows=origin.rows,
        n_candidate=origin.n_candidate,
        n_safety=origin.n_safety,
        split=origin.split,
        seed=origin.seed,
        groups=cast("Mapping[str, int]", described.get("groups") or {}),
        constraints=tuple(_asked(stage, demand, subject, theta) for demand in demands),
        remarks=origin.remarks,
    )


def _asked(stage: Stage, demand: Demand, subject: Subject, theta: Array) -> Asked:
    constraint = demand.constraint
    seen = subject.evidence(theta, stage.parts.candidate, constraint.quantities)
    later = subject.evidence(theta, stage.parts.safety, constraint.quantities)
    quantities = tuple(_expected(demand, one, seen[one], later[one]) for one in constraint.quantities)
    return Asked(constraint.text, constraint.normalised, constraint.delta, quantities)


def _expected(demand: Demand, quantity: Quantity, seen: Evidence, later: Evidence) -> Expected:
    share: Share = demand.budget[quantity]
    bound = demand.bounds[quantity]
    values = seen.values
    return Expected(
        quantity=str(quantity),
        n=len(later.values),
        n_candidate=len(values),
        estimate=float(np.mean(values)) if len(values) else float("nan"),
        method=bound.name,
        exact=bound.exact,
        delta_lower=share.delta_lower,
        delta_upper=share.delta_upper,
    )


def _line(one: Expected) -> str:
    method = one.method if one.exact else f"{one.method}, approximate"
    said = f"{one.quantity}: {one.n:,} rows to test, plain model {figure(one.estimate)} ({method})"
    return f"{said}. {one.refusal}" if one.refusal else said


def _plain(value: object) -> Json:
    if isinstance(value, float):
        return finite_or_text(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return cast(Json, value)
